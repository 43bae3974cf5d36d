"""Custody: the chain of one thing, counts, what holders confirmed or denied, photographs."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.files.queries import read_file
from quartermaster.inventory import queries
from quartermaster.inventory.actions import confirmations, counts, photographs
from quartermaster.inventory.histories import Held, custody_seen_by
from quartermaster.inventory.models import Confirmation, CountEntry, Photograph, StockCount
from quartermaster.inventory.photographs import photographs_visible_to
from quartermaster.inventory.rules.custody import Thing
from quartermaster.inventory.rules.pictures import JPEG, LARGEST
from quartermaster.inventory.states import Answer, Occasion
from quartermaster.inventory.stocktaking import (
    confirmations_visible_to,
    counts_visible_to,
    entries_visible_to,
)
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.lifecycle.queries.denials import denials_visible_to

router = Router()
READ = BearerToken("custody:read")
WRITE = BearerToken("custody:write")
Sort = Literal["devices", "lines", "sims", "accessories"]


class CustodyPeriodOut(Schema):
    """Who had a thing from an instant until another; names as far as one may know them."""

    position: int
    since: datetime
    until: datetime | None
    custodian: str
    where: str
    verb: str
    reason: str
    by: str
    cause_kind: str


class CountOut(Schema):
    """A count of what a department has in stock."""

    id: UUID
    department_id: UUID
    place: str
    state: str
    opened_at: datetime
    opened_by: str
    closed_at: datetime | None
    signed_at: datetime | None
    signed_by: str


class EntryOut(Schema):
    """One thing of a count: expected, found, missing, unexpected, or unknown."""

    id: UUID
    device_id: UUID | None
    accessory_id: UUID | None
    code: str
    seen: str
    scanned_at: datetime | None
    resolution: str
    resolved_at: datetime | None


class CountIn(Schema):
    """Where to count."""

    department_id: UUID
    place: str = Field("", max_length=80)


class ScanIn(Schema):
    """What was scanned: an asset tag, a serial number, an IMEI."""

    code: str = Field(max_length=300)


class ConfirmationOut(Schema):
    """A holder who was asked whether they have a device."""

    id: UUID
    device_id: UUID
    holder_id: UUID
    state: str
    asked_at: datetime
    answer: str
    note: str
    answered_at: datetime | None


class AnswerIn(Schema):
    """What a holder says."""

    said: Answer
    note: str = Field("", max_length=500)


class PhotographOut(Schema):
    """A photograph of the condition of a device."""

    id: UUID
    device_id: UUID
    occasion: str
    note: str
    width: int
    height: int
    taken_at: datetime
    cause_kind: str
    cause_id: UUID | None


class DenialOut(Schema):
    """A device that its holder says they do not have."""

    id: UUID
    device_id: UUID
    holder_id: UUID
    department_id: UUID
    state: str
    opened_at: datetime
    due_at: datetime
    closed_at: datetime | None
    outcome: str


@router.get(
    "custody/{sort}/{thing_id}",
    response=list[CustodyPeriodOut],
    auth=READ,
    operation_id="get_custody",
)
def get_custody(request: HttpRequest, sort: Sort, thing_id: UUID) -> list[Held]:
    """The chain of custody of one thing, the oldest period first."""
    actor = actor_of(request)
    return custody_seen_by(actor, _thing(request, sort, thing_id))


def _thing(request: HttpRequest, sort: Sort, key: UUID) -> Thing:
    actor = actor_of(request)
    found: Thing | None
    if sort == "devices":
        found = queries.devices_visible_to(actor).filter(pk=key).first()
    elif sort == "lines":
        found = queries.lines_visible_to(actor).filter(pk=key).first()
    elif sort == "sims":
        found = queries.sims_visible_to(actor).filter(pk=key).first()
    else:
        found = queries.accessories_visible_to(actor).filter(pk=key).first()
    if found is None:
        raise NotFound("There is no such thing, or you may not see it.")
    return found


@router.get("stock-counts", response=Page[CountOut], auth=READ, operation_id="list_stock_counts")
def list_stock_counts(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The counts of stock that one may see."""
    return page_of(counts_visible_to(actor_of(request)), cursor, limit)


