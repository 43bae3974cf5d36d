"""With whom a thing is, told from the thing itself."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from quartermaster.inventory.models import (
    LIVE,
    Accessory,
    Custodian,
    CustodyPeriod,
    Device,
    DeviceStatus,
    Line,
    LineStatus,
    Sim,
)
from quartermaster.kernel.errors import Conflict

Thing = Device | Line | Sim | Accessory

# Machines of one house may differ by this much; a move that is said to be earlier is refused.
SKEW = timedelta(minutes=1)

_OF_DEVICE = {
    DeviceStatus.IN_STOCK: Custodian.STOCK,
    DeviceStatus.ASSIGNED: Custodian.PERSON,
    DeviceStatus.LOST: Custodian.LOST,
    DeviceStatus.IN_REPAIR: Custodian.REPAIR,
    DeviceStatus.RETIRED: Custodian.DISPOSED,
}


@dataclass(frozen=True)
class Cause:
    """Why a thing moves: in words, and what it came of, such as a loan, by kind and key."""

    reason: str = ""
    kind: str = ""
    id: UUID | None = None


NO_CAUSE = Cause()


@dataclass(frozen=True)
class Custody:
    """Who has a thing, or where it is."""

    custodian: Custodian
    person_id: UUID | None = None
    department_id: UUID | None = None
    in_device_id: UUID | None = None
    in_line_id: UUID | None = None


def kind_of(thing: Thing) -> str:
    """The name of the field of a period that such a thing goes into."""
    return thing._meta.model_name or ""  # noqa: SLF001 (Django's documented name)


def custody_of(thing: Thing) -> Custody:
    """Who has the thing as its own row stands; the database holds its open period to this."""
    if isinstance(thing, Sim):
        return Custody(_of_sim(thing), in_device_id=thing.device_id, in_line_id=thing.line_id)
    if isinstance(thing, Device):
        custodian = _OF_DEVICE[DeviceStatus(thing.status)]
    elif isinstance(thing, Line):
        custodian = _of_line(thing)
    elif thing.retired:
        custodian = Custodian.DISPOSED
    else:
        custodian = Custodian.PERSON if thing.holder_id else Custodian.STOCK
    return Custody(custodian, thing.holder_id, thing.department_id)


def custody_in(period: CustodyPeriod) -> Custody:
    """Who had the thing in a period."""
    return Custody(
        Custodian(period.custodian),
        period.person_id,
        period.department_id,
        period.in_device_id,
        period.in_line_id,
    )


def instant_of_move(at: datetime, since: datetime, name: str) -> datetime:
    """When a move takes place that follows a period begun at ``since``; never before it."""
    if at < since - SKEW:
        raise Conflict(
            f"{name} has been where it is since {since:%B %-d, %Y, %H:%M} UTC. A move cannot lie"
            " before that; enter it as of today, with the reason.",
            since=since.isoformat(),
        )
    return max(at, since)


def values_of(custody: Custody) -> dict[str, Any]:
    """The columns of a period that say who has the thing."""
    return {
        "custodian": custody.custodian,
        "person_id": custody.person_id,
        "department_id": custody.department_id,
        "in_device_id": custody.in_device_id,
        "in_line_id": custody.in_line_id,
    }


def _of_line(line: Line) -> Custodian:
    if line.status not in LIVE:
        return Custodian.DISPOSED
    if line.status == LineStatus.ORDERED:
        return Custodian.CARRIER
    return Custodian.PERSON if line.holder_id else Custodian.DEPARTMENT


def _of_sim(sim: Sim) -> Custodian:
    if sim.retired:
        return Custodian.DISPOSED
    if sim.device_id:
        return Custodian.DEVICE
    return Custodian.LINE if sim.line_id else Custodian.STOCK
