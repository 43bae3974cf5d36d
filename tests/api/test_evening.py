"""The API takes the city's day where none is given."""

from datetime import date

import pytest

from tests.cast import EVENING
from tests.factories.applications import DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-12")
def test_ordered_lines_are_those_of_the_day_here(cast, call, monkeypatch):
    monkeypatch.setattr("quartermaster.api.orders.now", lambda: EVENING)
    assert call(cast.ida, "ordered-lines", "orders:read").json()["on"] == "2026-11-24"


@pytest.mark.clause("G-4")
def test_a_decision_until_tomorrow_is_in_force(cast, call, monkeypatch):
    monkeypatch.setattr("quartermaster.api.decisions.now", lambda: EVENING)
    row = DecisionFactory(until=date(2026, 11, 25))
    path = "application-decisions?in_force=true"
    (read,) = call(cast.ida, path, "applications:read").json()["items"]
    assert read["id"] == str(row.id)