@router.get(
    "stock-counts/{count_id}/entries",
    response=Page[EntryOut],
    auth=READ,
    operation_id="list_count_entries",
)
def list_count_entries(
    request: HttpRequest, count_id: UUID, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """What was expected and seen in one count."""
    rows = entries_visible_to(actor_of(request)).filter(count_id=count_id)
    return page_of(rows, cursor, limit)


@router.post("stock-counts", response={201: CountOut}, auth=WRITE, operation_id="open_stock_count")
def open_stock_count(request: HttpRequest, body: CountIn) -> Status[StockCount]:
    """Open a count of what a department has in stock."""
    made = counts.open_count(**body.dict(), actor=actor_of(request), at=now())
    return Status(201, made)


@router.post(
    "stock-counts/{count_id}/scans",
    response=EntryOut,
    auth=WRITE,
    operation_id="scan_into_count",
)
def scan_into_count(request: HttpRequest, count_id: UUID, body: ScanIn) -> CountEntry:
    """Scan one thing into a count."""
    actor = actor_of(request)
    if not counts_visible_to(actor).filter(pk=count_id).exists():
        raise NotFound("There is no such count, or you may not see it.")
    return counts.scan(count_id=count_id, code=body.code, actor=actor, at=now())


@router.get(
    "confirmations", response=Page[ConfirmationOut], auth=READ, operation_id="list_confirmations"
)
def list_confirmations(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """What holders were asked and said, as far as one may see it."""
    return page_of(confirmations_visible_to(actor_of(request)), cursor, limit)


@router.post(
    "confirmations/{confirmation_id}/answer",
    response=ConfirmationOut,
    auth=WRITE,
    operation_id="answer_confirmation",
)
def answer_confirmation(
    request: HttpRequest, confirmation_id: UUID, body: AnswerIn
) -> Confirmation:
    """Say whether one has a device."""
    actor = actor_of(request)
    if not confirmations_visible_to(actor).filter(pk=confirmation_id).exists():
        raise NotFound("There is no such question, or you may not see it.")
    return confirmations.answer(
        confirmation_id=confirmation_id, said=body.said, note=body.note, actor=actor, at=now()
    )


@router.get("denials", response=Page[DenialOut], auth=READ, operation_id="list_denials")
def list_denials(request: HttpRequest, cursor: Cursor = "", limit: Limit = 50) -> dict[str, object]:
    """The devices that their holders say they do not have."""
    return page_of(denials_visible_to(actor_of(request)), cursor, limit)


@router.get("photographs", response=Page[PhotographOut], auth=READ, operation_id="list_photographs")
def list_photographs(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    device_id: UUID | None = None,
) -> dict[str, object]:
    """The photographs that one may see, of one device or of all."""
    rows = photographs_visible_to(actor_of(request))
    return page_of(rows.filter(device_id=device_id) if device_id else rows, cursor, limit)


@router.get("photographs/{photograph_id}/image", auth=READ, operation_id="get_photograph_image")
def get_photograph_image(request: HttpRequest, photograph_id: UUID) -> HttpResponse:
    """The picture itself, as JPEG."""
    kept = photographs_visible_to(actor_of(request)).filter(pk=photograph_id).first()
    if kept is None:
        raise NotFound("There is no such photograph, or you may not see it.")
    return HttpResponse(read_file(kept.image.digest), content_type=JPEG)


@router.post(
    "devices/{device_id}/photographs",
    response={201: PhotographOut},
    auth=WRITE,
    operation_id="add_photograph",
)
def add_photograph(
    request: HttpRequest,
    device_id: UUID,
    image: File[UploadedFile],
    occasion: Form[Occasion],
    note: Form[str] = "",
) -> Status[Photograph]:
    """Add a photograph of a device's condition; all but the picture is removed."""
    actor = actor_of(request)
    _thing(request, "devices", device_id)
    if (image.size or 0) > LARGEST:
        raise InvalidInput("The photograph is larger than 15 MB.", field="image")
    made = photographs.add(
        device_id=device_id,
        content=image.read(),
        occasion=occasion,
        note=note,
        actor=actor,
        at=now(),
    )
    return Status(201, made)
