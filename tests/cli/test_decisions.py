"""Decisions on the command line."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.decisions import app
from quartermaster.inventory.models import ApplicationDecision
from quartermaster.kernel.errors import NotFound
from tests.factories.applications import DecisionFactory, QuestionFactory

pytestmark = pytest.mark.django_db


def run(*words, code=0):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == code, done.output
    return done


@pytest.mark.clause("G-4")
def test_what_is_decided_is_listed_made_and_ended():
    said = run(
        "decide", "Lucky Casino", "blocked", "--reason", "Gambling", "--names", "*casino*",
        "--until", "2099-12-31",
    ).output  # fmt: skip
    assert said == "Lucky Casino: Blocked.\n"
    made = ApplicationDecision.objects.get()
    assert (made.name_pattern, made.until.isoformat()) == ("*casino*", "2100-01-01")
    DecisionFactory(title="Other")
    (row,) = json.loads(run("list", "casino", "--json").output)
    assert (row["decision"], row["why"], row["id"]) == ("blocked", "Gambling", str(made.id))
    run("end", str(made.id), "--reason", "Mended")
    assert json.loads(run("list", "casino", "--json").output) == []
    assert len(json.loads(run("list", "casino", "--all", "--json").output)) == 1
    assert isinstance(run("end", "x", "--reason", "y", code=1).exception, NotFound)


def test_questions_that_wait_are_listed():
    assert "nothing to list" in run("questions").output
    asked = QuestionFactory()
    (row,) = json.loads(run("questions", "--json").output)
    assert (row["application"], row["state"]) == (asked.title, "waiting")
    assert asked.title in run("questions", "--all").output
    assert "There is nothing" in run("list").output
