"""From two rulebooks to a plan: what changes where, what is refused and why."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any
from uuid import UUID

from quartermaster.policy.plan.proposal import Proposal
from quartermaster.policy.requirements import CATALOGUE, Difference, contradictions, differences
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Ownership, Place, Rulebook


@dataclass(frozen=True)
class Shift:
    """What changes for the devices of one ownership in one department."""

    place: Place
    ownership: Ownership
    differences: tuple[Difference, ...]


@dataclass(frozen=True)
class Refusal:
    """Something in a proposal that cannot stand, with the reason as a sentence."""

    place: str
    reason: str
    setting: str = ""


@dataclass(frozen=True)
class Plan:
    """What applying a proposal would do. Its digest says: this proposal, upon this rulebook."""

    proposal: Proposal
    before: Rulebook = field(repr=False)
    after: Rulebook = field(repr=False)
    shifts: tuple[Shift, ...]
    refusals: tuple[Refusal, ...]

    @property
    def pending(self) -> bool:
        """Whether any document would change, even where nothing follows from it yet."""
        return self.before.fingerprint != self.after.fingerprint

    @property
    def destructive(self) -> bool:
        """Whether devices would begin to erase themselves, or do so sooner."""
        return any(change.destructive for shift in self.shifts for change in shift.differences)

    @property
    def digest(self) -> str:
        wanted = json.dumps(self.proposal.plain(), sort_keys=True, separators=(",", ":"))
        return sha256(f"{self.before.fingerprint}\n{wanted}".encode()).hexdigest()

    @property
    def department_ids(self) -> tuple[UUID, ...]:
        return tuple(dict.fromkeys(shift.place.id for shift in self.shifts))

    def plain(self) -> dict[str, Any]:
        """The plan as a program reads it."""
        return {
            "digest": self.digest,
            "pending": self.pending,
            "destructive": self.destructive,
            "refused": [
                {"place": item.place, "setting": item.setting, "reason": item.reason}
                for item in self.refusals
            ],
            "changes": [
                {
                    "department": shift.place.code,
                    "ownership": shift.ownership,
                    "setting": change.setting.key,
                    "clause": change.setting.clause,
                    "before": change.setting.order.plain(change.before),
                    "after": change.setting.order.plain(change.after),
                    "direction": change.direction.value,
                    "destructive": change.destructive,
                }
                for shift in self.shifts
                for change in shift.differences
            ],
        }


def grouped(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changes as `Plan.plain` tells them, once for all departments in which they are the same."""
    found: dict[str, dict[str, Any]] = {}
    for change in changes:
        rest = {key: value for key, value in change.items() if key != "department"}
        group = found.setdefault(json.dumps(rest, sort_keys=True), {**rest, "departments": []})
        group["departments"].append(change["department"])
    return list(found.values())


def make_plan(book: Rulebook, proposal: Proposal) -> Plan:
    """What would follow if ``proposal`` were applied upon ``book``."""
    after = proposal.upon(book)
    return Plan(proposal, book, after, tuple(_shifts(book, after)), tuple(_refusals(book, after)))


def _shifts(before: Rulebook, after: Rulebook) -> Iterator[Shift]:
    for place, ownership, effective in after.each_effective():
        old = before.effective(place.id, ownership).requirements
        changes = differences(old, effective.requirements)
        if changes:
            yield Shift(place, ownership, changes)


def _refusals(before: Rulebook, after: Rulebook) -> Iterator[Refusal]:
    for key, overlay in after.overlays.items():
        if before.overlays.get(key) != overlay:
            yield from _overlay_refusals(after, after.places[key])
    for key, terms in after.adoptions.items():
        place = after.places[key]
        if place.covered and before.adoptions.get(key) != terms:
            yield Refusal(
                place.code,
                f"{place.name} is covered by the whole policy, so it has nothing to adopt (S-3).",
            )
    for place, ownership, effective in after.each_effective():
        old = set(contradictions(before.effective(place.id, ownership).requirements))
        for sentence in contradictions(effective.requirements):
            if sentence not in old:
                yield Refusal(place.code, f"{place.name}, {ownership} devices: {sentence}")


def _overlay_refusals(book: Rulebook, place: Place) -> Iterator[Refusal]:
    if not place.covered:
        yield Refusal(
            place.code,
            f"{place.name} is excluded from the policy; it can adopt single items (S-3), but has"
            " no city requirement to add to.",
        )
        return
    for ownership in OWNERSHIPS:
        floor = book.inherited(place.id, ownership)
        for key, value in book.overlays[place.id].get(ownership, {}).items():
            entry = CATALOGUE[key]
            if entry.order.weakens(value, floor[key]):
                yield Refusal(
                    place.code,
                    f"{place.name}, {ownership} devices: {key} “{entry.show(value)}” is laxer than"
                    f" the city's “{entry.show(floor[key])}”; a department can only be stricter"
                    " (C-5).",
                    key,
                )
