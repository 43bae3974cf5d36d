"""Supervision is a forest: whoever follows it upwards comes to an end."""

from collections.abc import Hashable, Mapping
from typing import TypeVar

K = TypeVar("K", bound=Hashable)


def chain_above(person: K, supervisor_of: Mapping[K, K | None]) -> tuple[K, ...]:
    """The person and those above, in order; ends with a repetition where there is a cycle."""
    chain = [person]
    seen = {person}
    while (above := supervisor_of.get(chain[-1])) is not None:
        chain.append(above)
        if above in seen:
            break
        seen.add(above)
    return tuple(chain)


def cycles(supervisor_of: Mapping[K, K | None]) -> dict[K, tuple[K, ...]]:
    """Everyone who would come back to themselves, each with the way there, in linear time."""
    found: dict[K, tuple[K, ...]] = {}
    done: set[K] = set()
    for start in supervisor_of:
        path: list[K] = []
        place: dict[K, int] = {}
        here: K | None = start
        while here is not None and here not in done and here not in place:
            place[here] = len(path)
            path.append(here)
            here = supervisor_of.get(here)
        if here is not None and here in place:
            ring = path[place[here] :]
            for index, member in enumerate(ring):
                found[member] = (*ring[index:], *ring[:index], member)
        done.update(path)
    return found
