"""Changes and exceptions as machines; the time an exception may last; what it may ask."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.policy.requirements import Requirements
from quartermaster.policy.rules.requirements import (
    CHANGE,
    EXCEPTION,
    ChangeState,
    ExceptionState,
    check_laxer,
    check_period,
)

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.mark.parametrize("machine", [CHANGE, EXCEPTION], ids=lambda item: item.name)
def test_every_state_is_reachable_and_only_ends_are_final(machine):
    assert machine.reachable() == frozenset(machine.states)
    assert machine.initial not in machine.terminal


@given(
    st.lists(st.sampled_from(sorted(EXCEPTION.transitions)), max_size=6),
)
def test_an_exception_is_in_force_only_after_an_approval(verbs):
    state, approved = EXCEPTION.initial, False
    for verb in verbs:
        try:
            state = EXCEPTION.target(verb, state)
        except Conflict:
            continue
        approved = approved or verb == "approve"
        assert approved or state not in {ExceptionState.IN_FORCE, ExceptionState.ENDED}


@given(st.lists(st.sampled_from(sorted(CHANGE.transitions)), max_size=6))
def test_a_change_is_decided_once(verbs):
    state, decided = CHANGE.initial, 0
    for verb in verbs:
        try:
            state = CHANGE.target(verb, state)
        except Conflict:
            continue
        decided += 1
    assert decided <= 1


def test_labels_are_words():
    assert [state.label for state in ChangeState] == [
        "Waits for a second person",
        "Applied",
        "Declined",
        "Withdrawn",
    ]
    assert ExceptionState.IN_FORCE.label == "In force"


@pytest.mark.parametrize("days", [1, 180])
def test_a_period_that_fits(days):
    check_period(NOW, NOW + timedelta(days=days))


@pytest.mark.parametrize(
    ("days", "sentence"), [(0, "already be over"), (-1, "already be over"), (181, "180 days")]
)
def test_a_period_that_does_not(days, sentence):
    with pytest.raises(InvalidInput, match=sentence):
        check_period(NOW, NOW + timedelta(days=days))


def test_an_exception_asks_for_less():
    asked = Requirements(passcode_minimum_length=6)
    check_laxer(asked, "passcode_minimum_length", 4)
    for value in (6, 8):
        with pytest.raises(InvalidInput, match="no exception is needed"):
            check_laxer(asked, "passcode_minimum_length", value)
    with pytest.raises(InvalidInput, match="no exception is needed"):
        check_laxer(asked, "encryption_required", False)
