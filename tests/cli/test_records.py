"""The commands of the archive."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.records import app
from quartermaster.files.stores import current
from quartermaster.kernel.errors import NotFound
from quartermaster.records import archive
from tests.factories.records import saved
from tests.factories.searching import told

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def run(*arguments):
    return CliRunner().invoke(app, [str(item) for item in arguments])


def test_log_proof_key_and_audit(cast, at, tmp_path):
    record = saved(cast.acting(cast.ana), at)
    file = tmp_path / "log.jsonl"
    assert run("log", file).exit_code == 0
    assert file.read_text().splitlines() == run("log").stdout.splitlines()
    assert json.loads(run("proof", record.number).stdout)["size"] == 1
    assert run("key").stdout.strip() == archive.signer().verifier
    whole = run("audit")
    assert (whole.exit_code, whole.stdout) == (0, "1 lines and 1 files compared, 0 faults open.\n")
    current()._place(record.items.get().file.digest).unlink()
    broken = run("audit")
    assert broken.exit_code == 1
    assert "A file is missing from the store" in broken.stdout
    assert isinstance(run("proof", "R-1").exception, NotFound)


def test_records_are_found_as_far_as_a_person_may_see(cast, at):
    record = told(cast.acting(cast.ana), at, "The valve leaks")
    told(cast.acting(cast.sue), at, "Another valve")
    found = run("find", "valve", "--person", cast.ana.number).stdout
    assert found == f"{record.number}  2026-11-20  The main at Third Street\n1 records.\n"
    assert run("find", "valve", "--person", cast.rex.number).stdout == "0 records.\n"
    assert isinstance(run("find", "valve", "--person", "none").exception, NotFound)


def test_records_are_gathered_anew(cast, at):
    told(cast.acting(cast.ana), at, "The valve leaks")
    assert run("gather").stdout == "0 records gathered, 1 compared.\n"
    assert run("gather", "--everything").stdout == "1 records gathered, 1 compared.\n"
