"""Importing devices from the export of another program: Snipe-IT or GLPI.

An import records who holds what already. It hands nothing out, so it asks no acknowledgement, but
says who owes one. Custody begins at the day of the checkout where the file tells it.
"""

from collections.abc import Collection
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings

from quartermaster.inventory.actions.common import lock
from quartermaster.inventory.actions.imports.devices import write_devices
from quartermaster.inventory.actions.imports.writing import Progress
from quartermaster.inventory.imports.foreign import Program, plan_of
from quartermaster.inventory.permits import EQUIPMENT_IMPORT
from quartermaster.jobs.acts import act
from quartermaster.kernel.imports import Encoding, Plan, read_table
from quartermaster.kernel.permits import Actor, require


def plan_foreign(
    *,
    program: Program,
    content: bytes,
    encoding: Encoding = Encoding.DETECT,
    actor: Actor,
    at: datetime,
) -> Plan[Any]:
    """What importing this export would change; changes nothing."""
    require(actor, EQUIPMENT_IMPORT)
    return plan_of(program, read_table(content, encoding=encoding), at).plan


def import_foreign(
    *,
    program: Program,
    content: bytes,
    encoding: Encoding = Encoding.DETECT,
    shown: str | None = None,
    confirmed: Collection[str] = (),
    progress: Progress = lambda _done, _of: None,
    actor: Actor,
    at: datetime,
) -> Plan[Any]:
    """Add and change devices as the export says, with their custody since the checkout (S-1, C-3).

    Raises:
        ImportHasErrors: where a row will not do.
        NotConfirmed: where the plan says something that a person must confirm first.
    """
    with act(actor, at) as doing:
        require(actor, EQUIPMENT_IMPORT)
        table = read_table(content, encoding=encoding)
        lock()
        found = plan_of(program, table, at)
        found.plan.require_applicable(shown=shown, confirmed=confirmed)
        if found.plan.changes_nothing:
            return found.plan
        for model in found.models.values():
            model.save(force_insert=True)
            doing.record("inventory.model.added", model, name=str(model))
        zone = ZoneInfo(settings.TIME_ZONE)
        since = {
            tag: datetime.combine(day, time(), tzinfo=zone) for tag, day in found.since.items()
        }
        write_devices(found.plan, doing, progress, since=since)
        doing.record_about(
            f"inventory.{program}.imported",
            f"inventory.{program}",
            found.plan.digest,
            **{verb.value: count for verb, count in found.plan.counts.items()},
        )
    return found.plan
