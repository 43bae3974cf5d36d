"""Times, money and chips."""

from datetime import UTC, date, datetime, timedelta

import pytest

from quartermaster.web import marks
from quartermaster.web.charts import Bar, bars, stack

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("gap", "words"),
    [
        (timedelta(seconds=20), "just now"),
        (timedelta(minutes=1), "1 minute ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(days=2), "2 days ago"),
        (-timedelta(days=2), "in 2 days"),
        (timedelta(days=30), "Oct 25, 2026"),
    ],
)
def test_time_as_people_say_it(gap, words):
    assert marks.relative(AT - gap, AT) == words


def test_time_in_full_is_in_the_zone_of_the_city():
    assert marks.full_time(AT) == "November 24, 2026, 9:00 a.m. CST"


def test_date_is_shown_without_a_time():
    assert marks.when(date(2026, 1, 2)) == '<time datetime="2026-01-02">Jan 2, 2026</time>'


@pytest.mark.parametrize(
    ("cents", "shown"), [(0, "$0.00"), (123456, "$1,234.56"), (-5, "-$0.05"), (None, "—")]
)
def test_money(cents, shown):
    assert marks.money(cents) == shown


def test_chip_escapes_its_word():
    assert "<b>" not in marks.chip("<b>")


def test_bars_stand_on_one_scale():
    chart = bars("Devices", [Bar("Pass", 30, "good"), Bar("Fail", 10, "bad")])
    assert [item.share for item in chart.drawn] == [75, 25]
    assert chart.drawn[0].width == pytest.approx(3 * chart.drawn[1].width, abs=0.2)
    assert chart.sentence == "Devices: pass 30, fail 10; 40 in all."


def test_chart_of_nothing_says_so():
    assert bars("Devices", []).sentence == "Devices: nothing to count yet."
    assert stack("Devices", [Bar("Pass", 0)]).drawn[0].width == 0
