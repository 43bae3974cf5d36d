"""Writing the accessories of a file (G-6)."""

from typing import Any

from quartermaster.inventory.actions.imports.writing import (
    Progress,
    Writing,
    before_and_after,
    changed,
)
from quartermaster.inventory.custody import follow_all
from quartermaster.inventory.imports.accessories import ACCESSORIES
from quartermaster.inventory.models import Accessory
from quartermaster.jobs.acts import Act
from quartermaster.kernel.imports import Plan


def write_accessories(plan: Plan[Any], doing: Act, progress: Progress) -> None:
    """Create and change the accessories; each is an entry in the ledger."""
    writing = Writing(plan, progress)
    keys = [step.key for step in writing.updating]
    rows = Accessory.objects.select_for_update().filter(asset_tag__in=keys)
    accessories = {accessory.asset_tag: accessory for accessory in rows}
    for steps in writing.batches(writing.updating):
        for step in steps:
            accessory, fields = accessories[step.key], changed(step)
            for name, value in writing.values(step, fields).items():
                setattr(accessory, name, value)
            accessory.save(update_fields=fields)
            doing.record("inventory.accessory.changed", accessory, **before_and_after(step))
        follow_all([accessories[step.key] for step in steps], doing, "import")
    for steps in writing.batches(writing.creating):
        made = [Accessory(**writing.values(step, ACCESSORIES.fields)) for step in steps]
        Accessory.objects.bulk_create(made)
        for accessory in made:
            doing.record(
                "inventory.accessory.added",
                accessory,
                asset_tag=accessory.asset_tag,
                sort=str(accessory.kind),
            )
        follow_all(made, doing, "import")
