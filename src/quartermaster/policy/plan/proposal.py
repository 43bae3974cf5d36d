"""A proposal: the documents that are to stand, by department code. What it is silent on, stays."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any
from uuid import UUID

from quartermaster.kernel.errors import InvalidInput
from quartermaster.policy.controls import REQUIREMENT_IDS
from quartermaster.policy.requirements import CATALOGUE, parse_requirements, parse_settings
from quartermaster.policy.requirements.parsing import mapping, plain_settings, unknown
from quartermaster.policy.requirements.rulebook import (
    OWNERSHIPS,
    Place,
    Rulebook,
    Settings,
    Terms,
)

CITY_PLACE = "city"


@dataclass(frozen=True)
class Proposal:
    """For each ownership and department code the document that shall stand; None removes it."""

    city: Mapping[str, Settings] = field(default_factory=dict)
    overlays: Mapping[str, Mapping[str, Settings] | None] = field(default_factory=dict)
    adoptions: Mapping[str, Terms | None] = field(default_factory=dict)

    def plain(self) -> dict[str, Any]:
        """The proposal as JSON; `read_proposal` reads it back."""
        return {
            "city": {name: plain_settings(values) for name, values in self.city.items()},
            "overlays": {
                code: None
                if sections is None
                else {name: plain_settings(values) for name, values in sections.items()}
                for code, sections in self.overlays.items()
            },
            "adoptions": {
                code: None if terms is None else terms.plain()
                for code, terms in self.adoptions.items()
            },
        }

    def upon(self, book: Rulebook) -> Rulebook:
        """The rulebook as it stands once the proposal is applied."""
        by_code = {place.code: place for place in book.places.values()}
        overlays, adoptions = dict(book.overlays), dict(book.adoptions)
        for code, sections in self.overlays.items():
            _put(overlays, _place(by_code, code).id, _kept(sections))
        for code, terms in self.adoptions.items():
            _put(adoptions, _place(by_code, code).id, terms)
        city = {
            name: parse_requirements(plain_settings(values), CITY_PLACE)
            for name, values in self.city.items()
        }
        return replace(book, city={**book.city, **city}, overlays=overlays, adoptions=adoptions)


def _kept(sections: Mapping[str, Settings] | None) -> Mapping[str, Settings] | None:
    """An overlay that names nothing is none."""
    return {name: values for name, values in (sections or {}).items() if values} or None


def _put(table: dict[UUID, Any], key: UUID, value: Any) -> None:
    if value is None:
        table.pop(key, None)
    else:
        table[key] = value


def _place(by_code: Mapping[str, Place], code: str) -> Place:
    if code not in by_code:
        known = tuple(sorted(by_code))
        raise InvalidInput(unknown(code, "departments", known), department=code)
    return by_code[code]


def read_proposal(raw: Any, place: str = "The proposal") -> Proposal:
    """A proposal out of its JSON form, checked as strictly as a file."""
    parts = _only(mapping(raw, place), ("city", "overlays", "adoptions"), place)
    overlays, adoptions = parts.get("overlays"), parts.get("adoptions")
    return Proposal(
        city=read_sections(parts.get("city"), f"{place}, city"),
        overlays={
            code: None if value is None else read_sections(value, f"{place}, overlay of {code}")
            for code, value in mapping(overlays, f"{place}, overlays").items()
        },
        adoptions={
            code: None if value is None else read_terms(value, f"{place}, adoption of {code}")
            for code, value in mapping(adoptions, f"{place}, adoptions").items()
        },
    )


def read_sections(raw: Any, place: str) -> dict[str, Settings]:
    """Settings by ownership: a section ``city`` and a section ``personal``."""
    sections = _only(mapping(raw, place), OWNERSHIPS, place)
    return {
        name: parse_settings(value, f"{place}, section {name}") for name, value in sections.items()
    }


def read_terms(raw: Any, place: str) -> Terms:
    """The terms of an adoption: clauses, settings, the day and who decided (S-3)."""
    parts = _only(mapping(raw, place), ("clauses", "settings", "decided_on", "decided_by"), place)
    clauses = _names(parts.get("clauses"), REQUIREMENT_IDS, f"{place}, clauses")
    settings = _names(parts.get("settings"), tuple(CATALOGUE), f"{place}, settings")
    if not clauses and not settings:
        raise InvalidInput(f"{place}: name at least one clause or setting that is adopted.")
    decided_by = parts.get("decided_by")
    if isinstance(decided_by, int) and not isinstance(decided_by, bool):
        decided_by = str(decided_by)
    if not isinstance(decided_by, str) or not decided_by.strip():
        raise InvalidInput(f"{place}: decided_by must be the personnel number of who decided it.")
    return Terms(clauses, settings, _day(parts.get("decided_on"), place), decided_by.strip())


def _day(value: Any, place: str) -> date:
    try:
        day = date.fromisoformat(value) if isinstance(value, str) else value
    except ValueError:
        day = None
    if type(day) is not date:
        raise InvalidInput(f"{place}: decided_on must be a day such as 2026-11-24.")
    return day


def _only(parts: dict[str, Any], known: tuple[str, ...], place: str) -> dict[str, Any]:
    for key in parts:
        if key not in known:
            raise InvalidInput(unknown(key, place, known))
    return parts


def _names(value: Any, known: tuple[str, ...], place: str) -> frozenset[str]:
    if value is None:
        return frozenset()
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise InvalidInput(f"{place} must be a list of names.")
    for item in value:
        if item not in known:
            raise InvalidInput(unknown(item, place, known))
    return frozenset(value)
