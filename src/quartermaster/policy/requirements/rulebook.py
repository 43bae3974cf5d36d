"""The rulebook: what is required where, and what follows for one department.

Pure. The city's requirements by ownership, the overlays of departments (which can only add), and
what excluded departments adopted. Divisions inherit from their parents.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any, Literal, NamedTuple
from uuid import UUID

from quartermaster.policy.requirements.lattice import (
    CATALOGUE,
    LAX,
    Requirements,
    join,
    only,
    replaced,
    settings_of,
)
from quartermaster.policy.requirements.parsing import plain_settings

Ownership = Literal["city", "personal"]
OWNERSHIPS: tuple[Ownership, ...] = ("city", "personal")
Settings = Mapping[str, Any]
CITY = "the city"


class Source(NamedTuple):
    """Why a setting is asked: the clause, and who asks it."""

    clause: str
    origin: str


@dataclass(frozen=True)
class Place:
    """A department, as far as the rulebook needs to know it."""

    id: UUID
    code: str
    name: str
    parent_id: UUID | None
    covered: bool


@dataclass(frozen=True)
class Terms:
    """What an excluded department adopted: whole clauses, single settings; who decided, when."""

    clauses: frozenset[str]
    settings: frozenset[str]
    decided_on: date
    decided_by: str

    @property
    def keys(self) -> frozenset[str]:
        return self.settings | settings_of(self.clauses)

    def plain(self) -> dict[str, Any]:
        return {
            "clauses": sorted(self.clauses),
            "settings": sorted(self.settings),
            "decided_on": self.decided_on.isoformat(),
            "decided_by": self.decided_by,
        }


@dataclass(frozen=True)
class Waiver:
    """An exception in force: the only thing that makes a setting laxer."""

    setting: str
    value: Any
    expires_at: datetime
    exception_id: UUID


@dataclass(frozen=True)
class Effective:
    """What is required in one department of devices of one ownership, and why."""

    requirements: Requirements
    sources: Mapping[str, Source]
    waivers: Mapping[str, Waiver] = field(default_factory=dict)


@dataclass(frozen=True)
class Rulebook:
    """Everything that is required, of everyone."""

    places: Mapping[UUID, Place]
    city: Mapping[str, Requirements]
    overlays: Mapping[UUID, Mapping[str, Settings]]
    adoptions: Mapping[UUID, Terms]

    def lineage(self, department_id: UUID) -> tuple[Place, ...]:
        """The department's ancestors from the top, and itself."""
        chain: list[Place] = []
        following: UUID | None = department_id
        while following is not None and all(place.id != following for place in chain):
            chain.append(self.places[following])
            following = chain[-1].parent_id
        return tuple(reversed(chain))

    def inherited(self, department_id: UUID, ownership: str) -> Requirements:
        """What holds for a covered department before its own overlay."""
        result = self.city.get(ownership, LAX)
        for place in self.lineage(department_id)[:-1]:
            result = join(result, self._overlay(place, ownership))
        return result

    def effective(self, department_id: UUID, ownership: str) -> Effective:
        """What is required of a department's devices (S-3, C-5)."""
        if self.places[department_id].covered:
            return self._of_covered(department_id, ownership)
        return self._of_excluded(department_id, ownership)

    def _of_covered(self, department_id: UUID, ownership: str) -> Effective:
        result = self.city.get(ownership, LAX)
        origins = {key: [CITY] for key in result.asked()}
        for place in self.lineage(department_id):
            overlay = self._overlay(place, ownership)
            wider = join(result, overlay)
            for key in overlay.asked():
                if wider[key] != result[key]:
                    kept = origins.get(key, []) if CATALOGUE[key].order.gathers else []
                    origins[key] = [*kept, place.name]
            result = wider
        return Effective(result, _sources(result, origins))

    def terms_of(self, department_id: UUID) -> Terms | None:
        """What an excluded department is held to: what it adopted, or the one above it (S-3)."""
        if self.places[department_id].covered:
            return None
        for place in reversed(self.lineage(department_id)):
            if place.id in self.adoptions and not place.covered:
                return self.adoptions[place.id]
        return None

    def _of_excluded(self, department_id: UUID, ownership: str) -> Effective:
        for place in reversed(self.lineage(department_id)):
            terms = self.adoptions.get(place.id)
            if terms is not None and not place.covered:
                result = only(self.city.get(ownership, LAX), terms.keys)
                words = f"{place.name}, which adopted it on {terms.decided_on.isoformat()}"
                return Effective(result, _sources(result, {key: [words] for key in result.asked()}))
        return Effective(LAX, {})

    def _overlay(self, place: Place, ownership: str) -> Requirements:
        if not place.covered:
            return LAX
        return Requirements(**self.overlays.get(place.id, {}).get(ownership, {}))

    def each_effective(self) -> Iterator[tuple[Place, Ownership, Effective]]:
        for place in sorted(self.places.values(), key=lambda item: item.code):
            for ownership in OWNERSHIPS:
                yield place, ownership, self.effective(place.id, ownership)

    def plain(self) -> dict[str, Any]:
        """The whole rulebook as JSON, in one canonical form."""
        return {
            "places": {
                place.code: [str(place.parent_id), place.covered] for place in self.places.values()
            },
            "city": {name: asked.asked() for name, asked in self.city.items()},
            "overlays": {
                self.places[key].code: {
                    name: plain_settings(settings) for name, settings in by_ownership.items()
                }
                for key, by_ownership in self.overlays.items()
            },
            "adoptions": {
                self.places[key].code: terms.plain() for key, terms in self.adoptions.items()
            },
        }

    @property
    def fingerprint(self) -> str:
        text = json.dumps(self.plain(), sort_keys=True, separators=(",", ":"))
        return sha256(text.encode()).hexdigest()


def relaxed(effective: Effective, waivers: Mapping[str, Waiver]) -> Effective:
    """What remains after the exceptions in force. An exception never makes a setting stricter."""
    result, used = effective.requirements, {}
    for key, waiver in waivers.items():
        order = CATALOGUE[key].order
        if waiver.value != result[key] and order.is_at_least_as_strict(result[key], waiver.value):
            result = replaced(result, key, waiver.value)
            used[key] = waiver
    kept = {key: source for key, source in effective.sources.items() if key in result.asked()}
    return replace(effective, requirements=result, sources=kept, waivers=used)


def _sources(result: Requirements, origins: Mapping[str, list[str]]) -> dict[str, Source]:
    return {
        key: Source(CATALOGUE[key].clause, " and ".join(origins[key])) for key in result.asked()
    }
