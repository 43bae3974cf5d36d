"""``quartermaster org``: imports with a dry run, lists, roles, invitations."""

import json

import pytest
from django.core import mail
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.imports import NotConfirmed
from quartermaster.org.models import Department, Person, RoleAssignment, Standing, User
from tests.factories.org import people_csv

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["org", *(str(word) for word in words)])


@pytest.fixture
def file(tmp_path):
    def write(content):
        path = tmp_path / "people.csv"
        path.write_bytes(content)
        return path

    return write


def test_dry_run_shows_and_changes_nothing(cast, file):
    path = file(people_csv({"number": "2001", "shoe size": "44"}, {"number": "1001", "title": "x"}))
    shown = run("import-people", path, "--dry-run")
    assert shown.exit_code == 0
    assert "title: Meter technician → x" in shown.stdout
    assert "1 would be created, 1 changed" in shown.stdout
    assert "Columns that were not read: shoe size." in shown.stdout
    assert "4 people are not in the file; they stay as they are." in shown.stdout
    assert Person.objects.count() == 5


def test_import_people_says_what_it_did(cast, file):
    done = run("import-people", file(people_csv({"number": "2001"})), "--json")
    report = json.loads(done.stdout)
    assert (done.exit_code, report["applied"], report["counts"]["create"]) == (0, True, 1)
    assert Person.objects.filter(number="2001").exists()
    again = run("import-people", file(people_csv({"number": "2001"})))
    assert "0 were created, 0 changed; 1 are the same" in again.stdout


def test_row_errors_stop_it_with_exit_code_one(cast, file):
    path = file(people_csv({"number": "2001", "department": "NOPE"}, {"number": "2002"}))
    done = run("import-people", path)
    assert done.exit_code == 1
    assert "there is no department with the code NOPE." in done.stdout
    assert Person.objects.count() == 5


def test_long_plans_are_cut_and_bad_cells_are_no_markup(cast, file):
    rows = [{"number": str(n), "department": f"[red]{n}"} for n in range(3000, 3060)]
    shown = run("import-people", file(people_csv(*rows)), "--dry-run").stdout
    assert "must be a code of letters" in shown
    assert "… and 10 more; --json prints all." in shown


def test_another_plan_than_the_one_looked_at_is_refused(cast, file):
    done = run("import-people", file(people_csv({"number": "2001"})), "--plan", "0" * 64)
    assert isinstance(done.exception, Conflict)


def test_separations_take_a_word(cast, file):
    path = file(
        people_csv({"number": "1001", "email": "ana@city.example", "separated_on": "2026-01-01"})
    )
    assert "Caution: This file separates 1 of 5" in run("import-people", path, "--dry-run").stdout
    assert isinstance(run("import-people", path).exception, NotConfirmed)
    assert run("import-people", path, "--confirm-separations").exit_code == 0
    assert Person.objects.get(number="1001").standing == Standing.SEPARATED


def test_import_departments(cast, file):
    done = run("import-departments", file(b"code,name\nPARKS,Parks\n"))
    assert (done.exit_code, Department.objects.get(code="PARKS").name) == (0, "Parks")


def test_people_by_department(cast):
    shown = json.loads(run("people", "--department", "lib", "--json").stdout)
    assert shown == [
        {
            "number": "1005",
            "name": "Rex Moreau",
            "email": "rex@city.example",
            "department": "LIB",
            "employment": "employee",
            "standing": "active",
        }
    ]
    assert "Ana Reyes" in run("people").stdout
    assert isinstance(run("people", "--department", "NOPE").exception, NotFound)
    assert len(json.loads(run("people", "--separated", "--json").stdout)) == 5


def test_grant(cast):
    done = run("grant", "1005", "auditor", "--until", "2027-03-01")
    assert (done.exit_code, done.stdout) == (0, "Rex Moreau is Auditor until 2027-03-01.\n")
    run("grant", "1005", "coordinator", "--department", "LIB")
    assert RoleAssignment.objects.filter(person=cast.rex).count() == 2
    assert isinstance(run("grant", "7", "hr").exception, NotFound)


def test_invite(cast, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        assert run("invite", "1005").stdout == "Rex Moreau is invited at rex@city.example.\n"
    assert [letter.to for letter in mail.outbox] == [["rex@city.example"]]
    assert "/log-in/link/" in run("invite", "1005", "--print-link").stdout
    assert User.objects.get().person == cast.rex
