"""What must be in order before a device becomes somebody's, whoever gives it (G-8)."""

from datetime import datetime

from quartermaster.inventory.guards import register
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.errors import AlreadyReserved, KeptForAnother, SecondDeviceRefused
from quartermaster.lifecycle.models import HandoverItem, Loan, PoolHotspot
from quartermaster.lifecycle.queries.losses import replacement_kept
from quartermaster.lifecycle.queries.requests import reserved_for
from quartermaster.lifecycle.queries.second import has_line, would_be_second
from quartermaster.lifecycle.rules.loans import WITH_BORROWER
from quartermaster.org.models import Person


@register
def not_a_second_device(device: Device, holder: Person, at: datetime) -> None:
    """A second cellular device takes an authorisation on record; a loan does not (G-8)."""
    if device.personal or _on_loan(device, holder) or not has_line(device):
        return
    if would_be_second(holder, device.device_class, at, but=device.id, in_use=True):
        raise SecondDeviceRefused(
            f"{holder.name} holds a cellular device already, and no authorisation of a second one"
            " is on record. Look at tethering or a loan from the hot-spot pool, or have ITMD"
            " authorise it.",
            person=str(holder.id),
        )


@register
def not_kept_for_another(device: Device, holder: Person, at: datetime) -> None:  # noqa: ARG001 (asked like the others)
    """What is reserved for somebody goes to nobody else (G-12)."""
    kept = reserved_for(device)
    if kept is not None and kept.item.request.person_id != holder.id:
        raise AlreadyReserved(f"{device} is kept for {kept.item.request.person.name}.")
    instead = replacement_kept(device)
    if instead is not None and instead.loss.held_by_id != holder.id:
        raise AlreadyReserved(f"{device} is kept for {instead.loss.held_by}, as a replacement.")


@register
def not_made_ready_for_another(device: Device, holder: Person, at: datetime) -> None:  # noqa: ARG001 (asked like the others)
    """What waits for somebody's signature goes to nobody else (C-3)."""
    rows = HandoverItem.objects.filter(device=device, live=True).exclude(handover__holder=holder)
    waits = rows.select_related("handover__holder").first()
    if waits is not None:
        raise KeptForAnother(
            f"{device} is made ready for {waits.handover.holder.name}. Cancel that hand-out first."
        )


@register
def not_out_of_the_pool(device: Device, holder: Person, at: datetime) -> None:  # noqa: ARG001 (asked like the others)
    """A hot-spot of the pool is lent, and not given (G-8)."""
    pooled = PoolHotspot.objects.filter(device=device, removed_at=None).exists()
    if pooled and not _on_loan(device, holder):
        raise Conflict(f"{device} is in the hot-spot pool. Lend it, or take it out of the pool.")


def _on_loan(device: Device, holder: Person) -> bool:
    rows = Loan.objects.filter(hotspot__device=device, person=holder)
    return rows.filter(state__in=values(WITH_BORROWER)).exists()
