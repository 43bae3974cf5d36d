"""The policy in force as an OSCAL catalog.

A group for each section, a control for each clause, below it the ways in which the system carries
it out. What is required of devices are parameters of the clause, one for each ownership.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from quartermaster.policy.controls import Control, controls_of
from quartermaster.policy.requirements import CATALOGUE, LAX, Requirements, Setting
from quartermaster.policy.requirements.rulebook import OWNERSHIPS
from quartermaster.reports.oscal.common import Json, document, line, metadata, prop, prose
from quartermaster.reports.oscal.values import written

GROUPS = {
    "S": "Scope",
    "G": "General policy",
    "C": "Compliance",
    "E": "Enforcement",
    "P": "The document itself",
}
ABSENT = "This version of the policy has no such clause."


@dataclass(frozen=True)
class ClauseText:
    """A clause as the version in force has it; without text where it has none."""

    code: str
    title: str
    text: str
    number: str = ""

    @property
    def family(self) -> str:
        return self.code.partition("-")[0]


@dataclass(frozen=True)
class PolicyText:
    """The version in force, and what the city requires."""

    title: str
    number: int
    adopting_body: str
    file_number: str
    in_force_on: str
    clauses: tuple[ClauseText, ...]
    city: Mapping[str, Requirements]

    def required(self, ownership: str) -> Requirements:
        return self.city.get(ownership, LAX)


def parameter_id(ownership: str, key: str) -> str:
    """The stable id of a setting for devices of one ownership."""
    return f"{ownership}.{key}"


def catalog(policy: PolicyText, *, city: str, at: datetime) -> Json:
    """The catalog document."""
    head = metadata(title=policy.title, version=str(policy.number), at=at, city=city)
    head["props"] = [
        prop("in-force-on", policy.in_force_on),
        prop("adopting-body", policy.adopting_body),
        prop("legislative-file", policy.file_number),
    ]
    by_family = groupby(policy.clauses, key=lambda clause: clause.family)
    return document(
        "catalog",
        {
            "metadata": head,
            "groups": [
                {
                    "id": f"group-{family}",
                    "class": "section",
                    "title": GROUPS.get(family, "Other clauses"),
                    "controls": [_clause(clause, policy) for clause in clauses],
                }
                for family, clauses in by_family
            ],
        },
    )


def _clause(clause: ClauseText, policy: PolicyText) -> Json:
    settings = [entry for entry in CATALOGUE.values() if entry.clause == clause.code]
    control: Json = {
        "id": clause.code,
        "class": "clause",
        "title": line(clause.title or clause.code),
        "props": [
            {"name": "label", "value": clause.code},
            {"name": "sort-id", "value": _sortable(clause.code)},
            *([prop("item", clause.number)] if clause.number else []),
            prop("in-text", "yes" if clause.text else "no"),
        ],
        "parts": [
            {
                "id": f"{clause.code}_smt",
                "name": "statement",
                "prose": prose(clause.text or ABSENT),
            },
            *(_objective(entry) for entry in settings),
        ],
    }
    if settings:
        control["params"] = list(_parameters(settings, policy))
    children = [_carried_out(item) for item in controls_of(clause.code)]
    return control | ({"controls": children} if children else {})


def _parameters(settings: list[Setting], policy: PolicyText) -> Iterator[Json]:
    for entry in settings:
        for ownership in OWNERSHIPS:
            yield _parameter(entry, ownership, policy.required(ownership)[entry.key])


def _parameter(entry: Setting, ownership: str, value: Any) -> Json:
    return {
        "id": parameter_id(ownership, entry.key),
        "class": "requirement",
        "props": [
            prop("order", entry.order.kind),
            prop("ownership", ownership),
            prop("asked", "no" if value == entry.lax else "yes"),
            *([prop("unit", entry.unit)] if entry.unit else []),
            *([prop("destructive", "yes")] if entry.destructive else []),
            *(prop("platform", platform) for platform in entry.platforms),
        ],
        "label": f"{entry.title} ({ownership} devices)",
        "usage": prose(entry.help or entry.remedy),
        "constraints": [{"description": prose(f"Must be {entry.order.describe()}.")}],
        "values": written(entry, value),
    }


def _objective(entry: Setting) -> Json:
    """The sentence that a resolved profile shows with a department's values."""
    shown = "; ".join(
        f"{ownership} devices: {{{{ insert: param, {parameter_id(ownership, entry.key)} }}}}"
        for ownership in OWNERSHIPS
    )
    return {
        "id": f"{entry.clause}_obj.{entry.key}",
        "name": "assessment-objective",
        "title": entry.title,
        "prose": f"{entry.title}. {shown}.",
    }


def _carried_out(control: Control) -> Json:
    return {
        "id": control.id,
        "class": "carried-out",
        "title": line(control.word.replace("-", " ").capitalize()),
        "props": [
            {"name": "label", "value": control.id},
            prop("kind", control.kind.value, remarks=control.kind.label),
            prop("status", control.status.value),
        ],
        "parts": [
            {"id": f"{control.id}_smt", "name": "statement", "prose": prose(control.demand)},
            {"id": f"{control.id}_gdn", "name": "guidance", "prose": prose(control.system)},
        ],
    }


def _sortable(code: str) -> str:
    family, _, number = code.partition("-")
    return f"{family}-{int(number):03d}"
