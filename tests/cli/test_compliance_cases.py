"""``quartermaster compliance cases``, ``holidays`` and ``import-holidays``."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.org.roles import Role
from tests.factories import cases as make

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["compliance", *words])


def test_cases_are_listed_with_whose_step_it_is(cast, at):
    make.prepared(cast.ana, at)
    shown = json.loads(run("cases", "--json").stdout)
    assert [(row["holder"], row["state"], row["owner"]) for row in shown] == [
        ("1001", "prepared", "ITMD or the telecom coordinator")
    ]
    assert "1001" in run("cases").stdout


def test_no_outcome_is_printed(cast, at):
    make.decided(cast, make.with_role(cast, Role.HR), at)
    assert "warning" not in run("cases", "--all", "--json").stdout


@pytest.mark.clause("C-1")
def test_holidays_are_shown_before_they_are_imported(cast, at, tmp_path):
    make.told(cast.ana, at)
    file = tmp_path / "days.csv"
    file.write_text("day,name\n2026-11-26,Thanksgiving Day\n")
    shown = run("import-holidays", str(file)).stdout
    assert shown.startswith("1 to add, 0 to rename.\nLater by this: the deadlines of 1 open")
    assert json.loads(run("holidays", "--json").stdout) == []
    assert run("import-holidays", str(file), "--apply").exit_code == 0
    assert json.loads(run("holidays", "--json").stdout) == ["2026-11-26"]


def test_a_faulty_file_changes_nothing(tmp_path, db):
    file = tmp_path / "days.csv"
    file.write_text("day,name\n2026-13-99,Nonsense\n")
    assert "Nonsense" not in run("holidays").stdout
    assert run("import-holidays", str(file), "--apply").exit_code != 0
    assert run("holidays").stdout == "No holiday is known.\n"
