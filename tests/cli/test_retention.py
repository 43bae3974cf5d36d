"""The commands of retention."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.retention import app
from quartermaster.kernel.errors import NotFound
from tests.cast import AT
from tests.factories.records import paul, saved
from tests.factories.retention import YEARS, approver, executed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def test_schedule_due_run_and_certificate(cast, at, tmp_path):
    paul(cast), approver(cast)
    saved(cast.acting(cast.ana), at)
    shown = run("schedule").stdout
    assert shown.startswith("Version 1, in force since ")
    assert "voicemail-transitory\t180 days\tcreated\tdestroy\t" in shown
    assert "proceedings\tfor ever\t" in shown
    assert run("due").stdout == ""
    assert run("run").stdout == "0 steps were taken.\n"
    batch = executed(cast, AT + YEARS)
    written = run("certificate", batch.number, tmp_path)
    assert written.exit_code == 0
    statement = json.loads((tmp_path / f"{batch.number}-certificate.json").read_text())
    assert (statement["batch"], len(statement["things"])) == (batch.number, 1)
    assert (tmp_path / f"{batch.number}-certificate.pdf").read_bytes().startswith(b"%PDF-")
    assert isinstance(run("certificate", "DB-1").exception, NotFound)
