"""Days and times as people read them."""

from datetime import UTC, date, datetime

import pytest

from quartermaster.kernel.dates import written_day, written_hour, written_time
from quartermaster.web.marks import full_date, full_time


def test_a_day_is_written_in_words():
    assert written_day(date(2026, 1, 5)) == full_date(date(2026, 1, 5)) == "January 5, 2026"


@pytest.mark.parametrize(
    ("hour", "shown"),
    [(0, "12:04 a.m."), (9, "9:04 a.m."), (12, "12:04 p.m."), (13, "1:04 p.m.")],
)
def test_an_hour_is_one_of_twelve(hour, shown):
    assert written_hour(datetime(2026, 1, 5, hour, 4, tzinfo=UTC)) == shown


def test_a_time_is_written_in_the_city_s_zone():
    at = datetime(2026, 11, 26, 6, 44, tzinfo=UTC)
    assert written_time(at) == full_time(at) == "November 26, 2026, 12:44 a.m. CST"
