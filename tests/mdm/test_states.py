"""The machines of the room, whatever the order of verbs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.kernel.errors import Conflict
from quartermaster.mdm.rules.destruction import REQUEST, TARGET
from quartermaster.mdm.software_states import LICENCE, SOFTWARE
from quartermaster.mdm.states import (
    COMMAND,
    CREDENTIAL,
    ENROLMENT,
    INVITATION,
    OPEN_COMMANDS,
    ORDER,
    PROOF,
    RENEWAL,
    CommandState,
    EnrolmentState,
    InvitationState,
)

MACHINES = {
    "invitation": INVITATION,
    "enrolment": ENROLMENT,
    "command": COMMAND,
    "credential": CREDENTIAL,
    "application": SOFTWARE,
    "licence": LICENCE,
    "renewal": RENEWAL,
    "order": ORDER,
    "proof": PROOF,
    "destructive request": REQUEST,
    "its device": TARGET,
}


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
def test_every_state_can_be_reached(machine):
    assert machine.reachable() == set(machine.states)


def test_what_is_over_stays_over():
    assert INVITATION.terminal == {
        InvitationState.USED,
        InvitationState.CANCELLED,
        InvitationState.EXPIRED,
    }
    assert ENROLMENT.terminal == {EnrolmentState.ENDED}
    assert COMMAND.terminal == set(CommandState) - OPEN_COMMANDS


@pytest.mark.parametrize("machine", MACHINES.values(), ids=MACHINES)
@given(data=st.data())
def test_any_walk_stays_in_the_table_and_ends_for_good(machine, data):
    state, over = machine.initial, False
    for verb in data.draw(st.lists(st.sampled_from(sorted(machine.transitions)), max_size=20)):
        step = machine.transitions[verb]
        if state not in step.sources:
            with pytest.raises(Conflict):
                machine.target(verb, state)
            continue
        assert not over
        state = machine.target(verb, state)
        over = state in machine.terminal
        assert over is (machine.verbs_from(state) == ())


@pytest.mark.clause("G-10")
@given(st.lists(st.sampled_from(sorted(INVITATION.transitions)), max_size=20))
def test_an_invitation_is_used_at_most_once_and_only_after_it_was_fetched(verbs):
    state, walked = INVITATION.initial, []
    for verb in verbs:
        if verb in INVITATION.verbs_from(state):
            state = INVITATION.target(verb, state)
            walked.append(verb)
    assert walked.count("use") <= 1
    assert "use" not in walked or walked[-2:] == ["fetch", "use"]
