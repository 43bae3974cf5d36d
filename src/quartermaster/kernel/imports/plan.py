"""What an import would do, row by row, with a digest: what is applied is what was shown."""

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any, Generic, TypeVar

from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.imports.layout import ImportRow
from quartermaster.kernel.imports.rows import Reading, Row, RowError

R = TypeVar("R", bound=ImportRow)
Held = Mapping[str, Any]


class Verb(StrEnum):
    """What would become of a row."""

    CREATE = "create"
    UPDATE = "update"
    UNCHANGED = "unchanged"
    ERROR = "error"


class ImportHasErrors(InvalidInput):
    """A row of the file will not do; nothing was imported."""

    code = "import-has-errors"


class NotConfirmed(Conflict):
    """The import would do something that takes an explicit word first."""

    code = "import-not-confirmed"


@dataclass(frozen=True)
class Change:
    """One field, before → after, as text to show."""

    field: str
    before: str
    after: str


@dataclass(frozen=True)
class Caution:
    """Something in this import that a person must confirm by its code."""

    code: str
    message: str


@dataclass(frozen=True)
class Step(Generic[R]):
    """One row of the plan. ``row`` is None where the row could not be read."""

    line: int
    key: str
    verb: Verb
    changes: tuple[Change, ...] = ()
    errors: tuple[RowError, ...] = ()
    row: Row[R] | None = None

    def as_dict(self) -> dict[str, Any]:
        return {
            "line": self.line,
            "key": self.key,
            "verb": self.verb.value,
            "changes": [
                {"field": item.field, "before": item.before, "after": item.after}
                for item in self.changes
            ],
            "errors": [{"column": item.column, "message": item.message} for item in self.errors],
        }


@dataclass(frozen=True)
class Plan(Generic[R]):
    """What an import would do. ``missing`` are keys held that the file does not name."""

    kind: str
    plural: str
    steps: tuple[Step[R], ...]
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    cautions: tuple[Caution, ...] = ()

    @cached_property
    def digest(self) -> str:
        """A fingerprint of all that the plan shows."""
        body = json.dumps(self._shown(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(body.encode()).hexdigest()

    @cached_property
    def counts(self) -> dict[Verb, int]:
        counts = dict.fromkeys(Verb, 0)
        for step in self.steps:
            counts[step.verb] += 1
        return counts

    @property
    def errors(self) -> tuple[RowError, ...]:
        return tuple(error for step in self.steps for error in step.errors)

    @property
    def changes_nothing(self) -> bool:
        return not self.counts[Verb.CREATE] and not self.counts[Verb.UPDATE]

    def of(self, verb: Verb) -> tuple[Step[R], ...]:
        return tuple(step for step in self.steps if step.verb is verb)

    def require_applicable(
        self, *, shown: str | None = None, confirmed: Collection[str] = ()
    ) -> None:
        """Raise unless the plan is free of errors, is the one ``shown``, and is confirmed."""
        if self.errors:
            count = self.counts[Verb.ERROR]
            raise ImportHasErrors(
                f"{count} {'row has' if count == 1 else 'rows have'} errors; nothing was imported."
                f" The first: {self.errors[0]}",
                rows=count,
            )
        if shown is not None and shown != self.digest:
            raise Conflict(
                "What would change is no longer what was shown. Nothing was imported;"
                " look at the new plan and confirm that."
            )
        for caution in self.cautions:
            if caution.code not in confirmed:
                raise NotConfirmed(caution.message, caution=caution.code)

    def as_dict(self) -> dict[str, Any]:
        """The plan as plain JSON, for a program."""
        counts = {verb.value: number for verb, number in self.counts.items()}
        return {**self._shown(), "counts": counts, "digest": self.digest}

    def _shown(self) -> dict[str, Any]:
        return {
            "kind": self.kind,
            "steps": [step.as_dict() for step in self.steps],
            "missing": list(self.missing),
            "ignored": list(self.ignored),
            "cautions": [{"code": c.code, "message": c.message} for c in self.cautions],
        }


def draw_up(
    reading: Reading[R],
    held: Mapping[str, Held],
    *,
    errors: Iterable[RowError] = (),
    expected: Iterable[str] = (),
    cautions: Callable[[tuple[Step[R], ...]], Iterable[Caution]] = lambda _: (),
) -> Plan[R]:
    """Compare what was read with what is held.

    ``held`` maps a key to its fields in the JSON form of the row's model. ``errors`` are those
    that only the room can know; ``expected`` are keys whose absence from the file is reported;
    ``cautions`` is asked once with the steps.
    """
    by_line: dict[int, list[RowError]] = defaultdict(list)
    for error in (*reading.errors, *errors):
        by_line[error.line].append(error)
    steps = [_step(row, held.get(row.key), by_line.pop(row.line, [])) for row in reading.rows]
    steps += [
        Step(line, reading.keys.get(line, ""), Verb.ERROR, errors=tuple(found))
        for line, found in by_line.items()
    ]
    steps.sort(key=lambda step: step.line)
    named = set(reading.keys.values())
    return Plan(
        kind=reading.layout.kind,
        plural=reading.layout.plural,
        steps=tuple(steps),
        missing=tuple(sorted(key for key in expected if key not in named)),
        ignored=reading.ignored,
        cautions=tuple(cautions(tuple(steps))),
    )


def _step(row: Row[R], held: Held | None, errors: list[RowError]) -> Step[R]:
    if errors:
        return Step(row.line, row.key, Verb.ERROR, errors=tuple(errors), row=row)
    after = row.value.model_dump(mode="json")
    before = held or {}
    changes = tuple(
        Change(name, shown(before.get(name)), shown(after[name]))
        for name in type(row.value).model_fields
        if name in row.given and shown(before.get(name)) != shown(after[name])
    )
    if held is None:
        return Step(row.line, row.key, Verb.CREATE, changes, row=row)
    verb = Verb.UPDATE if changes else Verb.UNCHANGED
    return Step(row.line, row.key, verb, changes, row=row)


def shown(value: Any) -> str:
    """A value as the plan shows it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list | tuple):
        return ", ".join(shown(item) for item in value)
    return str(value)
