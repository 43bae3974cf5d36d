"""Losses, as far as the owner of the token may see them; reports by those who may make them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules.losses import LossKind, LossState

router = Router()
READ = BearerToken("losses:read")
WRITE = BearerToken("losses:write")


class LossOut(Schema):
    """A case of loss or damage. What the employee says and what is decided does not stand here."""

    id: UUID
    device_id: UUID
    held_by_id: UUID | None
    department_id: UUID
    kind: str
    state: str
    intake: str
    happened_at: datetime
    reported_at: datetime
    place: str
    locked: bool = Field(description="Whether lost mode was switched on.")
    erasure_id: UUID | None = Field(description="The destructive request, where there is one.")
    police_number: str
    found_at: datetime | None
    closed_at: datetime | None
    closing: str


class LossIn(Schema):
    """A report: what happened to a device, when and where."""

    device_id: UUID
    kind: LossKind
    happened_at: datetime
    place: str = Field(max_length=200)
    story: str = Field(max_length=4000)
    contents: str = Field("", max_length=2000)
    records_pending: bool = False
    caller_check: str = Field(
        "", max_length=300, description="How a caller was identified, where the help desk reports."
    )


class FoundIn(Schema):
    """Where a missing device was found."""

    where: str = Field(max_length=200)
    whither: losses.Whither = losses.Whither.HOLDER


@router.get("losses", response=Page[LossOut], auth=READ, operation_id="list_losses")
def list_losses(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: LossState | None = None
) -> dict[str, object]:
    """The cases that one may see, of one state or of all."""
    rows = queries.losses_visible_to(actor_of(request))
    return page_of(rows.filter(state=state) if state else rows, cursor, limit)


@router.get("losses/{loss_id}", response=LossOut, auth=READ, operation_id="get_loss")
def get_loss(request: HttpRequest, loss_id: UUID) -> Loss:
    """One case."""
    return queries.loss_seen_by(actor_of(request), loss_id)


@router.post("losses", response={201: LossOut}, auth=WRITE, operation_id="report_loss")
def report_loss(request: HttpRequest, body: LossIn) -> Status[Loss]:
    """Report that a device is lost, stolen or damaged."""
    said = body.dict()
    device = said.pop("device_id")
    made = losses.report_loss(
        device_id=device,
        report=losses.LossReport.of(**said),
        actor=actor_of(request),
        at=now(),
    )
    return Status(201, made)


@router.post("losses/{loss_id}/found", response=LossOut, auth=WRITE, operation_id="found_loss")
def found_loss(request: HttpRequest, loss_id: UUID, body: FoundIn) -> Loss:
    """Say that a missing device is found; what was not sent to erase it is stopped."""
    actor = actor_of(request)
    loss = queries.loss_seen_by(actor, loss_id)
    return losses.mark_found(
        loss=loss, where=body.where, whither=body.whither, actor=actor, at=now()
    )
