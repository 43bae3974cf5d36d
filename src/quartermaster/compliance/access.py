"""What a city's identity provider or proxy asks: whether a device is admitted (G-10).

Whatever is not known, not enrolled or not in use is denied: there is no device that is admitted
because nobody said anything against it.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.compliance.models import Restriction
from quartermaster.compliance.permits import ACCESS_ASK, FINDING_VIEW
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import EnrolmentState
from quartermaster.org.models import Standing


class Decision(StrEnum):
    ADMITTED = "admitted"
    RESTRICTED = "restricted"
    DENIED = "denied"


@dataclass(frozen=True)
class Access:
    """The answer, with why in words, and since when."""

    decision: Decision
    code: str
    reasons: tuple[str, ...] = ()
    since: datetime | None = None
    device_id: UUID | None = None

    @property
    def admitted(self) -> bool:
        return self.decision is Decision.ADMITTED


_UNKNOWN = Access(Decision.DENIED, "unknown", ("There is no such device.",))
_STATUS = {
    "retired": "The device was retired.",
    "lost": "The device was reported lost.",
}


def access_by_tag(actor: Actor, tag: str) -> Access:
    """Whether the device of this asset tag is admitted; what is not known is denied (G-10)."""
    require(actor, ACCESS_ASK)
    device = Device.objects.select_related("holder").filter(asset_tag=tag).first()
    return access_of(device) if device is not None else _UNKNOWN


def access_of(device: Device) -> Access:
    """Whether a device is admitted to City services now; nobody's who left is (G-10, C-4)."""
    status = _STATUS.get(device.status)
    if status is not None:
        return Access(Decision.DENIED, device.status, (status,), device_id=device.id)
    holder = device.holder
    if holder is not None and holder.standing == Standing.SEPARATED:
        left = ("Its holder left the City's service.",)
        return Access(Decision.DENIED, "holder_left", left, device_id=device.id)
    enrolled = Enrolment.objects.filter(device=device, state=EnrolmentState.ENROLLED).first()
    if enrolled is None:
        said = ("The device is not enrolled.",)
        return Access(Decision.DENIED, "not_enrolled", said, device_id=device.id)
    open_ones = list(
        Restriction.objects.filter(device=device, lifted_at=None).order_by("placed_at")
    )
    if open_ones:
        reasons = tuple(one.reason for one in open_ones)
        begun = open_ones[0].placed_at
        return Access(Decision.RESTRICTED, "restricted", reasons, begun, device.id)
    last = Restriction.objects.filter(device=device).order_by("-lifted_at").first()
    since = enrolled.enrolled_at
    if last is not None and last.lifted_at is not None:
        since = max(since, last.lifted_at) if since else last.lifted_at
    return Access(Decision.ADMITTED, "admitted", (), since, device.id)


def restrictions_visible_to(actor: Actor) -> QuerySet[Restriction]:
    """Restrictions, past and present, of the devices whose findings the actor may see."""
    rows = Restriction.objects.select_related(
        "device__holder", "act__rule", "act__version", "act__finding", "placed_by", "lifted_by"
    )
    extent = reach(actor, FINDING_VIEW)
    if extent.everything:
        return rows
    return rows.filter(device__holder_id__in=extent.people) | rows.filter(
        device__department_id__in=extent.departments
    )
