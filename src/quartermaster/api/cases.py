"""Cases, as far as the owner of the token may see them. No outcome stands here."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.compliance import cases
from quartermaster.compliance.actions import cases as actions
from quartermaster.compliance.models import Case
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("cases:read")
EXPORT = BearerToken("case-papers:read")
PDF = "application/pdf"
AS_PDF = {
    "responses": {
        200: {"content": {PDF: {"schema": {"type": "string", "format": "binary"}}}},
    },
}


class CaseOut(Schema):
    """A concern on its way from its holder to a supervisor."""

    id: UUID
    finding_id: UUID
    holder_id: UUID
    department_id: UUID
    trigger: str
    state: str
    noticed_at: datetime
    prepared_at: datetime
    due_at: datetime | None
    paused_at: datetime | None
    referred_at: datetime | None
    confirmed_by_id: UUID | None
    supervisor_id: UUID | None
    acknowledged_at: datetime | None
    decided_at: datetime | None
    appeal_until: datetime | None
    appealed_at: datetime | None
    closed_at: datetime | None
    closing_reason: str
    evidence_digest: str


class CaseWithEvidence(CaseOut):
    """A case with the evidence as it was gathered."""

    evidence: dict[str, Any]


class PapersIn(Schema):
    """What the papers are for; it stands in the ledger."""

    reason: str = Field(min_length=1, max_length=300)


@router.get("cases", response=Page[CaseOut], auth=READ, operation_id="list_cases")
def list_cases(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: CaseState | None = None
) -> dict[str, object]:
    """The cases that one may see, of one state or of all."""
    rows = cases.cases_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    return page_of(rows, cursor, limit)


@router.get("cases/{case_id}", response=CaseWithEvidence, auth=READ, operation_id="get_case")
def get_case(request: HttpRequest, case_id: UUID) -> Case:
    """One case with its evidence."""
    return _found(request, case_id)


@router.post(
    "cases/{case_id}/papers",
    auth=EXPORT,
    operation_id="export_case",
    openapi_extra=AS_PDF,
)
def export_case(request: HttpRequest, case_id: UUID, body: PapersIn) -> HttpResponse:
    """The papers of a case as a PDF, for human resources and its employee; it is written down."""
    content = actions.export_case(
        case=_found(request, case_id), reason=body.reason, actor=actor_of(request), at=now()
    )
    named = f'attachment; filename="case-{case_id}.pdf"'
    return HttpResponse(content, PDF, headers={"Content-Disposition": named})


def _found(request: HttpRequest, case_id: UUID) -> Case:
    found = cases.cases_visible_to(actor_of(request)).filter(id=case_id).first()
    if found is None:
        raise NotFound("There is no such case, or you may not see it.")
    return found
