"""What a file of another program would change: translated, then planned as a file of devices."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from django.utils.timezone import localdate

from quartermaster.inventory.imports import devices
from quartermaster.inventory.imports.foreign.rows import GLPI, SNIPE_IT, ForeignRow
from quartermaster.inventory.imports.foreign.translating import Translated, translate
from quartermaster.inventory.models import DeviceModel
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.imports import Caution, Layout, Line, Plan, RowError, Step, Table, Verb
from quartermaster.org.models import Person
from quartermaster.policy.queries import acknowledgement_due

_SHOWN = 12


class Program(StrEnum):
    """Whose export a file is."""

    SNIPE_IT = "snipe-it"
    GLPI = "glpi"


LAYOUTS: dict[Program, Layout[ForeignRow]] = {Program.SNIPE_IT: SNIPE_IT, Program.GLPI: GLPI}


@dataclass(frozen=True)
class ForeignPlan:
    """The plan, the models to add first, and since when people have what they have."""

    plan: Plan[Any]
    models: dict[str, DeviceModel] = field(default_factory=dict)
    since: dict[str, date] = field(default_factory=dict)


def plan_of(program: Program, table: Table, at: datetime) -> ForeignPlan:
    """What the file would change, against the ledger as it is now."""
    layout = LAYOUTS[program]
    places, ignored = layout.columns(table.header)
    if not {"tag", "ident", "serial"} & set(places):
        raise InvalidInput(
            "This does not look like such an export: it has neither an asset tag nor a serial"
            f" number. Its columns are: {', '.join(table.header[:_SHOWN])}.",
            field="file",
        )
    errors: list[RowError] = []
    done = translate(_read(table, places, errors), localdate(at))
    given = _given(places)
    lines = tuple(Line(line, tuple(values[name] for name in given)) for line, values in done.rows)
    plan = devices.plan_of(
        Table(given, lines),
        models=done.models,
        errors=(*errors, *done.errors),
        cautions=lambda steps: _cautions(steps, done, at),
    )
    plan = replace(plan, kind=layout.kind, ignored=ignored, missing=())
    wanted = {
        step.row.value.model
        for step in plan.steps
        if step.row is not None and step.verb in {Verb.CREATE, Verb.UPDATE}
    }
    models = {name: model for name, model in done.models.items() if name in wanted}
    return ForeignPlan(plan, models, done.since)


def _read(
    table: Table, places: dict[str, int], errors: list[RowError]
) -> Iterator[tuple[int, ForeignRow]]:
    for line in table.lines:
        if len(line.cells) > len(table.header):
            errors.append(RowError(line.number, "", "has more cells than there are headings."))
            continue
        cells = {
            name: line.cells[index][:500]
            for name, index in places.items()
            if index < len(line.cells)
        }
        yield line.number, ForeignRow(**cells)


# a column of devices, and the foreign ones of which it is made
_MADE_OF = {
    "serial": {"serial"},
    "imei": {"imei"},
    "imei2": {"imei2"},
    "meid": {"meid"},
    "eid": {"eid"},
    "wifi_mac": {"wifi_mac"},
    "acquired_on": {"purchased"},
    "note": {"notes"},
}


def _given(places: Iterable[str]) -> tuple[str, ...]:
    """The columns that the translated file has: what was not exported is not touched."""
    there = set(places)
    made = [name for name, parts in _MADE_OF.items() if parts & there]
    return ("asset_tag", "model", "department", "holder", "status", *made)


def _cautions(steps: tuple[Step[Any], ...], done: Translated, at: datetime) -> Iterator[Caution]:
    """What a person is to know before anything changes; nothing where nothing does."""
    changing = [
        step.row.value
        for step in steps
        if step.row is not None and step.verb in {Verb.CREATE, Verb.UPDATE}
    ]
    if not changing:
        return
    if done.models:
        yield Caution(
            "new-models", f"These models are added to the catalogue: {_some(sorted(done.models))}."
        )
    if done.left_out:
        kinds = sorted(set(done.left_out))
        yield Caution(
            "left-out",
            f"{len(done.left_out)} rows are of things that the policy does not cover and are left"
            f" out: {_some(kinds)}.",
        )
    if done.personal:
        yield Caution(
            "personal",
            f"{done.personal} rows are of people's own devices (BYOD) and are left out: their"
            " owners register those themselves, with their consent (G-2).",
        )
    holders = {row.holder for row in changing if row.holder}
    people = Person.objects.filter(number__in=holders).order_by("family_name", "given_name")
    owing = [person.name for person in people if acknowledgement_due(person.id, at) is not None]
    if owing:
        yield Caution(
            "owe-acknowledgement",
            f"{len(owing)} of the holders still owe the acknowledgement of the policy in force"
            f" (S-2): {_some(owing)}. The import records what they hold already.",
        )


def _some(names: list[str]) -> str:
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
