"""``quartermaster losses``."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.lifecycle.models import Loss
from tests.factories import losses as make
from tests.factories import returns as back

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["losses", *words])


@pytest.mark.clause("G-11")
def test_a_loss_is_reported_with_how_it_is_known(cast, at):
    phone = make.phone(cast.ana, at)
    told = ("--place", "Depot", "--story", "Gone")
    done = run("report", phone.asset_tag, "stolen", *told, "--known", "A letter of the police")
    assert done.stdout == f"{phone.asset_tag}: Being looked for.\n"
    assert Loss.objects.get().caller_check == "A letter of the police"
    assert isinstance(run("report", "NONE", "lost", *told, "--known", "x").exception, NotFound)
    other = make.phone(cast.sue, at)
    empty = run("report", other.asset_tag, "lost", *told, "--known", "")
    assert isinstance(empty.exception, InvalidInput)
    shown = json.loads(run("list", "--json").stdout)
    assert [(row["device"], row["state"]) for row in shown] == [(phone.asset_tag, "searching")]
    assert phone.asset_tag in run("list").stdout


@pytest.mark.clause("C-3")
def test_lots_are_listed_and_no_command_lets_anything_go(cast, at):
    assert run("lots").stdout == "There is none.\n"
    back.lot(cast.acting(cast.ida), at)
    assert json.loads(run("lots", "--json").stdout)[0]["state"] == "collecting"
    names = {
        command.name
        for group in app.registered_groups
        if group.name == "losses"
        for command in group.typer_instance.registered_commands
    }
    assert names == {"list", "report", "lots"}
