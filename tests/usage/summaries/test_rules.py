"""Attribution adds up, and what stands out is told."""

from datetime import date, timedelta
from statistics import median

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.ids import new_id
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.outliers import FEWEST, Measured, Outlier, outliers
from quartermaster.usage.rules.summaries import (
    NAMES,
    Bearer,
    Figures,
    Held,
    attributed,
    bearer_on,
    days_of,
    moved,
)
from quartermaster.usage.rules.telling import amount, change, explained, number, said, short

OCTOBER = Cycle("Verizon", "1", date(2026, 10, 1), date(2026, 10, 31))
WATER, LIBRARY = Bearer(new_id(), new_id()), Bearer(new_id())
EVERY = frozenset({Family.VOICE, Family.MESSAGE, Family.DATA})


def held(*starts):
    """Periods that follow one another, each from a day on."""
    ends = [day for day, _ in starts[1:]] + [None]
    return tuple(Held(day, end, bearer) for (day, bearer), end in zip(starts, ends, strict=True))


def test_days_belong_to_whom_the_line_belonged():
    periods = held((date(2026, 1, 1), WATER), (date(2026, 10, 11), LIBRARY))
    assert days_of(OCTOBER, periods) == {WATER: 10, LIBRARY: 21}
    assert moved(OCTOBER, periods)
    assert bearer_on(date(2026, 10, 10), periods) == WATER
    assert bearer_on(date(2025, 12, 31), periods) == Bearer()
    assert not moved(OCTOBER, held((date(2026, 1, 1), WATER)))


@pytest.mark.clause("G-9")
def test_a_line_that_changed_hands_counts_for_each():
    periods = held((date(2026, 1, 1), WATER), (date(2026, 10, 11), LIBRARY))
    detail = {
        date(2026, 10, 10): Figures(seconds=60),
        date(2026, 10, 11): Figures(seconds=120, kilobytes=7),
    }
    bill = Figures(seconds=999, messages=31, cost_cents=3100)
    parts = attributed(
        OCTOBER, periods, bill=bill, detail=detail, families=frozenset({Family.VOICE})
    )
    found = {part.bearer: part for part in parts}
    assert (found[WATER].days, found[LIBRARY].days) == (10, 21)
    # minutes out of detail; messages and cost, of which there is none, by days
    assert found[WATER].figures == Figures(seconds=60, messages=10, cost_cents=1000)
    assert found[LIBRARY].figures == Figures(seconds=120, messages=21, cost_cents=2100)


figures = st.builds(
    Figures,
    **{name: st.integers(0, 10**9) for name in NAMES if name != "cost_cents"},
    cost_cents=st.integers(-(10**6), 10**6),
)
starts = st.lists(
    st.tuples(st.integers(-40, 40), st.sampled_from([WATER, LIBRARY, Bearer()])), max_size=4
)


@given(starts, figures, st.dictionaries(st.integers(-3, 35), figures, max_size=5), st.booleans())
def test_the_parts_are_the_whole(points, bill, detail, whole):
    first = OCTOBER.from_on
    ordered = sorted(dict(points).items())
    periods = (
        held(*((first + timedelta(days=day), bearer) for day, bearer in ordered)) if ordered else ()
    )
    days = {(None if whole else first + timedelta(days=n)): one for n, one in detail.items()}
    families = frozenset({Family.VOICE, Family.DATA}) if detail else frozenset()
    parts = attributed(OCTOBER, periods, bill=bill, detail=days, families=families)
    together = sum((part.figures for part in parts), Figures())
    of_detail = sum(days.values(), Figures())
    assert sum(part.days for part in parts) == 31
    for name in NAMES:
        counted = families and name in {
            "seconds",
            "roaming_seconds",
            "international_seconds",
            "kilobytes",
            "roaming_kilobytes",
        }
        assert getattr(together, name) == getattr(of_detail if counted else bill, name), name


def plan(*amounts):
    return [Measured(place, "Unlimited", figure) for place, figure in enumerate(amounts)]


def test_a_line_far_above_its_plan_stands_out():
    found = outliers(plan(10, 11, 12, 9, 10, 11, 8, 10, 90), least=1)
    assert [(one.key, one.figure, one.middle, one.lines) for one in found] == [(8, 90, 10, 9)]
    assert found[0].times == 9


def test_few_lines_small_differences_and_little_use_do_not():
    assert outliers(plan(*[1] * (FEWEST - 2), 900), least=1) == []
    assert outliers(plan(*[100] * 10, 101), least=5) == []  # nothing differs, and this barely
    assert outliers(plan(*[0] * 10), least=0) == []
    assert [one.key for one in outliers(plan(*[100] * 10, 200), least=5)] == [10]


@given(st.lists(st.integers(0, 1000), min_size=FEWEST, max_size=40))
def test_never_half_of_the_lines_stand_out(amounts):
    found = outliers(plan(*amounts), least=0)
    assert len(found) < len(amounts) / 2
    assert all(one.figure > median(amounts) for one in found)


def test_amounts_are_told_as_people_read_them():
    assert [amount("seconds", 90_000), amount("kilobytes", 1_572_864)] == ["1,500", "1.50"]
    assert [amount("cost_cents", -123_456), amount("messages", 1234)] == ["-$1,234.56", "1,234"]
    assert [number("seconds", 90), number("kilobytes", 1_572_864)] == [1.5, 1.5]
    assert [number("cost_cents", 1250), number("messages", 3)] == [12.5, 3]
    assert said("kilobytes", 1_048_576) == "1.00 GB"
    assert [change(200, 300), change(200, 150), change(3, 3), change(0, 9)] == [
        "50% more than the month before",
        "25% less than the month before",
        "as the month before",
        "",
    ]


def test_a_figure_over_a_bar_is_short():
    assert [short("cost_cents", n) for n in (1_250_370, 125_099, -4_500)] == [
        "$13k",
        "$1,251",
        "-$45",
    ]
    assert [short("messages", 1_234_567), short("kilobytes", 1_572_864)] == ["1,235k", "1.50"]


def test_why_a_line_stands_out_is_a_sentence_that_can_be_checked():
    off = Outlier("x", "Unlimited", 48 * 1024**2, 3 * 1024**2, 1024**2, 23)
    assert explained("kilobytes", off) == (
        "48.00 GB, 16 times as much: of the 23 lines on “Unlimited” half are at 3.00 GB or less,"
        " and usually differ from that by 1.00 GB."
    )
