"""``quartermaster mdm app``: the catalogue, assignments, devices and licences."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.mdm.models import Software, SoftwareAssignment
from quartermaster.simulators.apple import App
from tests.factories.destruction import account
from tests.factories.org import PASSWORD
from tests.factories.software import DeviceSoftwareFactory, PoolFactory
from tests.mdm.licences.conftest import shop, token  # noqa: F401 (fixtures)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def store_aside(settings, tmp_path):
    settings.DATA = tmp_path


def run(*words, typed=None):
    done = CliRunner().invoke(app, ["mdm", "app", *(str(word) for word in words)], input=typed)
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output


def test_from_the_store_to_a_department(cast):
    run("add", "com.shop.notes", "--title", "Notes", "--platform", "ios", "--store-id", "42")
    assert "assigned" in run("assign", "com.shop.notes", "--department", "WATER", "--offered")
    made = SoftwareAssignment.objects.get()
    assert (made.department, made.purpose) == (cast.water, "offered")
    (row,) = json.loads(run("list", "--json"))
    assert (row["identifier"], row["source"], row["devices"]) == ("com.shop.notes", "store", "0")
    run("retire", "com.shop.notes", "--reason", "Replaced")
    assert json.loads(run("list", "--json")) == []


def test_a_package_and_its_next_version_are_added_by_a_person(cast, tmp_path):
    account(cast.ida)
    said, typed = ("--email", cast.ida.email), f"{PASSWORD}\n"
    for number in (1, 2):
        (tmp_path / f"{number}.ipa").write_bytes(str(number).encode())
    run(
        *("add", "com.city.inspect", "--title", "Inspections", "--platform", "ios"),
        *("--package", tmp_path / "1.ipa", "--version", "1.0", *said),
        typed=typed,
    )
    run("version", "com.city.inspect", tmp_path / "2.ipa", "--version", "2.0", *said, typed=typed)
    made = Software.objects.get()
    assert list(made.packages.values_list("version", "adder", "approved_at")) == [
        ("2.0", cast.ida.id, None),
        ("1.0", cast.ida.id, None),
    ]


def test_nobody_adds_a_package_without_saying_who_they_are(tmp_path):
    (tmp_path / "1.ipa").write_bytes(b"1")
    said = run(
        *("add", "com.city.inspect", "--title", "Inspections", "--platform", "ios"),
        *("--package", tmp_path / "1.ipa", "--version", "1.0"),
    )
    assert "name their --email" in said
    assert not Software.objects.exists()


def test_what_is_not_there_is_said(cast):
    with pytest.raises(NotFound, match="not in the catalogue"):
        run("retire", "com.unheard", "--reason", "x")
    run("add", "com.shop.notes", "--title", "Notes", "--platform", "ios", "--store-id", "42")
    with pytest.raises(NotFound, match="department"):
        run("assign", "com.shop.notes", "--department", "NOWHERE")
    with pytest.raises(NotFound, match="device"):
        run("assign", "com.shop.notes", "--device", "NOTHING")
    with pytest.raises(Conflict, match="no token"):
        run("read-licences")


def test_devices_and_licences_are_listed():
    DeviceSoftwareFactory(state="failed", reason="No space.")
    PoolFactory(title="Notes", total=3, available=1)
    assert "No space." in run("devices", "--state", "failed", "--json")
    assert "There is nothing to show." in run("devices", "--state", "installed")
    (row,) = json.loads(run("licences", "--json"))
    assert (row["product"], row["owned"], row["left"]) == ("Notes", "3", "1")
    assert "Notes" in run("licences")


def test_licences_are_read_at_once(shop, token):  # noqa: F811 (fixtures)
    shop.buy(42, App("com.shop.notes", "Notes"), 3)
    assert "Read." in run("read-licences")
    (row,) = json.loads(run("licences", "--json"))
    assert (row["product"], row["owned"]) == ("Notes", "3")
    shop.revoked = True
    assert "revoked" in run("read-licences")
