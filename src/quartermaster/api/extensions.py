"""More time to put something right: asked by the holder once, decided by another (C-1)."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.compliance import queries
from quartermaster.compliance.actions import extensions
from quartermaster.compliance.models import Extension
from quartermaster.compliance.rules.extensions import MOST_DAYS, ExtensionState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("extensions:read")
WRITE = BearerToken("extensions:write")


class ExtensionOut(Schema):
    """Who asked for more time, how long, and what was decided."""

    id: UUID
    finding_id: UUID
    asked_by_id: UUID
    days: int = Field(description="Working days more.")
    reason: str
    state: str
    asked_at: datetime
    decide_by: datetime
    was_until: datetime
    until: datetime | None = Field(description="The new end; empty unless it was granted.")
    decided_by_id: UUID | None
    decided_at: datetime | None
    note: str


class ExtensionIn(Schema):
    """How many working days more, and why."""

    days: int = Field(ge=1, le=MOST_DAYS)
    reason: str = Field(min_length=1, max_length=extensions.LONGEST_REASON)


class DecisionIn(Schema):
    """What the employee reads with the decision."""

    note: str = Field("", max_length=extensions.LONGEST_NOTE)


@router.get("extensions", response=Page[ExtensionOut], auth=READ, operation_id="list_extensions")
def list_extensions(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: ExtensionState | None = None,
) -> dict[str, object]:
    """Who asked for more time, of one state or of all."""
    rows = queries.extensions_visible_to(actor_of(request))
    return page_of(rows.filter(state=state.value) if state else rows, cursor, limit)


@router.get(
    "extensions/{extension_id}", response=ExtensionOut, auth=READ, operation_id="get_extension"
)
def get_extension(request: HttpRequest, extension_id: UUID) -> Extension:
    """One request for more time."""
    return _found(request, extension_id)


@router.post(
    "findings/{finding_id}/extension",
    response={201: ExtensionOut},
    auth=WRITE,
    operation_id="ask_extension",
)
def ask_extension(request: HttpRequest, finding_id: UUID, body: ExtensionIn) -> Status[Extension]:
    """Ask, as the holder, for more time; once for each finding."""
    actor = actor_of(request)
    finding = queries.findings_visible_to(actor).filter(id=finding_id).first()
    if finding is None:
        raise NotFound("There is no such finding, or you may not see it.")
    made = extensions.ask_extension(
        finding=finding, days=body.days, reason=body.reason, actor=actor, at=now()
    )
    return Status(201, made)


@router.post(
    "extensions/{extension_id}/grant",
    response=ExtensionOut,
    auth=WRITE,
    operation_id="grant_extension",
)
def grant_extension(request: HttpRequest, extension_id: UUID, body: DecisionIn) -> Extension:
    """Grant more time, as another than who asked."""
    found = _found(request, extension_id)
    return extensions.grant_extension(
        extension_id=found.id, note=body.note, actor=actor_of(request), at=now()
    )


@router.post(
    "extensions/{extension_id}/decline",
    response=ExtensionOut,
    auth=WRITE,
    operation_id="decline_extension",
)
def decline_extension(request: HttpRequest, extension_id: UUID, body: DecisionIn) -> Extension:
    """Decline more time, with a reason that the employee reads."""
    found = _found(request, extension_id)
    return extensions.decline_extension(
        extension_id=found.id, note=body.note, actor=actor_of(request), at=now()
    )


def _found(request: HttpRequest, extension_id: UUID) -> Extension:
    rows = queries.extensions_visible_to(actor_of(request))
    found = rows.filter(id=extension_id).first()
    if found is None:
        raise NotFound("Nobody asked for this, or you may not see it.")
    return found
