"""State machines as data: an enum of states and one table of transitions.

Buttons, diagrams, the permission matrix and the property tests are generated from the table; a
database constraint in the model lists the same states.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Permit

S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Transition(Generic[S]):
    """One verb: from which states to which, and the permit it takes (None: only the house)."""

    verb: str
    sources: frozenset[S]
    target: S
    permit: Permit | None = None


class Machine(Generic[S]):
    """A table of transitions over the states of one enum."""

    def __init__(self, name: str, initial: S, transitions: Iterable[Transition[S]]) -> None:
        self.name = name
        self.initial = initial
        self.states: type[S] = type(initial)
        self.transitions = {item.verb: item for item in transitions}

    def target(self, verb: str, state: S) -> S:
        """The state after ``verb``, or `Conflict` where it does not lead on from ``state``."""
        step = self.transitions[verb]
        if state not in step.sources:
            raise Conflict(
                f"“{verb}” is not possible while this {self.name} is {state.value}.",
                verb=verb,
                state=state.value,
            )
        return step.target

    def verbs_from(self, state: S) -> tuple[str, ...]:
        return tuple(v for v, step in self.transitions.items() if state in step.sources)

    @property
    def terminal(self) -> frozenset[S]:
        sources = {s for step in self.transitions.values() for s in step.sources}
        return frozenset(set(self.states) - sources)

    def reachable(self) -> frozenset[S]:
        seen = {self.initial}
        while True:
            more = {t.target for t in self.transitions.values() if t.sources & seen} - seen
            if not more:
                return frozenset(seen)
            seen |= more

    def mermaid(self) -> str:
        """The diagram of the machine, for the documentation."""
        lines = ["stateDiagram-v2", f"    [*] --> {self.initial.value}"]
        for step in self.transitions.values():
            lines += [
                f"    {s.value} --> {step.target.value}: {step.verb}" for s in sorted(step.sources)
            ]
        return "\n".join(lines)
