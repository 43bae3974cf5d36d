"""The file of departments."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

from django.db.models import F
from pydantic import Field, model_validator

from quartermaster.kernel.imports import (
    ImportRow,
    Layout,
    Plan,
    Reading,
    RowError,
    Table,
    draw_up,
    read_rows,
)
from quartermaster.org.models import Coverage, Department
from quartermaster.org.rules.details import Code, Name, Reason
from quartermaster.org.rules.supervision import cycles


class DepartmentRow(ImportRow):
    """One department; ``parent`` is the code of the one it is a part of."""

    code: Code
    name: Name
    parent: Code | None = None
    coverage: Coverage = Coverage.COVERED
    exclusion_reason: Reason = Field("", title="exclusion reason")

    @model_validator(mode="after")
    def _reason_where_due(self) -> Self:
        if (self.coverage is Coverage.EXCLUDED) != bool(self.exclusion_reason):
            raise ValueError(
                "an excluded department needs the exclusion reason, and a covered one has none"
            )
        return self


DEPARTMENTS = Layout(
    "org.departments",
    "departments",
    DepartmentRow,
    "code",
    unique=("name",),
    aliases={
        "Department code": "code",
        "Department": "name",
        "Department name": "name",
        "Parent code": "parent",
        "Division of": "parent",
        "Reason": "exclusion_reason",
    },
)


def plan_of(table: Table) -> Plan[DepartmentRow]:
    """What the file would change, against the departments as they are now."""
    reading = read_rows(DEPARTMENTS, table)
    rows = Department.objects.annotate(above=F("parent__code")).values(
        "code", "name", "above", "coverage", "exclusion_reason"
    )
    held: dict[str, Mapping[str, Any]] = {
        row["code"]: {**row, "parent": row["above"]} for row in rows
    }
    return draw_up(reading, held, errors=_errors(reading, held), expected=held)


def _errors(
    reading: Reading[DepartmentRow], held: Mapping[str, Mapping[str, Any]]
) -> Iterator[RowError]:
    fresh = {row.key for row in reading.rows}
    known = set(held) | set(reading.keys.values())
    taken = {row["name"]: code for code, row in held.items() if code not in fresh}
    parents = {code: row["parent"] for code, row in held.items()}
    parents |= {row.key: row.value.parent for row in reading.rows if "parent" in row.given}
    rings = cycles(parents)
    for row in reading.rows:
        parent = parents.get(row.key)
        if parent is not None and parent not in known:
            yield RowError(row.line, "parent", f"there is no department with the code {parent}.")
        if row.key in rings:
            told = " → ".join(rings[row.key])
            yield RowError(row.line, "parent", f"a department would be a part of itself ({told}).")
        if row.value.name in taken:
            yield RowError(
                row.line, "name", f"is the name of the department {taken[row.value.name]} already."
            )
        if len(row.given & {"coverage", "exclusion_reason"}) == 1:
            yield RowError(row.line, "coverage", "needs the column exclusion_reason beside it.")
