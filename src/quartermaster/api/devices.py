"""Devices, as far as the owner of the token may see them."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.inventory import actions, queries
from quartermaster.inventory.models import Device, DeviceClass, DeviceStatus, Ownership, Platform
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.actions.handovers import register_as_found

router = Router()
READ = BearerToken("devices:read")
WRITE = BearerToken("devices:write")


class DeviceOut(Schema):
    """A device. The identifiers of a personal one are always empty."""

    id: UUID
    asset_tag: str
    device_class: str
    platform: str
    ownership: str
    channel: str = Field(description="How it is managed.")
    enforced: bool = Field(description="False in a department that is excluded.")
    model_id: UUID | None
    serial: str
    imei: str
    imei2: str
    meid: str
    eid: str
    wifi_mac: str
    department_id: UUID
    holder_id: UUID | None
    status: str
    acquired_on: date | None

    @staticmethod
    def resolve_channel(device: Device) -> str:
        return queries.management_channel(device).value

    @staticmethod
    def resolve_enforced(device: Device) -> bool:
        return queries.enforced(device)


class DeviceIn(Schema):
    """A device to register: into stock, or with its holder."""

    asset_tag: str = Field("", max_length=30, description="Made up if left empty.")
    device_class: DeviceClass
    platform: Platform
    ownership: Ownership = Ownership.CITY
    serial: str = Field("", max_length=80)
    imei: str = Field("", max_length=40)
    imei2: str = Field("", max_length=40)
    meid: str = Field("", max_length=40)
    eid: str = Field("", max_length=60)
    wifi_mac: str = Field("", max_length=40)
    acquired_on: date | None = None
    note: str = Field("", max_length=300)
    model_id: UUID | None = None
    department_id: UUID | None = None
    holder_id: UUID | None = None
    as_found: str = Field(
        "",
        max_length=300,
        description="How it is known that the holder has it already; needed for a City device with"
        " a holder. What is not out yet goes into stock and is handed out against a signature.",
    )


@router.get("devices", response=Page[DeviceOut], auth=READ, operation_id="list_devices")
def list_devices(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    department: UUID | None = None,
    holder: UUID | None = None,
    status: DeviceStatus | None = None,
    ownership: Ownership | None = None,
) -> dict[str, object]:
    """The devices that one may see, in the order in which they were registered."""
    asked = {
        "department_id": department,
        "holder_id": holder,
        "status": status,
        "ownership": ownership,
    }
    narrowed = Q(**{name: value for name, value in asked.items() if value is not None})
    return page_of(queries.devices_visible_to(actor_of(request)).filter(narrowed), cursor, limit)


@router.get("devices/{device_id}", response=DeviceOut, auth=READ, operation_id="get_device")
def get_device(request: HttpRequest, device_id: UUID) -> Device:
    """One device."""
    return queries.device_seen_by(actor_of(request), device_id)


@router.post("devices", response={201: DeviceOut}, auth=WRITE, operation_id="register_device")
def register_device(request: HttpRequest, body: DeviceIn) -> Status[Device]:
    """Register a device."""
    values: dict[str, Any] = body.dict()
    places = {name: values.pop(name) for name in ("model_id", "department_id", "holder_id")}
    reason, details = values.pop("as_found"), DeviceDetails.of(**values)
    given = {"details": details, **places, "actor": actor_of(request), "at": now()}
    if places["holder_id"] is not None and details.ownership is Ownership.CITY:
        return Status(201, register_as_found(**given, reason=reason))
    return Status(201, actions.register(**given))
