"""When a device is woken: the rule alone, on thousands of lives that nobody lived."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.mdm.rules.waking import (
    HOLD,
    LONGEST_PAUSE,
    LONGEST_RETREAT,
    MOST_WAKES,
    PATIENCE,
    SETTLE,
    Decision,
    Sleep,
    Verb,
    attempts_after,
    decide,
    pause,
    retreat,
)

AT = datetime(2026, 11, 24, 15, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)

instants = st.integers(-30 * 86400, 30 * 86400).map(lambda s: AT + timedelta(seconds=s))
maybe = st.none() | instants
sleeps = st.builds(
    Sleep,
    asked_at=instants,
    waiting=st.booleans(),
    woken_at=maybe,
    seen_at=maybe,
    attempts=st.integers(0, 40),
)


@given(sleeps, instants)
def test_nothing_is_woken_for_nothing(sleep, at):
    if not sleep.waiting:
        assert decide(sleep, at) == Decision(Verb.REST)


@given(sleeps, instants)
def test_to_look_again_is_always_in_the_future(sleep, at):
    found = decide(sleep, at)
    assert (found.verb is Verb.LATER) == (found.due_at is not None)
    if found.due_at is not None:
        assert found.due_at > at


@given(sleeps, instants)
def test_no_wake_follows_a_wake_or_a_call_at_once(sleep, at):
    if decide(sleep, at).verb is Verb.WAKE:
        assert sleep.seen_at is None or at >= sleep.seen_at + SETTLE
        assert sleep.woken_at is None or at >= sleep.woken_at + SETTLE
        if not sleep.answered:
            assert at >= sleep.woken_at + HOLD


@given(sleeps)
def test_news_leads_to_a_wake_as_soon_as_the_device_is_quiet(sleep):
    """Whatever became of earlier wakes, and however many there were."""
    news = Sleep(AT, True, sleep.woken_at, sleep.seen_at, sleep.attempts)
    marks = [mark for mark in (news.woken_at, news.seen_at) if mark is not None and mark >= AT]
    if not marks:
        assert decide(news, AT + HOLD).verb is Verb.WAKE


@given(instants)
def test_a_device_that_never_answers_is_woken_ever_less_often_and_then_no_more(asked):
    at, sleep, wakes = asked, Sleep(asked, True), []
    while (found := decide(sleep, at)).verb is not Verb.REST:
        if found.verb is Verb.WAKE:
            wakes.append(at)
            sleep = Sleep(asked, True, at, None, attempts_after(sleep))
        else:
            at = found.due_at
    gaps = [after - before for before, after in pairwise(wakes)]
    assert len(wakes) == MOST_WAKES
    assert gaps == sorted(gaps)
    assert (min(gaps), max(gaps)) == (5 * MINUTE, LONGEST_PAUSE)
    assert wakes[-1] - asked > timedelta(days=13)  # as long as commands live, no less


def test_one_that_came_and_left_work_is_given_time_to_call_by_itself():
    came = Sleep(AT, True, woken_at=AT + MINUTE, seen_at=AT + 2 * MINUTE, attempts=1)
    assert decide(came, AT + 3 * MINUTE) == Decision(Verb.LATER, AT + 2 * MINUTE + PATIENCE)
    assert decide(came, AT + 2 * MINUTE + PATIENCE).verb is Verb.WAKE


def test_one_that_talks_just_now_is_left_alone_for_a_moment():
    talking = Sleep(AT, True, seen_at=AT)
    assert decide(talking, AT) == Decision(Verb.LATER, AT + SETTLE)
    assert decide(talking, AT + SETTLE).verb is Verb.WAKE


def test_the_count_begins_anew_with_news_for_one_that_answered():
    assert attempts_after(Sleep(AT, True)) == 1
    silent = Sleep(AT, True, woken_at=AT - MINUTE, seen_at=None, attempts=3)
    assert attempts_after(silent) == 4
    answered = Sleep(AT, True, woken_at=AT - 2 * MINUTE, seen_at=AT - MINUTE, attempts=3)
    assert attempts_after(answered) == 1
    no_news = Sleep(AT - 9 * MINUTE, True, AT - 2 * MINUTE, AT - MINUTE, attempts=3)
    assert attempts_after(no_news) == 4


@pytest.mark.parametrize(("rule", "longest"), [(pause, LONGEST_PAUSE), (retreat, LONGEST_RETREAT)])
@given(count=st.integers(0, 10_000))
def test_pauses_grow_and_are_bounded(rule, longest, count):
    assert timedelta() < rule(count) <= rule(count + 1) <= longest
