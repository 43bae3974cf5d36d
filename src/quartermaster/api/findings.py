"""Findings, as far as the owner of the token may see them."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.compliance import queries
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("findings:read")


class FindingOut(Schema):
    """Something that is not as the policy asks."""

    id: UUID
    device_id: UUID
    holder_id: UUID | None
    check_name: str
    title: str
    clause: str
    severity: str
    state: str
    expected: str
    observed: str
    remedy: str
    source: str
    observed_at: datetime | None
    opened_at: datetime
    noticed_at: datetime | None
    cure_until: datetime | None
    closed_at: datetime | None
    closing_reason: str


@router.get("findings", response=Page[FindingOut], auth=READ, operation_id="list_findings")
def list_findings(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: FindingState | None = None,
    device: UUID | None = None,
) -> dict[str, object]:
    """The findings that one may see, of one state or of all, in the order of their opening."""
    rows = queries.findings_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state)
    if device is not None:
        rows = rows.filter(device_id=device)
    return page_of(rows, cursor, limit)


@router.get("findings/{finding_id}", response=FindingOut, auth=READ, operation_id="get_finding")
def get_finding(request: HttpRequest, finding_id: UUID) -> Finding:
    """One finding."""
    found = queries.findings_visible_to(actor_of(request)).filter(id=finding_id).first()
    if found is None:
        raise NotFound("There is no such finding, or you may not see it.")
    return found
