"""Decisions about applications and the questions before them, to read."""

from datetime import date, datetime
from uuid import UUID

from django.http import HttpRequest
from django.utils.timezone import localdate
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.inventory import applications as queries
from quartermaster.inventory.models import ApplicationDecision
from quartermaster.inventory.verdicts import QuestionState, Verdict
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("applications:read")


class DecisionOut(Schema):
    """A decision. ``until`` is the first day on which it no longer holds."""

    id: UUID
    title: str
    identifier: str
    name_pattern: str
    platform: str
    verdict: str
    minimum_version: str
    reason: str
    until: date | None
    decided_at: datetime
    decided_by: str
    ended_at: datetime | None
    end_reason: str


class QuestionOut(Schema):
    """A question, seen by who asked and by ITMD."""

    id: UUID
    title: str
    platform: str
    link: str
    purpose: str
    asked_by_id: UUID
    asked_at: datetime
    state: str
    decision_id: UUID | None
    settled_at: datetime | None


@router.get(
    "application-decisions",
    response=Page[DecisionOut],
    auth=READ,
    operation_id="list_application_decisions",
)
def list_decisions(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    verdict: Verdict | None = None,
    identifier: str = "",
    in_force: bool | None = None,  # noqa: FBT001 (a question in the address)
) -> dict[str, object]:
    """What was decided about applications; with ``in_force=true`` what holds today."""
    rows = queries.decisions_visible_to(actor_of(request))
    if verdict is not None:
        rows = rows.filter(verdict=verdict)
    if identifier:
        rows = rows.filter(identifier__iexact=identifier.replace("\x00", ""))
    if in_force:
        rows = queries.standing(rows, localdate(now()))
    return page_of(rows, cursor, limit)


@router.get(
    "application-decisions/{decision_id}",
    response=DecisionOut,
    auth=READ,
    operation_id="get_application_decision",
)
def get_decision(request: HttpRequest, decision_id: UUID) -> ApplicationDecision:
    """One decision."""
    found = queries.decisions_visible_to(actor_of(request)).filter(id=decision_id).first()
    if found is None:
        raise NotFound("There is no such decision.")
    return found


@router.get(
    "application-questions",
    response=Page[QuestionOut],
    auth=READ,
    operation_id="list_application_questions",
)
def list_questions(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: QuestionState | None = None,
) -> dict[str, object]:
    """The questions that one may see."""
    rows = queries.questions_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)
