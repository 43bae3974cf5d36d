"""Delivered applications, how far they are on devices, and licences, to read."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.errors import NotFound
from quartermaster.mdm import software as queries
from quartermaster.mdm.licences.queries import pools_visible_to
from quartermaster.mdm.models import Software
from quartermaster.mdm.software_states import SoftwareState

router = Router()
READ = BearerToken("applications:read")


class ApplicationOut(Schema):
    """An application of the catalogue. Its settings are not told."""

    id: UUID
    title: str
    identifier: str
    source: str
    store_id: str
    platforms: list[str]
    decided_at: datetime
    decided_by: str
    retired_at: datetime | None
    installed: int
    targeted: int
    troubled: int


class OnDeviceOut(Schema):
    """How far an application is on a device."""

    id: UUID
    device_id: UUID
    software_id: UUID
    state: str
    origin: str
    reason: str
    changed_at: datetime
    installed_at: datetime | None


class PoolOut(Schema):
    """What the City owns of one product of the store."""

    id: UUID
    store_id: str
    title: str
    identifier: str
    total: int
    assigned: int
    available: int
    wanted: int
    short_since: datetime | None
    seen_at: datetime


@router.get(
    "applications", response=Page[ApplicationOut], auth=READ, operation_id="list_applications"
)
def list_applications(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The catalogue."""
    return page_of(queries.software_visible_to(actor_of(request)), cursor, limit)


@router.get(
    "applications/{application_id}",
    response=ApplicationOut,
    auth=READ,
    operation_id="get_application",
)
def get_application(request: HttpRequest, application_id: UUID) -> Software:
    """One application."""
    found = queries.software_visible_to(actor_of(request)).filter(id=application_id).first()
    if found is None:
        raise NotFound("There is no such application, or you may not see it.")
    return found


@router.get(
    "applications-on-devices",
    response=Page[OnDeviceOut],
    auth=READ,
    operation_id="list_applications_on_devices",
)
def list_on_devices(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: SoftwareState | None = None,
    device: UUID | None = None,
    application: UUID | None = None,
) -> dict[str, object]:
    """How far applications are on the devices that one may see."""
    rows = queries.device_software_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    if device is not None:
        rows = rows.filter(device_id=device)
    if application is not None:
        rows = rows.filter(software_id=application)
    return page_of(rows, cursor, limit)


@router.get("licences", response=Page[PoolOut], auth=READ, operation_id="list_licences")
def list_licences(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """What the City owns in the store, and how many licences are waited for."""
    return page_of(pools_visible_to(actor_of(request)), cursor, limit)
