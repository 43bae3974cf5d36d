"""When news of a list is newer, when its cursor is over, how long a service is left alone."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from quartermaster.mdm.rules.listing import (
    CURSOR_LIFE,
    LONGEST_PAUSE,
    cursor_is_over,
    pause_after,
    supersedes,
)
from tests.cast import AT

TIMES = st.none() | st.integers(0, 10**6).map(lambda seconds: AT + timedelta(seconds=seconds))


@given(st.permutations(range(6)))
def test_whatever_order_news_comes_in_the_newest_stays(order):
    known = None
    for number in order:
        told = AT + timedelta(seconds=number)
        if supersedes(told_at=told, known_at=known):
            known = told
    assert known == AT + timedelta(seconds=5)


@given(TIMES, TIMES)
def test_only_older_news_is_left(told, known):
    older = told is not None and known is not None and told < known
    assert supersedes(told_at=told, known_at=known) is not older


def test_a_cursor_is_good_for_seven_days():
    assert cursor_is_over(None, AT)
    assert not cursor_is_over(AT, AT + CURSOR_LIFE - timedelta(seconds=1))
    assert cursor_is_over(AT, AT + CURSOR_LIFE)


@given(st.integers(0, 10_000), st.integers(0, 86_400))
def test_pauses_grow_to_a_bound_and_honour_what_is_asked(attempts, wait):
    pause = pause_after(attempts, wait)
    assert pause >= timedelta(seconds=wait)
    assert pause <= max(LONGEST_PAUSE, timedelta(seconds=wait))
    assert pause_after(attempts + 1, wait) >= pause
