"""A state machine is data: what it allows, and what can be drawn from it."""

from enum import StrEnum

import pytest

from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.transitions import Machine, Transition


class Door(StrEnum):
    OPEN = "open"
    SHUT = "shut"
    GONE = "gone"


DOOR = Machine(
    "door",
    Door.OPEN,
    [
        Transition("shut", frozenset({Door.OPEN}), Door.SHUT),
        Transition("open", frozenset({Door.SHUT}), Door.OPEN),
        Transition("remove", frozenset({Door.OPEN, Door.SHUT}), Door.GONE),
    ],
)


def test_target_of_a_verb():
    assert DOOR.target("shut", Door.OPEN) is Door.SHUT


def test_verb_out_of_place_is_a_conflict():
    with pytest.raises(Conflict, match="“open” is not possible while this door is open") as clash:
        DOOR.target("open", Door.OPEN)
    assert clash.value.facts == {"verb": "open", "state": "open"}


def test_what_leads_on_and_what_ends():
    assert DOOR.verbs_from(Door.OPEN) == ("shut", "remove")
    assert DOOR.terminal == {Door.GONE}
    assert DOOR.reachable() == set(Door)


def test_diagram_has_every_arrow():
    assert DOOR.mermaid().splitlines() == [
        "stateDiagram-v2",
        "    [*] --> open",
        "    open --> shut: shut",
        "    shut --> open: open",
        "    open --> gone: remove",
        "    shut --> gone: remove",
    ]
