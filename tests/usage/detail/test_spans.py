"""Whatever the custody and the numbers: nothing outside of all three is ever in a span (G-9)."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.usage.rules.detail_requests import (
    DETAIL_REQUEST,
    DetailState,
    Had,
    Numbered,
    spans_of,
)

pytestmark = pytest.mark.clause("G-9")
START = datetime(2026, 1, 1, tzinfo=UTC)
hours = st.integers(0, 400)


def moment(hour):
    return START + timedelta(hours=hour)


@st.composite
def chains(draw, names):
    """Periods that follow one another, each with a name; the last one is open."""
    cuts = sorted(set(draw(st.lists(hours, max_size=6))))
    owners = draw(st.lists(st.sampled_from(names), min_size=len(cuts) + 1, max_size=len(cuts) + 1))
    edges = [None, *(moment(cut) for cut in cuts), None]
    return list(zip(owners, edges, edges[1:], strict=False))


def _inside(when, since, until):
    return (since is None or since <= when) and (until is None or when < until)


@given(chains(["ana", "rex"]), chains(["+1", "+2"]), hours, hours, hours)
def test_an_instant_is_in_a_span_just_where_all_three_agree(custody, numbers, begin, end, hour):
    since, until, when = moment(min(begin, end)), moment(max(begin, end)), moment(hour)
    had = [Had(a or START, b) for who, a, b in custody if who == "ana"]
    found = spans_of(had, [Numbered(*one) for one in numbers], since, until)
    shown = {span.number for span in found if span.since <= when < span.until}
    anas = any(_inside(when, a, b) for who, a, b in custody if who == "ana")
    expected = {name for name, a, b in numbers if _inside(when, a, b)}
    assert shown == (expected if anas and since <= when < until else set())


def test_every_state_is_reached_and_what_is_over_stays_over():
    assert DETAIL_REQUEST.reachable() == frozenset(DetailState)
    assert DETAIL_REQUEST.terminal == frozenset(
        {DetailState.DECLINED, DetailState.WITHDRAWN, DetailState.ENDED}
    )
