"""Importing equipment: the whole file, or nothing.

An import records who holds what already; it hands nothing out, so it asks no acknowledgement.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from quartermaster.inventory import guards
from quartermaster.inventory.actions.common import lock
from quartermaster.inventory.actions.imports.accessories import write_accessories
from quartermaster.inventory.actions.imports.devices import write_devices
from quartermaster.inventory.actions.imports.lines import write_lines
from quartermaster.inventory.actions.imports.sims import write_sims
from quartermaster.inventory.actions.imports.writing import Progress
from quartermaster.inventory.imports import accessories, devices, lines, sims
from quartermaster.inventory.permits import EQUIPMENT_IMPORT
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.imports import Encoding, Layout, Plan, Table, read_table
from quartermaster.kernel.permits import Actor, require


class Kind(StrEnum):
    """What a file is of."""

    DEVICES = "devices"
    LINES = "lines"
    SIMS = "sims"
    ACCESSORIES = "accessories"


@dataclass(frozen=True)
class _Way:
    layout: Layout[Any]
    plan_of: Callable[[Table], Plan[Any]]
    write: Callable[[Plan[Any], Act, Progress], None]


_WAYS: Mapping[Kind, _Way] = {
    Kind.DEVICES: _Way(devices.DEVICES, devices.plan_of, write_devices),
    Kind.LINES: _Way(lines.LINES, lines.plan_of, write_lines),
    Kind.SIMS: _Way(sims.SIMS, sims.plan_of, write_sims),
    Kind.ACCESSORIES: _Way(accessories.ACCESSORIES, accessories.plan_of, write_accessories),
}


def layout_of(kind: Kind) -> Layout[Any]:
    """What a file of this kind looks like."""
    return _WAYS[kind].layout


def plan_import(
    *, kind: Kind, content: bytes, encoding: Encoding = Encoding.DETECT, actor: Actor
) -> Plan[Any]:
    """What importing this CSV file or workbook would change; changes nothing."""
    require(actor, EQUIPMENT_IMPORT)
    return _WAYS[kind].plan_of(read_table(content, encoding=encoding))


def import_equipment(
    *,
    kind: Kind,
    content: bytes,
    encoding: Encoding = Encoding.DETECT,
    shown: str | None = None,
    progress: Progress = lambda _done, _of: None,
    actor: Actor,
    at: datetime,
) -> Plan[Any]:
    """Add and change equipment as the file says; what it omits stays as it is (S-1, G-6)."""
    way = _WAYS[kind]
    with act(actor, at) as doing:
        require(actor, EQUIPMENT_IMPORT)
        table = read_table(content, encoding=encoding)
        lock()
        plan = way.plan_of(table)
        plan.require_applicable(shown=shown)
        if plan.changes_nothing:
            return plan
        with guards.told():
            way.write(plan, doing, progress)
        doing.record_about(
            f"inventory.{kind}.imported",
            f"inventory.{kind}",
            plan.digest,
            missing=len(plan.missing),
            **{verb.value: count for verb, count in plan.counts.items()},
        )
    return plan
