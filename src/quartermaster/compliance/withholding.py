"""What a restriction takes off a device: accounts and networks that the City put there itself.

A legal hold at the time when it is placed leaves everything on the device as it is, for as long as
the restriction lasts; City services turn the device away all the same.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quartermaster.compliance.models import Restriction
from quartermaster.inventory.models import Device
from quartermaster.mdm import gates, holds
from quartermaster.mdm.queries import enrolment_now, goes_with_access

HELD = "A legal hold is on it: what is on the device stays as it is."
NOT_ENROLLED = "It is not enrolled. Once it is, it gets no accounts and no networks of the City."
NOTHING = "Nothing on the device is changed: the City set up no accounts and no networks on it."


@dataclass(frozen=True)
class Withdrawal:
    """What would be taken off a device, by name. ``stays``: why nothing is, where it cannot be."""

    names: tuple[str, ...] = ()
    stays: str = ""
    on_device: bool = True

    @property
    def sentences(self) -> tuple[str, ...]:
        """What happens on the device, in words."""
        if self.stays:
            return (self.stays,)
        if not self.names:
            return (NOTHING,)
        named = ", ".join(self.names)
        return (
            f"Taken off the device, with what it keeps of them: {named}.",
            "They come back by themselves once nothing restricts it any longer.",
            "Nothing else on the device is touched.",
        )


@gates.register
def restricted(device_ids: Collection[UUID]) -> Iterable[UUID]:
    """The devices from which the City's accounts and networks are withheld (G-10)."""
    rows = Restriction.objects.filter(
        device_id__in=device_ids, lifted_at=None, on_device=True
    ).order_by()
    return rows.values_list("device_id", flat=True)


def withdrawal_of(device: Device, at: datetime) -> Withdrawal:
    """What a restriction placed now takes off the device (G-10)."""
    if holds.hold_on(device, at):
        return Withdrawal(stays=HELD, on_device=False)
    if enrolment_now(device.id) is None:
        return Withdrawal(stays=NOT_ENROLLED)
    return Withdrawal(goes_with_access(device, at))
