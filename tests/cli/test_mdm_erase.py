"""``quartermaster mdm erase``: asks as a person with a password, lists, stops; approves nothing."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.mdm.models import DestructiveRequest
from quartermaster.org.errors import LogInRefused
from tests.factories.destruction import account, asked, devices
from tests.factories.mdm import enrolled
from tests.factories.org import PASSWORD

pytestmark = pytest.mark.django_db
REASON = "Left on the bus, not found"


def run(*words, typed=""):
    return CliRunner().invoke(app, ["mdm", "erase", *(str(word) for word in words)], input=typed)


def ask(tag, email, typed=PASSWORD, *more):
    return run("request", tag, "--reason", REASON, "--email", email, *more, typed=f"{typed}\n")


@pytest.fixture
def tag(cast, at):
    account(cast.ida)
    (device,) = devices(cast, 1)
    enrolled(device, at)
    return device.asset_tag


@pytest.mark.clause("G-10")
def test_a_person_asks_with_their_password(cast, tag):
    done = ask(tag, cast.ida.email)
    request = DestructiveRequest.objects.get()
    assert f"Request {request.id} needs a second person" in done.stdout
    assert "Everything on the device is erased" in done.stdout
    assert PASSWORD not in done.stdout
    assert (request.requester, request.state) == (cast.ida, "requested")
    (line,) = json.loads(run("list", "--json").stdout)
    assert (line["id"], line["devices"], line["second_person"]) == (str(request.id), tag, None)
    assert "nothing to show" in run("list", "--state", "waiting").stdout
    assert tag in run("list").stdout


@pytest.mark.clause("G-10")
def test_without_the_right_password_nothing_is_asked(cast, tag):
    assert isinstance(ask(tag, cast.ida.email, "wrong").exception, LogInRefused)
    account(cast.rex)
    assert isinstance(ask(tag, cast.rex.email).exception, Refused)
    assert isinstance(ask("NO-SUCH", cast.ida.email).exception, NotFound)
    assert not DestructiveRequest.objects.exists()


@pytest.mark.clause("G-10")
def test_nothing_here_approves(cast, tag, at):
    asked_for = asked_by_ida(cast, tag, at)
    assert run("approve", asked_for.id).exit_code == 2
    assert sorted(line.split()[1] for line in commands(run("--help").stdout)) == [
        "list",
        "request",
        "stop",
    ]


def commands(text):
    rows = text.partition("Commands")[2].splitlines()[1:]
    return [row for row in rows if row.startswith("│") and not row.startswith("│  ")]


def asked_by_ida(cast, tag, at):
    from quartermaster.mdm.models import Enrolment

    enrolment = Enrolment.objects.get(device__asset_tag=tag)
    return asked([enrolment], cast.acting(cast.ida), at)


def test_one_or_everything_is_stopped(cast, tag, at):
    request = asked_by_ida(cast, tag, at)
    assert isinstance(run("stop", "--reason", "an attack").exception, Conflict)
    assert run("stop", request.id, "--reason", "found").stdout == "The request was stopped.\n"
    asked_by_ida(cast, tag, at)
    assert run("stop", "--everything", "--reason", "an attack").stdout == "Stopped: 1.\n"
    assert set(DestructiveRequest.objects.values_list("state", flat=True)) == {"stopped"}
