"""The file of people, as human resources exports it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Self

from pydantic import Field, model_validator

from quartermaster.kernel.imports import (
    Caution,
    ImportRow,
    Layout,
    Plan,
    Reading,
    RowError,
    Step,
    Table,
    Verb,
    draw_up,
    read_rows,
)
from quartermaster.org.models import Department, Employment, Person, Standing
from quartermaster.org.rules.details import (
    Code,
    Email,
    FamilyName,
    GivenName,
    Number,
    Phone,
    Title,
)
from quartermaster.org.rules.separation import has_taken_effect, needs_confirmation
from quartermaster.org.rules.supervision import cycles

SEPARATIONS = "separations"
REINSTATEMENTS = "reinstatements"


class PersonRow(ImportRow):
    """One person; ``department`` is a code and ``supervisor`` a personnel number."""

    number: Number
    given_name: GivenName
    family_name: FamilyName
    email: Email
    phone: Phone = ""
    title: Title = ""
    department: Code
    employment: Employment = Employment.EMPLOYEE
    supervisor: Number | None = None
    drives: bool = False
    started_on: date | None = Field(None, title="started on")
    separated_on: date | None = Field(None, title="separated on")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.started_on and self.separated_on and self.separated_on < self.started_on:
            raise ValueError("the person would leave before they start")
        if self.supervisor == self.number:
            raise ValueError("nobody supervises themselves")
        return self


PEOPLE = Layout(
    "org.people",
    "people",
    PersonRow,
    "number",
    unique=("email",),
    aliases={
        "Personnel number": "number",
        "Employee number": "number",
        "Employee ID": "number",
        "First name": "given_name",
        "Last name": "family_name",
        "Surname": "family_name",
        "Email address": "email",
        "E-mail": "email",
        "Telephone": "phone",
        "Job title": "title",
        "Department code": "department",
        "Employment type": "employment",
        "Supervisor number": "supervisor",
        "Manager": "supervisor",
        "Drives for work": "drives",
        "Driver": "drives",
        "Start date": "started_on",
        "Hire date": "started_on",
        "Separation date": "separated_on",
        "Termination date": "separated_on",
    },
)


@dataclass(frozen=True)
class Held:
    """What the house holds when the plan is made."""

    people: Mapping[str, Mapping[str, Any]]
    gone: frozenset[str]
    departments: frozenset[str]

    @classmethod
    def now(cls) -> "Held":
        rows = Person.objects.values(
            *(name for name in PEOPLE.fields if name not in {"department", "supervisor"}),
            "department__code",
            "supervisor__number",
            "standing",
        )
        people: dict[str, Mapping[str, Any]] = {}
        gone = set()
        for row in rows:
            if row.pop("standing") == Standing.SEPARATED:
                gone.add(row["number"])
            row["department"] = row.pop("department__code")
            row["supervisor"] = row.pop("supervisor__number")
            people[row["number"]] = row
        codes = frozenset(Department.objects.values_list("code", flat=True))
        return cls(people, frozenset(gone), codes)


def plan_of(table: Table, today: date) -> Plan[PersonRow]:
    """What the file would change, against the people as they are now."""
    reading = read_rows(PEOPLE, table)
    held = Held.now()
    return draw_up(
        reading,
        held.people,
        errors=[*_place_errors(reading, held), *_supervision_errors(reading, held, today)],
        expected=set(held.people) - held.gone,
        cautions=lambda steps: _cautions(steps, held, today),
    )


def _place_errors(reading: Reading[PersonRow], held: Held) -> Iterator[RowError]:
    fresh = {row.key for row in reading.rows}
    taken = {p["email"].lower(): n for n, p in held.people.items() if n not in fresh}
    for row in reading.rows:
        code, email = row.value.department, row.value.email
        if code not in held.departments:
            yield RowError(row.line, "department", f"there is no department with the code {code}.")
        if email in taken:
            yield RowError(row.line, "e-mail", f"is the address of person {taken[email]} already.")
        before, after = held.people.get(row.key, {}), row.value
        starts = after.started_on if "started_on" in row.given else before.get("started_on")
        leaves = after.separated_on if "separated_on" in row.given else before.get("separated_on")
        if starts and leaves and leaves < starts:
            message = f"would be {leaves}, before the start on {starts}."
            yield RowError(row.line, "separated on", message)


def _supervision_errors(reading: Reading[PersonRow], held: Held, today: date) -> Iterator[RowError]:
    above: dict[str, str | None] = {n: p["supervisor"] for n, p in held.people.items()}
    above |= {r.key: r.value.supervisor for r in reading.rows if "supervisor" in r.given}
    known = set(held.people) | set(reading.keys.values())
    gone = set(held.gone)
    for row in reading.rows:
        if "separated_on" in row.given:
            leaves = has_taken_effect(row.value.separated_on, today)
            (gone.add if leaves else gone.discard)(row.key)
    rings = cycles(above)
    for row in reading.rows:
        chief = above.get(row.key)
        if chief is None:
            continue
        if chief not in known:
            message = f"there is nobody with the personnel number {chief}."
            yield RowError(row.line, "supervisor", message)
        elif row.key in rings:
            told = " → ".join(rings[row.key])
            yield RowError(row.line, "supervisor", f"supervision would go round ({told}).")
        elif chief in gone and row.key not in gone and _is_new(row.key, chief, held):
            yield RowError(row.line, "supervisor", f"{chief} is separated and cannot supervise.")


def _is_new(number: str, chief: str, held: Held) -> bool:
    return held.people.get(number, {}).get("supervisor") != chief


def _cautions(steps: tuple[Step[PersonRow], ...], held: Held, today: date) -> Iterator[Caution]:
    separating = returning = 0
    for step in steps:
        if step.verb is not Verb.UPDATE or step.row is None:
            continue
        if "separated_on" not in {change.field for change in step.changes}:
            continue
        leaves = step.row.value.separated_on
        separating += leaves is not None and step.key not in held.gone
        returning += step.key in held.gone and not has_taken_effect(leaves, today)
    active = len(held.people) - len(held.gone)
    if needs_confirmation(separating, active):
        yield Caution(
            SEPARATIONS,
            f"This file separates {separating} of {active} active people. If that is right,"
            " confirm the separations; if not, ask for a new export.",
        )
    if returning:
        yield Caution(
            REINSTATEMENTS,
            f"This file makes {returning} separated people active again. If that is right,"
            " confirm the reinstatements; if not, put their separation date in the file.",
        )
