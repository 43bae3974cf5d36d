"""``quartermaster mdm secret`` and ``retry``: with a person's password, a reason, and no leak."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.audit.models import Entry
from quartermaster.cli.root import app
from quartermaster.drivers.apple.verbs import order
from quartermaster.drivers.apple.wire import commands
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, EscrowedSecret
from quartermaster.org.errors import LogInRefused
from tests.factories.destruction import account
from tests.factories.mdm import enrolled
from tests.factories.org import PASSWORD

pytestmark = pytest.mark.django_db
HOUSE = system("test")


def run(*words, typed=PASSWORD):
    arguments = ["mdm", *(str(word) for word in words)]
    return CliRunner().invoke(app, arguments, input=f"{typed}\n")


@pytest.fixture
def secret(cast, assigned, at):
    for person in (cast.ida, cast.cole):
        account(person)
    device = assigned("MB-1", platform="macos", device_class="laptop")
    return actions.keep_secret(
        device_id=device.id, kind="recovery-lock", value=b"open sesame", actor=HOUSE, at=at
    )


def reveal(secret, person, reason="Recovery at the desk", **more):
    return run("secret", "reveal", secret.id, "--reason", reason, "--email", person.email, **more)


@pytest.mark.clause("G-10")
def test_an_administrator_sees_a_secret_with_a_reason(secret, cast):
    listed = run("secret", "list", "MB-1", "--email", cast.ida.email, "--json")
    (line,) = json.loads(listed.stdout.splitlines()[-1])
    assert (line["id"], line["standing"]) == (str(secret.id), "current")
    assert "sesame" not in listed.stdout
    assert "open sesame" in reveal(secret, cast.ida).stdout
    entry = Entry.objects.get(tag="mdm.secret.revealed")
    assert entry.actor_label == "Ida Lindqvist"


@pytest.mark.clause("G-10")
def test_nobody_else_sees_it(secret, cast):
    assert isinstance(reveal(secret, cast.cole).exception, NotFound)
    assert isinstance(reveal(secret, cast.ida, typed="wrong").exception, LogInRefused)
    assert isinstance(reveal(secret, cast.ida, reason="x").exception, InvalidInput)
    assert "sesame" not in run("secret", "list", "MB-1", "--email", cast.cole.email).stdout
    assert not Entry.objects.filter(tag="mdm.secret.revealed").exists()
    assert EscrowedSecret.objects.get().rotate_at is None


def test_a_command_is_sent_again(assigned, at):
    made = order(commands.restart_device(), "do:restart")
    (command,) = actions.queue_orders(
        enrolment=enrolled(assigned(), at), orders=[made], actor=HOUSE, at=at
    )
    assert isinstance(run("retry", command.id).exception, NotPossible)
    Command.objects.update(state="expired")
    assert "RestartDevice waits again" in run("retry", command.id).stdout
    assert Command.objects.get(retry_of=command).state == "queued"
    assert isinstance(run("retry", "01a212f6-afef-71eb-92b0-556d963b34b3").exception, NotFound)
