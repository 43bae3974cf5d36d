"""Hand-outs, as far as the owner of the token may see them; made ready, called off, signed for."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.actions.handovers import Given, Reply, Signature
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import Condition, HandoverState

router = Router()
READ = BearerToken("handovers:read")
WRITE = BearerToken("handovers:write")


class HandoverItemOut(Schema):
    """One thing of a hand-out."""

    id: UUID
    device_id: UUID | None
    accessory_id: UUID | None
    condition: str
    condition_note: str
    answer: str = Field(description="Empty until it is signed; accepted or refused then.")
    refusal: str
    waived_until: Any = Field(description="Until when it may go out before it is enrolled.")


class HandoverOut(Schema):
    """Things for one person, from being made ready to the signature."""

    id: UUID
    number: str
    holder_id: UUID
    department_id: UUID
    state: str
    note: str
    prepared_at: datetime
    prepared_by: str
    expires_at: datetime
    closed_at: datetime | None
    closing_reason: str
    method: str
    place: str
    statement_digest: str
    receipt_digest: str
    items: list[HandoverItemOut]

    @staticmethod
    def resolve_receipt_digest(row: Handover) -> str:
        return row.receipt.digest if row.receipt else ""


class HandoverToSign(HandoverOut):
    """A hand-out with what stands in its way, and the digest that a signature repeats."""

    obstacles: list[str]
    shown: str

    @staticmethod
    def resolve_obstacles(row: Handover) -> list[str]:
        if row.state != HandoverState.PREPARED:
            return []
        return [found.sentence for found in queries.obstacles(row, now())]

    @staticmethod
    def resolve_shown(row: Handover) -> str:
        return queries.shown_digest(row)


class GivenIn(Schema):
    """One thing to hand out: a device or an accessory."""

    device_id: UUID | None = None
    accessory_id: UUID | None = None
    condition: Condition = Condition.GOOD
    note: str = Field("", max_length=300)


class HandoverIn(Schema):
    """Who gets what."""

    holder_id: UUID
    things: list[GivenIn] = Field(min_length=1, max_length=40)
    note: str = Field("", max_length=300)


class ReasonIn(Schema):
    reason: str = Field(max_length=300)


class RefusalIn(Schema):
    item_id: UUID
    reason: str = Field(max_length=300)


class SignatureIn(Schema):
    """The holder's own signature: their typed name, with consent."""

    typed_name: str = Field(max_length=200)
    consent: bool
    shown: str = Field(max_length=64, description="`shown` of the hand-out as it was read.")
    refused: list[RefusalIn] = Field([], max_length=40)


@router.get("handovers", response=Page[HandoverOut], auth=READ, operation_id="list_handovers")
def list_handovers(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: HandoverState | None = None,
    holder: UUID | None = None,
) -> dict[str, object]:
    """The hand-outs that one may see."""
    rows = queries.handovers_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    if holder is not None:
        rows = rows.filter(holder_id=holder)
    return page_of(rows, cursor, limit)


@router.get(
    "handovers/{handover_id}", response=HandoverToSign, auth=READ, operation_id="get_handover"
)
def get_handover(request: HttpRequest, handover_id: UUID) -> Handover:
    """One hand-out with what stands in its way."""
    return queries.handover_seen_by(actor_of(request), handover_id)


@router.post("handovers", response={201: HandoverOut}, auth=WRITE, operation_id="prepare_handover")
def prepare(request: HttpRequest, body: HandoverIn) -> Status[Handover]:
    """Make things ready for a person, who signs for them next."""
    things = [
        Given(item.device_id, item.accessory_id, item.condition, item.note) for item in body.things
    ]
    made = handovers.prepare_handover(
        holder_id=body.holder_id,
        things=things,
        note=body.note,
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)


@router.post(
    "handovers/{handover_id}/cancel",
    response=HandoverOut,
    auth=WRITE,
    operation_id="cancel_handover",
)
def cancel(request: HttpRequest, handover_id: UUID, body: ReasonIn) -> Handover:
    """Call a hand-out off."""
    return handovers.cancel_handover(
        handover_id=handover_id, reason=body.reason, actor=actor_of(request), at=now()
    )


@router.post(
    "handovers/{handover_id}/signature",
    response=HandoverOut,
    auth=WRITE,
    operation_id="sign_handover",
)
def sign(request: HttpRequest, handover_id: UUID, body: SignatureIn) -> Handover:
    """Sign for what one is handed, by one's own token."""
    return handovers.sign_handover(
        handover_id=handover_id,
        signature=Signature(consent=body.consent, typed_name=body.typed_name),
        replies={item.item_id: Reply(accepted=False, reason=item.reason) for item in body.refused},
        shown=body.shown,
        actor=actor_of(request),
        at=now(),
    )
