"""``quartermaster policy plan`` and ``apply`` on files, as a person and as a program use them."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.policy import app
from quartermaster.kernel.errors import InvalidInput, NotFound, Refused
from quartermaster.policy import queries
from quartermaster.policy.errors import PlanOutOfDate, PlanRefused
from quartermaster.policy.models import RequirementChange

CITY = "city:\n  passcode_minimum_length: 6\npersonal: {}\n"


@pytest.fixture
def folder(tmp_path, cast):
    (tmp_path / "departments").mkdir()
    (tmp_path / "city.yaml").write_text(CITY)
    (tmp_path / "departments" / "WATER.yaml").write_text(
        "overlay:\n  city:\n    auto_lock_minutes: 2\n"
    )
    return tmp_path


def run(*words, **more):
    return CliRunner().invoke(app, [str(word) for word in words], **more)


def test_plan_then_apply_what_was_planned(folder, cast):
    shown = run("plan", folder, "--json")
    assert shown.exit_code == 2
    made = json.loads(shown.stdout)
    assert made["changes"][-1] == {
        "department": "WATER",
        "ownership": "city",
        "setting": "auto_lock_minutes",
        "clause": "G-3",
        "before": None,
        "after": 2,
        "direction": "stricter",
        "destructive": False,
    }
    done = run("apply", folder, "--plan", made["digest"], "--reason", "First")
    assert (done.exit_code, RequirementChange.objects.get().reason) == (0, "First")
    assert run("plan", folder).exit_code == 0
    assert "Nothing would change" in run("apply", folder).stdout
    asked = queries.effective_requirements(cast.water.id, "city").requirements
    assert asked.asked() == {"passcode_minimum_length": 6, "auto_lock_minutes": 2}


def test_apply_asks_first(folder):
    assert run("apply", folder, input="n\n").exit_code == 1
    assert not RequirementChange.objects.exists()
    assert "WATER" in run("apply", folder, input="y\n").stdout
    assert RequirementChange.objects.count() == 1


def test_apply_refuses_another_plan(folder):
    done = run("apply", folder, "--plan", "0" * 64)
    assert isinstance(done.exception, PlanOutOfDate)


@pytest.mark.clause("C-5")
def test_a_laxer_overlay_is_shown_and_refused(folder):
    run("apply", folder, "--yes")
    (folder / "departments" / "WATER.yaml").write_text(
        "overlay:\n  city:\n    passcode_minimum_length: 4\n"
    )
    shown = run("plan", folder)
    assert shown.exit_code == 1
    assert "laxer" in shown.stdout
    assert isinstance(run("apply", folder, "--yes").exception, PlanRefused)


@pytest.mark.clause("G-10")
def test_what_destroys_needs_a_name_and_waits(folder, cast):
    (folder / "city.yaml").write_text("city:\n  failed_attempts_before_erase: 10\npersonal: {}\n")
    assert isinstance(run("apply", folder, "--yes").exception, Refused)
    assert isinstance(run("apply", folder, "--yes", "--by", "9999").exception, NotFound)
    done = run("apply", folder, "--yes", "--by", cast.ida.number)
    assert "Waits for a second person" in done.stdout
    assert RequirementChange.objects.get().state == "pending"


def test_faulty_files_are_told_by_name(folder):
    (folder / "city.yaml").write_text("city:\n  colour: red\npersonal: {}\n")
    fault = run("plan", folder).exception
    assert isinstance(fault, InvalidInput)
    assert fault.message == "city.yaml, section city: colour is not known here."


def test_defaults_and_export(tmp_path, cast):
    assert run("plan").exit_code == 2
    assert run("apply", "--yes").exit_code == 0
    assert run("export", tmp_path / "kept").exit_code == 0
    assert run("plan", tmp_path / "kept").exit_code == 0
