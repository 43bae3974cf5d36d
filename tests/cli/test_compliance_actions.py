"""``quartermaster compliance actions``: looks, plans, stops; makes and approves nothing."""

import json

import pytest
from typer.testing import CliRunner

from quartermaster.cli.root import app
from quartermaster.compliance.models import ActionStop
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from tests.factories import automatic as make
from tests.factories.destruction import account, second_person
from tests.factories.org import PASSWORD

pytestmark = pytest.mark.django_db


def run(*words):
    return CliRunner().invoke(app, ["compliance", "actions", *words])


@pytest.fixture
def rule(cast, settings):
    """A rule that is on, and a phone that it acts on now."""
    settings.AUTOMATIC_JUMP_LEAST = 1000
    account(cast.ida)
    begun = now() - 15 * make.DAY
    make.ask(begun)
    found = make.phones(cast, 1, begun)
    make.fail(found, begun)
    at = make.later(found, begun)
    ida, ben = cast.acting(cast.ida), cast.acting(second_person(cast))
    return make.approve(make.tried(ida, at, name="Open phones"), ben, at)


@pytest.mark.clause("G-10")
def test_from_the_plan_to_what_was_done(rule):
    assert "Open phones: restrict, on, version 1" in run("rules").stdout
    assert "1 to act on, 0 passed over." in run("plan", "open PHONES").stdout
    assert run("acts").stdout == "No rule did anything, and none was tried.\n"
    assert run("run").stdout == "Looked at: 1.\n"
    (act,) = json.loads(run("acts", "--state", "done", "--json").stdout)
    assert (act["rule"], act["version"], act["finding"]) == ("Open phones", 1, "Passcode")
    assert (
        f"{act['device']}: restricted. Passcode (clause G-3)" in run("access", act["device"]).stdout
    )
    assert json.loads(run("access", "PH-NONE", "--json").stdout)["code"] == "unknown"
    plan = json.loads(run("plan", "Open phones", "--json").stdout)
    assert [line["why_not"] for line in plan["skipped"]] == ["This rule acted on it already: done."]
    (row,) = json.loads(run("rules", "--json").stdout)
    assert (row["author"], row["second_person"]) == ("Ida Lindqvist", "Ben Castellan1006")


@pytest.mark.clause("G-10")
def test_one_rule_or_everything_is_stopped(rule):
    assert "The rule was stopped." in run("stop", "Open phones", "--reason", "odd").stdout
    assert "stands still" in run("stop", "--everything", "--reason", "an attack").stdout
    assert ActionStop.objects.filter(ended_at=None).count() == 2
    assert run("run").stdout == "Looked at: 0.\n"


def test_what_makes_no_sense_is_refused(rule):
    assert isinstance(run("stop", "--reason", "odd").exception, Conflict)
    assert isinstance(run("stop", "nobody's", "--reason", "odd").exception, NotFound)
    assert isinstance(run("plan", "nobody's").exception, NotFound)


@pytest.mark.clause("G-10")
def test_a_rule_is_tried_and_retired_by_a_person_with_their_password(cast):
    account(cast.ida)
    rule = make.proposed(cast.acting(cast.ida), now(), name="Open phones")

    def typed(password, *words):
        words = ["compliance", "actions", *words, "--email", cast.ida.email]
        return CliRunner().invoke(app, words, input=f"{password}\n")

    assert typed("wrong", "try", rule.name).exit_code == 1
    assert "It is tried now." in typed(PASSWORD, "try", rule.name).stdout
    rule.refresh_from_db()
    assert rule.state == "trial"
    assert "retired" in typed(PASSWORD, "retire", rule.name, "--reason", "nobody needs it").stdout
    rule.refresh_from_db()
    assert rule.state == "retired"
