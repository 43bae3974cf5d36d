"""Devices of the makers' lists: what the City bought, and whether it enrols by itself."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import listed
from quartermaster.mdm.models import ListedDevice

router = Router()
READ = BearerToken("listed-devices:read")


class Show(StrEnum):
    """What is still to be done with a device."""

    UNKNOWN = "unknown"
    WITHOUT_PROFILE = "without-profile"
    GONE = "gone"


_SHOWN = {
    Show.UNKNOWN: listed.UNKNOWN,
    Show.WITHOUT_PROFILE: listed.WITHOUT_PROFILE,
    Show.GONE: listed.GONE,
}


class ListedDeviceOut(Schema):
    """A device in a maker's list. ``device_id`` is the inventory's, once it knows it."""

    id: UUID
    driver: str
    serial: str
    device_id: UUID | None
    model: str
    description: str
    family: str
    assigned_at: datetime | None
    assigned_by: str
    profile_status: str
    profile_id: str
    wants_profile: bool
    outcome: str
    changed_at: datetime | None
    asked_at: datetime | None
    removed_at: datetime | None


@router.get(
    "listed-devices",
    response=Page[ListedDeviceOut],
    auth=READ,
    operation_id="list_listed_devices",
)
def list_listed_devices(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    show: Show | None = None,
    serial: str = "",
) -> dict[str, object]:
    """The devices of the makers' lists, in the order in which they were first seen."""
    rows = listed.listed_visible_to(actor_of(request))
    if show is not None:
        rows = rows.filter(_SHOWN[show])
    if serial:
        rows = rows.filter(serial=serial.strip().upper())
    return page_of(rows, cursor, limit)


@router.get(
    "listed-devices/{listed_id}",
    response=ListedDeviceOut,
    auth=READ,
    operation_id="get_listed_device",
)
def get_listed_device(request: HttpRequest, listed_id: UUID) -> ListedDevice:
    """One device of a maker's list."""
    found = listed.listed_visible_to(actor_of(request)).filter(id=listed_id).first()
    if found is None:
        raise NotFound("There is no such device in the lists, or you may not see it.")
    return found
