"""``quartermaster inventory``: imports with a dry run, lists, one device, models."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.inventory.models import Device, DeviceModel
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from tests.factories import inventory as make

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["inventory", *(str(word) for word in words)])


@pytest.fixture
def file(tmp_path):
    def write(content, name="devices.csv"):
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


ROW = {"tag": "QM-1", "class": "smartphone", "platform": "ios", "department": "WATER"}


def test_dry_run_shows_and_changes_nothing(cast, file):
    shown = run("import", "devices", file(make.csv_of({**ROW, "colour": "red"})), "--dry-run")
    assert shown.exit_code == 0
    assert "1 would be created, 0 changed" in shown.stdout
    assert "Columns that were not read: colour." in shown.stdout
    assert not Device.objects.exists()


@pytest.mark.parametrize(("of", "name"), [(make.csv_of, "d.csv"), (make.xlsx_of, "d.xlsx")])
def test_import_says_what_it_did(cast, file, of, name):
    path = file(of(ROW), name)
    report = json.loads(run("import", "devices", path, "--json").stdout)
    assert (report["applied"], report["counts"]["create"]) == (True, 1)
    assert "1 are the same" in run("import", "devices", path).stdout


def test_row_errors_stop_it_with_exit_code_one(cast, file):
    done = run("import", "devices", file(make.csv_of({**ROW, "department": "NOPE"})))
    assert done.exit_code == 1
    assert "there is no department with the code NOPE." in done.stdout
    refused = run("import", "devices", file(make.csv_of(ROW)), "--plan", "0" * 64)
    assert isinstance(refused.exception, Conflict)
    assert run("import", "toasters", file(b"x")).exit_code == 2
    assert not Device.objects.exists()


def test_devices_are_listed_and_narrowed(cast):
    make.DeviceFactory(asset_tag="A", holder=cast.ana)
    make.PersonalDeviceFactory(asset_tag="B", holder=cast.rex)
    make.HotspotFactory(asset_tag="C", department=cast.water)
    make.DeviceFactory(asset_tag="D", department=cast.water, status="retired")

    def tags(*words):
        return [row["asset_tag"] for row in json.loads(run("devices", "--json", *words).stdout)]

    assert tags() == ["A", "B", "C"]
    assert tags("--retired") == ["A", "B", "C", "D"]
    assert tags("--department", "water") == ["A", "C"]
    assert tags("--class", "hotspot") == ["C"]
    assert tags("--ownership", "personal") == ["B"]
    assert "personal" in run("devices").stdout


@pytest.mark.clause("S-1")
def test_show_finds_a_device_by_what_people_have(cast):
    device = make.DeviceFactory(
        asset_tag="A-7", holder=cast.ana, serial="AAA1", imei=make.imei(1), imei2=make.imei(2)
    )
    line = make.LineFactory(number="+14142860001")
    make.SimFactory(line=line, device=device)
    for name in ("a-7", "aaa1", make.imei(1), make.imei(2), "(414) 286-0001"):
        found = json.loads(run("show", name, "--json").stdout)
        assert (found["asset_tag"], found["channel"]) == ("A-7", "Apple MDM")
        assert [sim["line"] for sim in found["sims"]] == ["+14142860001"]
    assert "Apple MDM" in run("show", "A-7").stdout
    assert isinstance(run("show", "nothing").exception, NotFound)


def test_add_model():
    words = ("add-model", "Apple", "iPhone 99", "--class", "smartphone", "--platform")
    done = run(*words, "ios", "--identifier", "iPhone99,1", "--capability", "5g")
    assert done.stdout == "Apple iPhone 99 was added.\n"
    assert DeviceModel.objects.get().capabilities == ["5G"]
    assert isinstance(run(*words, "windows").exception, InvalidInput)
