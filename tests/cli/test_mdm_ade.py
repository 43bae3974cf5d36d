"""``quartermaster mdm ade``: standing, reading now, and the verbs on one device."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import ListedDevice
from quartermaster.simulators.apple.services.dep import Dep

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["mdm", "ade", *words])


@pytest.fixture
def dep(settings):
    with Dep() as service:
        settings.ADE_SERVER_URL = service.address
        yield service


@pytest.fixture
def token(dep):
    return actions.import_credential(
        driver="apple", kind="ade", content=dep.token.dump(), actor=system("test"), at=now()
    )


def serials(*words):
    return [row["serial"] for row in json.loads(run("devices", *words, "--json").stdout)]


def test_without_a_token_there_is_a_standing_and_nothing_to_read(db):
    (row,) = json.loads(run("status", "--json").stdout)
    assert (row["driver"], row["credential"], row["read_at"]) == ("apple", None, None)
    assert isinstance(run("sync").exception, Conflict)
    assert "nothing to show" in run("devices").stdout


def test_the_list_is_read_and_told(dep, token, cast):
    from quartermaster.mdm import automated

    automated.work_lists(now())
    dep.buy("C02A", "C02B")
    assert "1 list read." in run("sync").stdout
    assert serials() == ["C02A", "C02B"]
    assert serials("--unknown") == ["C02A", "C02B"]
    assert serials("--without-profile") == []
    (row,) = json.loads(run("status", "--json").stdout)
    assert (row["owner"], row["trouble"]) == ("Model City, Quartermaster", None)
    assert "C02A" in run("devices").stdout
    taken = run("take-in", "c02a", "--department", "WATER", "--tag", "A-9")
    assert "C02A is in stock as A-9." in taken.stdout
    assert serials("--unknown") == ["C02B"]
    dep.sell("C02B")
    run("sync")
    assert (serials(), serials("--gone")) == (["C02A"], ["C02B"])


def test_a_device_is_assigned_and_kept_out(dep, token):
    from quartermaster.mdm import automated

    dep.buy("C02A")
    automated.work_lists(now())
    assert "taken away" in run("keep-out", "C02A").stdout
    run("sync")
    assert ListedDevice.objects.get().profile_id == ""
    assert "assigned" in run("assign", "C02A").stdout
    run("sync")
    assert ListedDevice.objects.get().profile_id != ""


def test_trouble_is_told(dep, token):
    from quartermaster.mdm import automated

    automated.work_lists(now())
    dep.terms_signed = False
    assert "terms have changed" in run("sync").stdout


def test_what_does_not_exist_is_told(dep, token):
    assert isinstance(run("assign", "NOPE").exception, NotFound)
    dep.buy("C02A")
    assert isinstance(run("take-in", "C02A", "--department", "X").exception, NotFound)
