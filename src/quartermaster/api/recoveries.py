"""Recoveries from people who leave; the finance system adds charges here."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Field, Router, Schema, Status

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.models import Recovery, RecoveryCharge
from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.lifecycle.rules.recoveries import RecoveryState

router = Router()
READ = BearerToken("recoveries:read")
WRITE = BearerToken("recoveries:write")


class RecoveryOut(Schema):
    """What a person who leaves still has."""

    id: UUID
    person_id: UUID
    department_id: UUID
    state: str
    separated_on: date
    things_due: int
    opened_at: datetime
    demanded_at: datetime | None
    pay_until: date | None
    handed_over_at: datetime | None
    closed_at: datetime | None
    closing_reason: str


class ThingOut(Schema):
    """One thing due. Amounts are cents."""

    id: UUID
    kind: str
    title: str
    device_id: UUID | None
    line_id: UUID | None
    accessory_id: UUID | None
    state: str
    value_cents: int | None
    note: str


class ChargeOut(Schema):
    """One charge that was incurred after the last day. Amounts are cents."""

    id: UUID
    title: str
    invoice: str
    source: str
    from_on: date
    until_on: date
    amount_cents: int
    state: str
    note: str


class RecoveryWithAll(RecoveryOut):
    """A recovery with what is due and charged."""

    items: list[ThingOut]
    charges: list[ChargeOut]


class ChargeIn(Schema):
    """A charge. ``source`` names the invoice line: the same one again changes nothing."""

    title: str = Field(min_length=1, max_length=200)
    amount_cents: int = Field(gt=0, le=10_000_000)
    from_on: date
    until_on: date
    source: str = Field(min_length=1, max_length=120)
    invoice: str = Field("", max_length=60)


def _found(request: HttpRequest, recovery_id: UUID) -> Recovery:
    found = queries.recoveries_visible_to(actor_of(request)).filter(id=recovery_id).first()
    if found is None:
        raise NotFound("There is no such recovery, or you may not see it.")
    return found


@router.get("recoveries", response=Page[RecoveryOut], auth=READ, operation_id="list_recoveries")
def list_recoveries(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: RecoveryState | None = None,
) -> dict[str, object]:
    """The recoveries that one may see, of one state or of all."""
    rows = queries.recoveries_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get(
    "recoveries/{recovery_id}", response=RecoveryWithAll, auth=READ, operation_id="get_recovery"
)
def get_recovery(request: HttpRequest, recovery_id: UUID) -> Recovery:
    """One recovery with its things and charges."""
    return _found(request, recovery_id)


@router.post(
    "recoveries/{recovery_id}/charges",
    response={201: ChargeOut},
    auth=WRITE,
    operation_id="add_recovery_charge",
)
def add_charge(request: HttpRequest, recovery_id: UUID, charge: ChargeIn) -> Status[RecoveryCharge]:
    """Add a charge that was incurred after the last day."""
    made = recoveries.add_charge(
        recovery=_found(request, recovery_id),
        **charge.dict(),
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)
