"""What the files of equipment share: choices as people write them, departments and holders."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import TextChoices
from pydantic import BeforeValidator

from quartermaster.kernel.imports import ImportRow, Reading, Row, RowError
from quartermaster.org.models import Department, Person, Standing

R = TypeVar("R", bound=ImportRow)
Held = Mapping[str, Any]
Settled = tuple[dict[str, Any], list[RowError]]


def choice(kind: type[TextChoices], **more: str) -> BeforeValidator:
    """A choice by its value, its label, or another word for it, in any case."""
    known = {label.casefold(): str(value) for value, label in kind.choices}
    known |= {str(value): str(value) for value in kind.values}
    known |= {word.replace("_", " "): value for word, value in more.items()}

    def read(given: str) -> str:
        plain = given.strip().casefold()
        return known.get(plain, known.get(plain.replace("_", " ").replace("-", " "), given))

    return BeforeValidator(read)


@dataclass(frozen=True)
class Someone:
    """A person whom a file may name as a holder."""

    id: UUID
    department: str
    gone: bool


class Places:
    """The departments and people whom a file may name."""

    @cached_property
    def departments(self) -> dict[str, UUID]:
        return dict(Department.objects.values_list("code", "id"))

    @cached_property
    def people(self) -> dict[str, Someone]:
        rows = Person.objects.values_list("number", "id", "department__code", "standing")
        return {
            number: Someone(key, code, standing == Standing.SEPARATED)
            for number, key, code, standing in rows
        }

    def settle(self, row: Row[Any], held: Held | None) -> Settled:
        """The department and holder that the row comes to, and what is wrong with them."""
        errors: list[RowError] = []
        before = held or {}
        number = row.value.holder if "holder" in row.given else before.get("holder")
        code = row.value.department if "department" in row.given else None
        holder = self.people.get(number) if number else None
        if number and holder is None:
            message = f"there is nobody with the personnel number {number}."
            errors.append(RowError(row.line, "holder", message))
        elif holder is not None and holder.gone and before.get("holder") != number:
            message = f"{number} has left the City's service and cannot hold equipment."
            errors.append(RowError(row.line, "holder", message))
        if code and code not in self.departments:
            message = f"there is no department with the code {code}."
            errors.append(RowError(row.line, "department", message))
        code = code or before.get("department") or (holder.department if holder else None)
        if code is None and not errors:
            errors.append(RowError(row.line, "department", "is needed where there is no holder."))
        return {"department": code, "holder": number or None}, errors


def settle(
    reading: Reading[R], decide: Callable[[Row[R]], Settled]
) -> tuple[Reading[R], list[RowError]]:
    """The reading with what each row comes to in the ledger, and the errors found on the way.

    What is derived counts as given, so that the plan shows it.
    """
    rows, errors = [], []
    for row in reading.rows:
        values, found = decide(row)
        errors += found
        if not found:
            value = row.value.model_copy(update=values)
            row = replace(row, value=value, given=row.given | set(values))  # noqa: PLW2901 (the row as settled)
        rows.append(row)
    return replace(reading, rows=tuple(rows)), errors


def final(row: Row[Any], held: Held | None, name: str) -> Any:
    """The value that a field comes to: the file's where it has the column, else what is held."""
    if name in row.given or held is None:
        return getattr(row.value, name)
    return held.get(name)


def claims(
    rows: Iterator[tuple[int | None, str, str, Any]],
) -> Iterator[tuple[int, str, str, int | None]]:
    """Of (line, owner, column, value): each later claim on a value that another owner has.

    Rows without a line are those of the ledger; they come first. Yields the line and column at
    fault, the owner it collides with, and their line if they stand in the file too.
    """
    first: dict[Any, tuple[int | None, str]] = {}
    for line, owner, column, value in rows:
        earlier = first.setdefault(value, (line, owner))
        if earlier[1] != owner and line is not None:
            yield line, column, earlier[1], earlier[0]


def claimed(owner: str, line: int | None) -> str:
    """The sentence for a value that is somebody else's."""
    return f"is that of {owner} already" + (f" (line {line})." if line else ".")
