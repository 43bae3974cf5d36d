"""Writing the devices of a file."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from quartermaster.inventory.actions.devices import tell_moved, tell_registered
from quartermaster.inventory.actions.imports.writing import (
    Progress,
    Writing,
    before_and_after,
    changed,
)
from quartermaster.inventory.custody import follow_all
from quartermaster.inventory.events import DeviceChanged, DeviceRetired
from quartermaster.inventory.models import IDENTIFIERS, Device, DeviceModel, DeviceStatus
from quartermaster.jobs.acts import Act
from quartermaster.kernel.imports import Plan, Step

_FIELDS = tuple(
    field.name
    for field in Device._meta.fields  # noqa: SLF001 (Django's documented name)
    if field.editable
)
_CUSTODY = {"holder", "status"}


def write_devices(
    plan: Plan[Any],
    doing: Act,
    progress: Progress,
    *,
    since: Mapping[str, datetime] | None = None,
) -> None:
    """Create and change the devices; each is an entry in the ledger.

    ``since``: of devices that come in, by tag, from when on their holder has had them.
    """
    writing = Writing(plan, progress)
    models = {str(model): model for model in DeviceModel.objects.all()}

    def values(step: Step[Any], names: Any) -> dict[str, Any]:
        found = writing.values(step, names)
        if "model" in found:
            found["model"] = models[found["model"]] if found["model"] else None
        return found

    keys = [step.key for step in writing.updating]
    rows = Device.objects.select_for_update().filter(asset_tag__in=keys)
    devices = {device.asset_tag: device for device in rows}
    _park(writing.updating, devices)
    for steps in writing.batches(writing.updating):
        for step in steps:
            _update(devices[step.key], step, values(step, changed(step)), doing)
        follow_all([devices[step.key] for step in steps], doing, "import")
    for steps in writing.batches(writing.creating):
        made = [Device(**values(step, _FIELDS)) for step in steps]
        Device.objects.bulk_create(made)
        for device in made:
            tell_registered(device, doing)
        began = {
            device.id: since[device.asset_tag]
            for device in made
            if since and device.asset_tag in since
        }
        follow_all(made, doing, "import", since=began)


def _park(steps: tuple[Step[Any], ...], devices: dict[str, Device]) -> None:
    """Free the identifiers that change hands, so that two devices may exchange theirs."""
    for step in steps:
        moving = dict.fromkeys(set(changed(step)) & set(IDENTIFIERS), "")
        if moving:
            if "imei" in moving:
                moving["imei2"] = ""  # the second never stands alone
            Device.objects.filter(id=devices[step.key].id).update(**moving)


def _update(device: Device, step: Step[Any], values: dict[str, Any], doing: Act) -> None:
    was, held = DeviceStatus(device.status), device.holder_id
    for name, value in values.items():
        setattr(device, name, value)
    device.save(update_fields=[*values, *({"imei2"} if "imei" in values else ())])
    if set(values) - _CUSTODY:
        doing.record("inventory.device.changed", device, **before_and_after(step))
    if set(values) & _CUSTODY:
        tell_moved(device, doing, "import", was, held)
    else:
        doing.emit(DeviceChanged(device.id))
    if device.status == DeviceStatus.RETIRED != was:
        doing.emit(DeviceRetired(device.id))
