"""What SQL reads out of a cell is what Python reads out of it: one rule, said twice."""

from datetime import date, timedelta
from functools import cache

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from quartermaster.usage.rules import values
from quartermaster.usage.rules.profiles import Unit
from quartermaster.usage.warehouse import expressions, literals

DATES = ("%m/%d/%Y", "%m/%d/%y", "%Y-%m-%d")
TIMES = ("%I:%M %p", "%I:%M%p", "%H:%M:%S", "%H:%M")
cells = (
    st.text("0123456789-+(). /:$,CRMGKBbs\u2212", min_size=1, max_size=14)
    .map(str.strip)
    .filter(bool)
)


@cache
def engine():
    return duckdb.connect()


def says(sql):
    ((value,),) = engine().sql(f"SELECT {sql}").fetchall()
    return value


@given(cells)
@example("(414) 555-0101")
@example("1-414-555-0101")
@example("+44 20 7946 0018")
@example("+0123456789")
def test_numbers(cell):
    assert says(expressions.phone(literals.text(cell))) == values.phone(cell)


@given(cells)
@example("$1,234.50")
@example("(0.25)")
@example("1.00 CR")
@example("$.5")
def test_amounts(cell):
    assert says(expressions.money(literals.text(cell))) == values.cents(cell)


@given(cells, st.sampled_from([Unit.SECONDS, Unit.MINUTES, Unit.CLOCK]))
@example("0.025", Unit.MINUTES)
@example("1:02:03", Unit.CLOCK)
def test_lengths(cell, unit):
    found = values.seconds(cell, unit)
    expected = found if found is None or found < 2**31 else None
    assert says(expressions.duration(literals.text(cell), unit)) == expected


@given(
    cells,
    st.sampled_from([Unit.BYTES, Unit.KILOBYTES, Unit.MEGABYTES, Unit.GIGABYTES, Unit.WRITTEN]),
)
@example("12.5 MB", Unit.WRITTEN)
@example("0.00048828125", Unit.MEGABYTES)
def test_volumes(cell, unit):
    found = values.kilobytes(cell, unit)
    said = says(expressions.volume(literals.text(cell), unit))
    assert said == found or (said is None and found > 2**40)


@given(st.dates(date(1990, 1, 1), date(2068, 12, 31)), st.sampled_from(DATES))
def test_days_in_every_form(day, form):
    cell = day.strftime(form)
    sql = f"CAST({expressions.moment(literals.text(cell), DATES)} AS DATE)"
    assert says(sql) == values.day(cell, DATES)


@pytest.mark.parametrize("cell", ["2:30 PM", "2:30PM", "14:30", "14:30:05", "25:00", "noon"])
def test_times_of_the_day(cell):
    said = says(expressions.clock(literals.text(cell), TIMES))
    assert said == values.clock_time(cell, TIMES)


@given(
    st.dates(date(1990, 1, 1), date(2068, 12, 31)),
    st.integers(0, 60),
    st.sampled_from([" - ", " \u2013 ", " to ", " THROUGH ", "  thru  ", "-", " and "]),
    st.sampled_from(DATES),
)
def test_two_days_in_one_cell(first, days, between, form):
    cell = f"{first:{form}}{between}{first + timedelta(days):{form}}"
    read = tuple(says(part) for part in expressions.span(literals.text(cell), DATES))
    expected = values.span(cell, DATES)
    assert read == (expected or read)
    assert (expected is None) == (None in read)
