"""What a number in an old workbook is shown as: a day, a time, how long, or the number."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.records.reading.legacy.sheetformats import BUILT_IN, Shown, shown_by, words

pytestmark = pytest.mark.clause("G-5")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("General", Shown.NUMBER),
        ("", Shown.NUMBER),
        ("@", Shown.NUMBER),
        ("#,##0.00;[Red]-#,##0.00", Shown.NUMBER),
        ('0 "days"', Shown.NUMBER),
        ("0\\d", Shown.NUMBER),
        ("_(* #,##0_);_(* (#,##0)", Shown.NUMBER),
        ("[$\u20ac-407]#,##0", Shown.NUMBER),
        ("0.00E+00", Shown.NUMBER),
        ("yyyy-mm-dd", Shown.DAY),
        ("[$-F800]dddd, mmmm dd, yyyy", Shown.DAY),
        ("mmm", Shown.DAY),
        ("m/d/yy;@", Shown.DAY),
        ("h:mm AM/PM", Shown.TIME),
        ("mm:ss.0", Shown.TIME),
        ("d/m/yy h:mm", Shown.MOMENT),
        ("[h]:mm", Shown.LENGTH),
        ("[mm]:ss", Shown.LENGTH),
    ],
)
def test_what_a_format_shows(written, shown):
    assert shown_by(written) is shown


@given(st.text(max_size=60))
def test_any_format_shows_something(written):
    assert shown_by(written) in Shown


def test_formats_that_every_workbook_has():
    assert {BUILT_IN[14], BUILT_IN[18], BUILT_IN[22], BUILT_IN[46]} == {
        Shown.DAY,
        Shown.TIME,
        Shown.MOMENT,
        Shown.LENGTH,
    }
    assert not {0, 1, 2, 9, 10, 37, 44, 48, 49} & set(BUILT_IN)


@pytest.mark.parametrize(
    ("number", "shown", "said"),
    [
        (1, Shown.DAY, "1900-01-01"),
        (59, Shown.DAY, "1900-02-28"),
        (61, Shown.DAY, "1900-03-01"),
        (2958465, Shown.DAY, "9999-12-31"),
        (2958466, Shown.DAY, "2958466"),
        (-1, Shown.DAY, "-1"),
        (float("nan"), Shown.DAY, "nan"),
        (float("inf"), Shown.LENGTH, "inf"),
        (0.25, Shown.DAY, "06:00"),
        (46105.25, Shown.DAY, "2026-03-24 06:00"),
        (46105.999999, Shown.MOMENT, "2026-03-25 00:00"),
        (2958465.9999999, Shown.MOMENT, "9999-12-31 23:59:59"),
        (46105.25, Shown.TIME, "06:00"),
        (1.5, Shown.LENGTH, "36:00:00"),
        (0.1 + 0.2, Shown.NUMBER, "0.3"),
    ],
)
def test_a_number_as_it_is_shown(number, shown, said):
    assert words(number, shown) == said


@given(st.dates(date(1900, 3, 1), date(9999, 12, 31)))
def test_each_day_since_march_1900_is_shown_as_itself(day):
    number = (day - date(1899, 12, 30)).days
    assert words(number, Shown.DAY) == day.isoformat()
    assert words(number - 1462, Shown.DAY, since_1904=True) == (
        day.isoformat() if number > 1461 else words(number - 1462, Shown.NUMBER)
    )


@given(st.floats() | st.floats(0, 3e6), st.sampled_from(Shown), st.booleans())
def test_any_number_is_shown(number, shown, since_1904):
    assert words(number, shown, since_1904=since_1904)


def test_the_last_day_since_1904_is_shown_as_itself():
    assert words(2957003, Shown.DAY, since_1904=True) == "9999-12-31"
    assert words(2957003.99999999, Shown.MOMENT, since_1904=True) == "9999-12-31 23:59:59"
    assert words(2957004, Shown.DAY, since_1904=True) == "2957004"


def test_the_first_days_are_one_day_less_than_counted():
    assert [words(number, Shown.DAY) for number in (58, 59)] == [
        (date(1899, 12, 31) + timedelta(days=number)).isoformat() for number in (58, 59)
    ]
