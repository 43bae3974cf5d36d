"""The command line takes the city's day, and a last day ends where it ends in the city."""

import json
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from quartermaster.billing.actions import services
from quartermaster.cli import billing, decisions, org
from quartermaster.org.models import RoleAssignment
from tests.cast import EVENING
from tests.factories import orders
from tests.factories.applications import DecisionFactory
from tests.factories.inventory import LineFactory

pytestmark = pytest.mark.django_db


def run(app, *words):
    done = CliRunner().invoke(app, list(words))
    assert done.exit_code == 0, done.output
    return done.output


@pytest.mark.clause("G-12")
def test_a_line_ordered_from_tomorrow_is_not_listed(cast, monkeypatch):
    monkeypatch.setattr("quartermaster.cli.billing.now", lambda: EVENING)
    plan = orders.plan(orders.contract(EVENING), EVENING)
    services.enter_service(
        line_id=LineFactory(holder=cast.ana, number="+14142863800").id,
        plan_id=plan.id,
        from_on=date(2026, 11, 25),
        reason="On the invoices",
        actor=orders.HOUSE,
        at=EVENING,
    )
    assert json.loads(run(billing.app, "lines", "--json")) == []
    assert len(json.loads(run(billing.app, "lines", "--on", "2026-11-25", "--json"))) == 1


@pytest.mark.clause("G-4")
def test_a_decision_until_tomorrow_is_listed(monkeypatch):
    monkeypatch.setattr("quartermaster.cli.decisions.now", lambda: EVENING)
    row = DecisionFactory(until=date(2026, 11, 25))
    (read,) = json.loads(run(decisions.app, "list", "--json"))
    assert read["id"] == str(row.id)


def test_a_role_ends_with_its_last_day_here(cast, monkeypatch):
    monkeypatch.setattr("quartermaster.cli.org.now", lambda: EVENING)
    said = run(org.app, "grant", "1001", "auditor", "--until", "2026-12-24")
    assert said == "Ana Reyes is Auditor until 2026-12-24.\n"
    held = RoleAssignment.objects.get(person=cast.ana)
    assert held.expires_at == datetime(2026, 12, 25, 5, 59, 59, tzinfo=UTC)
