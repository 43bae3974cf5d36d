"""Importing from another program on its page and on the command line."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.inventory.models import Device
from tests.factories.inventory import csv_of

ROW = {
    "Asset Tag": "00123",
    "Model": "iPhone 16",
    "Manufacturer": "Apple",
    "Category": "Mobile Phones",
    "Serial": "F2LABC123",
    "Employee Number": "1001",
    "Checkout Date": "2025-03-05",
}


def test_the_plan_is_shown_its_cautions_confirmed_and_it_is_applied(logged_in, cast):
    client, address = logged_in(cast.ida), reverse("inventory:import-snipe-it")
    file = SimpleUploadedFile("assets.csv", csv_of(ROW))
    page = client.post(address, {"file": file}).content.decode()
    assert "Apple iPhone 16" in page
    parcel = {
        name: re.search(rf'name="{name}" value="([^"]+)"', page)[1] for name in ("parcel", "shown")
    }
    refused = client.post(address, parcel)
    assert (refused.status_code, Device.objects.count()) == (409, 0)
    answer = client.post(address, {**parcel, "confirmed": ["new-models"]})
    assert (answer.status_code, answer.url) == (302, reverse("inventory:devices"))
    assert Device.objects.get().holder == cast.ana


@pytest.mark.parametrize("who", ["ana", "cole", "rex"])
def test_only_administrators_import(logged_in, cast, who):
    client = logged_in(getattr(cast, who))
    assert client.get(reverse("inventory:import-glpi")).status_code == 403


def test_on_the_command_line(cast, tmp_path):
    file = tmp_path / "assets.csv"
    file.write_bytes(csv_of(ROW))
    run = ["inventory", "import-from", "snipe-it", str(file)]
    dry = CliRunner().invoke(app, [*run, "--dry-run", "--json"])
    told = json.loads(dry.stdout)
    assert (dry.exit_code, told["counts"]["create"], told["applied"]) == (0, 1, False)
    assert CliRunner().invoke(app, run).exit_code != 0
    assert not Device.objects.exists()
    done = CliRunner().invoke(app, [*run, "--confirm", "--plan", told["digest"]])
    assert (done.exit_code, Device.objects.get().holder) == (0, cast.ana)
