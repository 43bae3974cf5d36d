"""In the evening the day of a decision is still the city's, though UTC has the next."""

from datetime import date, timedelta

import pytest
from django.utils.timezone import localdate

from quartermaster.inventory import actions
from quartermaster.inventory.actions import Program, applications
from quartermaster.inventory.actions.applications import Decision
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.imports import ImportHasErrors
from tests.cast import EVENING
from tests.factories.applications import DecisionFactory
from tests.factories.inventory import csv_of
from tests.inventory.foreign.test_snipe_it import REPORT

pytestmark = pytest.mark.django_db
TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)


def test_the_evening_is_of_the_day_that_the_cast_knows():
    assert (localdate(EVENING), EVENING.date()) == (TODAY, TOMORROW)


@pytest.mark.clause("G-4")
def test_a_decision_for_the_rest_of_today_is_taken(cast):
    decision = Decision(
        "Lucky Casino", "blocked", "Gambling", identifier="com.play.casino", until=TOMORROW
    )
    ask = {"actor": cast.acting(cast.ida), "at": EVENING}
    assert applications.decide(decision=decision, **ask).until == TOMORROW
    over = Decision("Other", "blocked", "Gambling", identifier="com.play.other", until=TODAY)
    with pytest.raises(InvalidInput):
        applications.decide(decision=over, **ask)


@pytest.mark.clause("G-4")
def test_what_is_decided_until_tomorrow_is_not_asked_today(cast):
    DecisionFactory(title="Sketches", until=TOMORROW)
    ask = {"title": "Sketches", "platform": "ios", "purpose": "Plans"}
    with pytest.raises(Conflict, match="decided already"):
        applications.ask(**ask, actor=cast.acting(cast.ana), at=EVENING)
    night = EVENING + timedelta(hours=6)
    assert applications.ask(**ask, actor=cast.acting(cast.ana), at=night).state == "waiting"


def test_another_program_gave_nothing_out_tomorrow(cast):
    with pytest.raises(ImportHasErrors, match="checkout date: lies ahead"):
        actions.import_foreign(
            content=csv_of({**REPORT, "Checkout Date": "2026-11-25 08:00:00"}),
            program=Program.SNIPE_IT,
            actor=cast.acting(cast.ida),
            at=EVENING,
        )
