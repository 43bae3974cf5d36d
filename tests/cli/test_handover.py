"""Hand-outs on the command line."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.handover import app
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.lifecycle.models import Handover
from tests.factories import handovers as make
from tests.factories.inventory import AccessoryFactory, DeviceFactory

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done


def test_things_are_made_ready_listed_and_called_off(cast):
    DeviceFactory(department=cast.itmd, asset_tag="CITY-1")
    assert "is ready for Ana Reyes" in run("prepare", "city-1", "--holder", "1001").output
    (row,) = json.loads(run("list", "--json").output)
    assert (row["holder"], row["things"], row["state"]) == ("1001", "CITY-1", "prepared")
    assert "not enrolled" in row["obstacles"]
    run("cancel", row["number"], "--reason", "Not needed")
    assert json.loads(run("list", "--json").output) == []
    assert row["number"] in run("list", "--all").output
    assert isinstance(run("cancel", "H-9", "--reason", "x", code=1).exception, NotFound)
    wrong = run("prepare", "CITY-1", "--holder", "9999", code=1)
    assert isinstance(wrong.exception, NotFound)


def test_the_receipt_is_written_to_a_file(cast, tmp_path):
    tablet = DeviceFactory(department=cast.itmd, platform="android")
    made = make.prepared(cast.ana, now(), tablet)
    path = tmp_path / "receipt.pdf"
    none = run("receipt", made.number, str(path), code=1)
    assert isinstance(none.exception, NotFound)
    make.signed(Handover.objects.get(), now())
    assert "SHA-256" in run("receipt", made.number, str(path)).output
    assert path.read_bytes().startswith(b"%PDF-")


def test_what_was_out_before_is_entered_as_found(cast):
    device = DeviceFactory(department=cast.itmd, asset_tag="CITY-1")
    kit = AccessoryFactory(department=cast.itmd, asset_tag="A-1")
    for tag in ("CITY-1", "A-1"):
        run("as-found", tag, "--holder", "1001", "--reason", "In the former list")
    device.refresh_from_db()
    kit.refresh_from_db()
    assert (device.holder, kit.holder) == (cast.ana, cast.ana)
    none = run("as-found", "X-1", "--holder", "1001", "--reason", "y", code=1)
    assert isinstance(none.exception, NotFound)
