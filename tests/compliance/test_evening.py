"""An evaluation at seven in the evening is one of the city's day."""

from datetime import date

import pytest
from django.utils.timezone import localdate

from quartermaster.compliance import sharing
from quartermaster.compliance.subjects import Reader
from quartermaster.reports.sources.inventory import applications
from quartermaster.reports.standing import SHOWN, days_reported
from tests.cast import EVENING
from tests.factories.applications import DecisionFactory

pytestmark = pytest.mark.django_db


@pytest.mark.clause("G-4")
def test_what_is_blocked_until_tomorrow_is_blocked_tonight(cast):
    DecisionFactory(until=date(2026, 11, 25))
    ended = DecisionFactory(until=date(2026, 11, 24))
    names = {row.title for row in Reader(EVENING).decisions.rows}
    assert (len(names), ended.title in names) == (1, False)
    counts = dict(applications(cast.acting(cast.ida), EVENING).counts)
    assert counts["decisions in force"] == 1


def test_what_was_read_stands_until_the_day_of_the_city_ends():
    reader = sharing.shared(EVENING).reader
    assert sharing.shared(EVENING.replace(hour=5, minute=59)).reader is reader
    assert sharing.shared(EVENING.replace(hour=6)).reader is not reader


def test_the_days_of_a_report_begin_with_a_day_of_the_city(cast):
    rows = days_reported(cast.acting(cast.ida), EVENING)
    assert f'"day" >= {localdate(EVENING - SHOWN)}' in str(rows.query)
