"""``quartermaster policy import``, ``adopt``, ``versions``, ``show`` and ``missing``."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.policy import app
from quartermaster.kernel.errors import InvalidInput, NotFound, Refused
from quartermaster.policy.errors import VersionNotFound
from quartermaster.policy.models import PolicyVersion
from tests.factories.policy import FIRST, SECOND


@pytest.fixture(autouse=True)
def _files(settings, tmp_path, monkeypatch, at):
    settings.DATA = tmp_path
    monkeypatch.setattr("quartermaster.cli.policy_documents.now", lambda: at)


@pytest.fixture
def redline(tmp_path):
    path = tmp_path / "policy.md"
    path.write_text(FIRST)
    return path


pytestmark = pytest.mark.django_db


def run(*words):
    found = CliRunner().invoke(app, [str(word) for word in words])
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found


@pytest.mark.clause("P-1")
def test_from_file_to_adoption(cast, redline):
    shown = json.loads(run("import", redline, "--dry-run", "--json").stdout)
    assert (shown["version"], shown["deletions"], shown["insertions_marked"]) == (
        None,
        ["Use", "All departments", "should"],
        False,
    )
    assert PolicyVersion.objects.count() == 0

    made = run("import", redline, "--by", "1004")
    assert "Imported as version 1, a draft." in made.stdout
    assert "the earlier text cannot be shown" in made.stdout
    assert PolicyVersion.objects.get().imported_by == cast.ida

    done = run("adopt", "--body", "Common Council", "--file-number", "260001")
    assert "Version 1 is adopted and in force from" in done.stdout
    assert "5 people were asked" in done.stdout

    (listed,) = json.loads(run("versions", "--json").stdout)
    assert (listed["version"], listed["state"], listed["file_number"]) == (1, "adopted", "260001")
    assert "Council" in run("versions").stdout

    plain, marked = run("show").stdout, run("show", "--redline").stdout
    assert "All departments" not in plain
    assert "~~All departments~~Police and fire" in marked.replace("\n", " ")
    clauses = json.loads(run("show", "--json").stdout)["clauses"]
    assert clauses[-1] == {
        "id": "G-3",
        "number": "3",
        "text": "Devices must have a passcode.",
        "change": "strength",
    }

    report = run("missing", "--json")
    assert report.exit_code == 1
    assert json.loads(report.stdout)["missing"][0]["name"] == "Ida Lindqvist"
    assert "Public Library: Rex Moreau (1005)" in run("missing").stdout


def test_clause_ids_are_corrected(redline):
    found = json.loads(run("import", redline, "--clause", "9=G-7", "--json").stdout)
    assert {p["paragraph"]: p["clause"] for p in found["paragraphs"]}["9"] == "G-7"
    with pytest.raises(InvalidInput):
        run("import", redline, "--clause", "77=G-7")
    assert run("import", redline, "--clause", "nothing").exit_code == 2


def test_the_model_policy_is_at_hand():
    found = json.loads(run("import", "--json").stdout)
    assert (found["version"], found["unmapped"], found["missing"]) == (1, [], [])


def test_what_may_not_be_is_refused(cast, redline):
    with pytest.raises(Refused):
        run("import", redline, "--by", "1005")
    with pytest.raises(VersionNotFound):
        run("show")
    with pytest.raises(VersionNotFound):
        run("adopt", "--body", "Council")
    redline.write_text(SECOND)
    run("import", redline)
    with pytest.raises(VersionNotFound):  # who may not read drafts is not told of one
        run("adopt", "--body", "Council", "--by", "1001")


def test_insertions_are_marked_and_notes_told(tmp_path):
    path = tmp_path / "second.md"
    path.write_text(f"<!-- for the clerk -->\n{SECOND}")
    shown = run("import", path, "--dry-run").stdout
    assert "Comments in the source were left out." in shown
    assert "Without a clause: " not in shown
    assert "Nothing was imported." in shown
    run("import", path, "--clause", "9=")
    assert "++laptops++" in run("show", "1", "--redline").stdout
    assert "Clauses not found: G-5" in run("import", path, "--dry-run").stdout


def test_nobody_is_missing_in_a_city_without_people(redline):
    run("import", redline)
    run("adopt", "--body", "Council", "--in-force", "2026-11-01", "--days", "30")
    report = run("missing")
    assert report.exit_code == 0
    with pytest.raises(NotFound):
        run("import", redline, "--by", "nobody")
