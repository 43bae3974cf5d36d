"""The arithmetic of retention: never early, leap days, fiscal years."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records.rules.disposal import BATCH, ENTRY, digest_of
from quartermaster.records.rules.retention import (
    BY_EVENT,
    SCHEDULE,
    Disposition,
    Period,
    Terms,
    Trigger,
    after,
    due_on,
    fiscal_year_over,
    runs_from,
    series_for,
    why_not_whole,
)
from quartermaster.records.rules.shipped import shipped

pytestmark = pytest.mark.clause("C-2")
DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
PERIODS = st.builds(Period, st.integers(0, 100), st.integers(0, 11), st.integers(0, 3660))


def terms(**more):
    given = {
        "code": "messages",
        "title": "Messages",
        "trigger": Trigger.CREATED,
        "period": Period(7),
        "basis": "Wis. Stat. 19.21",
        "disposition": Disposition.DESTROY,
        **more,
    }
    return Terms(**given)


@pytest.mark.parametrize(
    ("day", "period", "expected"),
    [
        (date(2024, 2, 29), Period(1), date(2025, 3, 1)),
        (date(2024, 2, 29), Period(4), date(2028, 2, 29)),
        (date(2023, 2, 28), Period(1), date(2024, 2, 28)),
        (date(2026, 1, 31), Period(0, 1), date(2026, 3, 1)),
        (date(2026, 8, 31), Period(0, 1), date(2026, 10, 1)),
        (date(2026, 11, 30), Period(0, 3), date(2027, 3, 1)),
        (date(2026, 12, 31), Period(0, 0, 1), date(2027, 1, 1)),
        (date(2026, 5, 5), Period(), date(2026, 5, 5)),
        (date(2026, 11, 24), Period(7, 11, 10), date(2034, 11, 3)),
    ],
)
def test_a_period_ends_on_the_day_of_the_same_name_and_never_before(day, period, expected):
    assert after(day, period) == expected


@given(DAYS, PERIODS, PERIODS)
def test_a_longer_period_never_ends_earlier(day, one, two):
    longer = Period(max(one.years, two.years), max(one.months, two.months), max(one.days, two.days))
    assert after(day, longer) >= max(after(day, one), after(day, two))


@given(DAYS, DAYS, PERIODS)
def test_what_began_later_never_ends_earlier(one, two, period):
    early, late = sorted([one, two])
    assert after(early, period) <= after(late, period)


@given(DAYS, st.integers(1, 12))
def test_a_fiscal_year_is_over_within_a_year_on_its_first_day(day, begins):
    over = fiscal_year_over(day, begins)
    assert (over.month, over.day) == (begins, 1)
    assert timedelta(0) < over - day <= timedelta(days=366)


@pytest.mark.parametrize(
    ("day", "begins", "expected"),
    [
        (date(2026, 1, 1), 1, date(2027, 1, 1)),
        (date(2026, 12, 31), 1, date(2027, 1, 1)),
        (date(2026, 6, 30), 7, date(2026, 7, 1)),
        (date(2026, 7, 1), 7, date(2027, 7, 1)),
        (date(2024, 2, 29), 3, date(2024, 3, 1)),
    ],
)
def test_fiscal_years(day, begins, expected):
    assert fiscal_year_over(day, begins) == expected


@given(DAYS, st.none() | DAYS, PERIODS, st.sampled_from(Trigger), st.integers(1, 12))
def test_nothing_is_due_before_it_was_made_or_before_what_it_waits_for(
    made, happened, period, trigger, begins
):
    found = due_on(terms(trigger=trigger, period=period), made, happened, begins)
    if trigger in BY_EVENT and happened is None:
        assert found is None
        return
    assert found is not None
    assert found >= made
    if trigger in BY_EVENT:
        assert found >= happened
    assert runs_from(trigger, made, happened, begins) <= found


@given(DAYS, st.none() | DAYS, st.sampled_from(Trigger))
def test_what_is_kept_for_ever_is_never_due(made, happened, trigger):
    kept = terms(trigger=trigger, disposition=Disposition.PERMANENT, period=Period())
    assert due_on(kept, made, happened) is None


def test_the_shipped_schedule_is_whole_and_every_line_names_its_law():
    note, series = shipped("wisconsin")
    assert "City Attorney" in note
    assert why_not_whole(series) == ""
    assert len({one.code for one in series}) == len(series) == 15
    assert all("Wis. Stat." in one.basis for one in series)
    by_kind = {name: series_for(name, series) for name in ("message", "voice", "photo", "new")}
    assert by_kind == {
        "message": "messages-routine",
        "voice": "voicemail-transitory",
        "photo": "photographs",
        "new": "messages-routine",
    }
    assert all(one.checked() == one for one in series)


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"code": "no spaces"}, "code"),
        ({"code": ""}, "code"),
        ({"code": "x" * 41}, "code"),
        ({"title": "  "}, "title"),
        ({"basis": ""}, "basis"),
        ({"period": Period(101)}, "years"),
        ({"period": Period(1, 12)}, "years"),
        ({"period": Period(0, 0, -1)}, "years"),
        ({"period": Period()}, "years"),
        ({"about": "x" * 1001}, "about"),
    ],
)
def test_a_series_that_says_too_little_or_too_much_is_not_taken(more, field):
    with pytest.raises(InvalidInput) as refused:
        terms(**more).checked()
    assert refused.value.facts["field"] == field


def test_a_schedule_is_whole_or_says_why_not():
    one, rest = terms(sources=("message",)), terms(code="rest", sources=("other",))
    assert why_not_whole([one, rest]) == ""
    assert why_not_whole([one]) == "No series takes what falls into no other."
    assert why_not_whole([one, one, rest]) == "The series messages is there twice."
    twice = terms(code="twice", sources=("message",))
    assert why_not_whole([one, twice, rest]) == "“message” falls into messages and into twice."
    with pytest.raises(InvalidInput):
        series_for("photo", [one])


@pytest.mark.parametrize("machine", [BATCH, ENTRY, SCHEDULE])
def test_every_state_is_reached(machine):
    assert machine.reachable() == frozenset(machine.states)


def test_a_batch_is_destroyed_only_by_way_of_two_approvals_and_a_wait():
    way = ["approve", "approve as the second", "execute", "finish", "certify"]
    state = BATCH.initial
    for verb in way:
        into = {item.verb for item in BATCH.transitions.values() if state in item.sources}
        assert verb in into
        state = BATCH.target(verb, state)
    assert BATCH.terminal == {BATCH.states.CERTIFIED, BATCH.states.STOPPED}


def test_what_two_people_agree_to_is_exactly_this():
    given = {"number": "DB-1", "series": "a", "disposition": "destroy", "subjects": ["1", "2"]}
    digest = digest_of(**given)
    assert digest_of(**{**given, "subjects": ["2", "1"]}) == digest
    others = [("number", "DB-2"), ("series", "b"), ("disposition", "transfer"), ("subjects", ["1"])]
    found = {digest_of(**{**given, name: value}) for name, value in others}
    assert len(found | {digest}) == 5


@pytest.mark.parametrize(
    ("period", "words"),
    [
        (Period(7), "7 years"),
        (Period(1, 6), "1 year, 6 months"),
        (Period(0, 0, 180), "180 days"),
        (Period(), "no time"),
    ],
)
def test_a_period_in_words(period, words):
    assert period.words() == words
