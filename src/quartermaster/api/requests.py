"""Requests and loans, as far as the owner of the token may see them; asking and reserving."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.inventory.models import AccessoryKind, DeviceClass
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.lifecycle.actions import loans as lending
from quartermaster.lifecycle.actions import requests as asking
from quartermaster.lifecycle.models import Loan, Request
from quartermaster.lifecycle.queries.loans import loans_visible_to
from quartermaster.lifecycle.queries.requests import request_seen_by, requests_visible_to
from quartermaster.lifecycle.queries.second import second_devices_visible_to
from quartermaster.lifecycle.rules.details import MOST_ITEMS, ItemDetails, RequestDetails
from quartermaster.lifecycle.rules.loans import LoanState
from quartermaster.lifecycle.rules.requests import ItemKind, RequestState

router = Router()
READ = BearerToken("requests:read")
WRITE = BearerToken("requests:write")


class ItemOut(Schema):
    """One thing of a request."""

    id: UUID
    place: int
    kind: str
    device_class: str
    cellular: bool
    accessory_kind: str
    capabilities: list[str]
    wish: str
    second: bool
    state: str
    device_id: UUID | None
    line_id: UUID | None
    accessory_id: UUID | None


class RequestOut(Schema):
    """What somebody asks for, and how far it is."""

    id: UUID
    person_id: UUID
    asker_id: UUID
    department_id: UUID
    need: str
    wanted_from: date
    state: str
    asked_at: datetime
    due_at: datetime | None
    recommended_by_id: UUID | None
    recommended_for_id: UUID | None
    recommendation: str
    authorised_by_id: UUID | None
    authorised_for_id: UUID | None
    authorisation: str
    closed_at: datetime | None
    closing_reason: str
    items: list[ItemOut]

    @staticmethod
    def resolve_items(obj: Request) -> list[object]:
        return list(obj.items.all())


class ItemIn(Schema):
    """One thing, by what it must be able to do."""

    kind: ItemKind
    device_class: DeviceClass | None = None
    cellular: bool = False
    accessory_kind: AccessoryKind | None = None
    capabilities: list[Annotated[str, Field(max_length=30)]] = Field(
        default_factory=list, max_length=20
    )
    wish: str = Field("", max_length=200)


class RequestIn(Schema):
    """For whom, why, from when, and the things."""

    person_id: UUID
    need: str = Field(max_length=1000)
    wanted_from: date
    items: list[ItemIn] = Field(max_length=MOST_ITEMS)


class LoanOut(Schema):
    """A hot-spot for a person, from one day to another."""

    id: UUID
    hotspot_id: UUID
    person_id: UUID
    department_id: UUID
    purpose: str
    starts_on: date
    ends_on: date
    state: str
    lent_at: datetime | None
    overdue_at: datetime | None
    suspended_at: datetime | None
    closed_at: datetime | None
    closing_reason: str


class LoanIn(Schema):
    """For whom, which days, what for; whichever hot-spot is free, or a certain one."""

    person_id: UUID
    starts_on: date
    ends_on: date
    purpose: str = Field(max_length=300)
    hotspot_id: UUID | None = None


class SecondDeviceOut(Schema):
    """That a person may hold one cellular device more, until when."""

    id: UUID
    person_id: UUID
    device_class: str
    reason: str
    authorised_by_id: UUID
    authorised_at: datetime
    until: date
    ended_at: datetime | None


@router.get("requests", response=Page[RequestOut], auth=READ, operation_id="list_requests")
def list_requests(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: RequestState | None = None
) -> dict[str, object]:
    """The requests that one may see, of one state or of all."""
    rows = requests_visible_to(actor_of(request), now())
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get("requests/{request_id}", response=RequestOut, auth=READ, operation_id="get_request")
def get_request(request: HttpRequest, request_id: UUID) -> Request:
    """One request."""
    return request_seen_by(actor_of(request), request_id, now())


@router.post("requests", response={201: RequestOut}, auth=WRITE, operation_id="ask_for_equipment")
def ask(request: HttpRequest, body: RequestIn) -> Status[Request]:
    """Ask for equipment, for oneself or for somebody for whom one may ask."""
    items = [ItemDetails.of(**item.model_dump()) for item in body.items]
    made = asking.ask(
        person_id=body.person_id,
        details=RequestDetails.of(need=body.need, wanted_from=body.wanted_from, items=items),
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)


@router.get(
    "second-devices",
    response=Page[SecondDeviceOut],
    auth=READ,
    operation_id="list_second_devices",
)
def list_second_devices(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50
) -> dict[str, object]:
    """The authorisations of a second cellular device that one may see."""
    return page_of(second_devices_visible_to(actor_of(request)), cursor, limit)


@router.get("loans", response=Page[LoanOut], auth=READ, operation_id="list_loans")
def list_loans(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: LoanState | None = None
) -> dict[str, object]:
    """The loans of hot-spots that one may see, of one state or of all."""
    rows = loans_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get("loans/{loan_id}", response=LoanOut, auth=READ, operation_id="get_loan")
def get_loan(request: HttpRequest, loan_id: UUID) -> Loan:
    """One loan."""
    found = loans_visible_to(actor_of(request)).filter(id=loan_id).first()
    if found is None:
        raise NotFound("There is no such loan, or you may not see it.")
    return found


@router.post("loans", response={201: LoanOut}, auth=WRITE, operation_id="reserve_hotspot")
def reserve(request: HttpRequest, body: LoanIn) -> Status[Loan]:
    """Reserve a hot-spot of the pool for a span of days."""
    made = lending.reserve_hotspot(
        person_id=body.person_id,
        starts_on=body.starts_on,
        ends_on=body.ends_on,
        purpose=body.purpose,
        hotspot_id=body.hotspot_id,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)
