"""Writing the SIMs of a file."""

from typing import Any

from quartermaster.inventory.actions.imports.writing import (
    Progress,
    Writing,
    before_and_after,
    changed,
    value_of,
)
from quartermaster.inventory.custody import follow_all
from quartermaster.inventory.imports.sims import SIMS
from quartermaster.inventory.models import LIVE, Device, Line, Sim
from quartermaster.jobs.acts import Act
from quartermaster.kernel.imports import Plan, Step


def write_sims(plan: Plan[Any], doing: Act, progress: Progress) -> None:
    """Create and change the SIMs; what frees a line comes before what takes one."""
    writing = Writing(plan, progress)
    named = [value_of(step) for step in (*writing.creating, *writing.updating)]
    numbers = {row.line for row in named} - {None}
    tags = {row.device for row in named} - {None}
    lines = {x.number: x for x in Line.objects.filter(number__in=numbers, status__in=LIVE)}
    devices = {x.asset_tag: x for x in Device.objects.filter(asset_tag__in=tags)}

    def values(step: Step[Any], names: Any) -> dict[str, Any]:
        found = {name: getattr(value_of(step), name) for name in names}
        if found.get("line"):
            found["line"] = lines[found["line"]]
        if found.get("device"):
            found["device"] = devices[found["device"]]
        return found

    moving = [step.key for step in writing.updating if "line" in changed(step)]
    Sim.objects.filter(iccid__in=moving).update(line=None)
    keys = [step.key for step in writing.updating]
    sims = {sim.iccid: sim for sim in Sim.objects.select_for_update().filter(iccid__in=keys)}
    freeing_first = sorted(writing.updating, key=lambda step: "retired" not in changed(step))
    for steps in writing.batches(freeing_first):
        for step in steps:
            sim, found = sims[step.key], values(step, changed(step))
            for name, value in found.items():
                setattr(sim, name, value)
            sim.save(update_fields=list(found))
            doing.record("inventory.sim.changed", sim, **before_and_after(step))
        follow_all([sims[step.key] for step in steps], doing, "import")
    for steps in writing.batches(writing.creating):
        made = [Sim(**values(step, SIMS.fields)) for step in steps]
        Sim.objects.bulk_create(made)
        for sim in made:
            doing.record(
                "inventory.sim.added",
                sim,
                iccid=sim.iccid,
                line=str(sim.line_id) if sim.line_id else None,
                device=str(sim.device_id) if sim.device_id else None,
            )
        follow_all(made, doing, "import")
