"""Faults of our own: a check that was wrong, named by one person, taken back by another (C-1)."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.compliance import faults as queries
from quartermaster.compliance.actions import faults
from quartermaster.compliance.models import Fault
from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("faults:read")
WRITE = BearerToken("faults:write")


class FaultOut(Schema):
    """A check that was wrong for a time, who says so, and who looked at it."""

    id: UUID
    check_name: str
    title: str
    since: datetime
    until: datetime
    reason: str
    digest: str = Field(description="Of the findings that it takes back.")
    state: str
    named_by_id: UUID
    named_at: datetime
    decided_by_id: UUID | None
    decided_at: datetime | None


class FaultWithPlan(FaultOut):
    """A fault with what it takes back, or took back."""

    findings: list[UUID]
    cases: list[UUID]
    referred: list[UUID] = Field(description="Of the cases: those that a supervisor knows of.")
    decided: list[UUID] = Field(description="Of the cases: those that are with human resources.")
    told: int = Field(description="How many people were told of the findings.")


class FaultIn(Schema):
    """Which check was wrong, from when to when, and why."""

    check: str = Field(min_length=1, max_length=40)
    since: AwareDatetime
    until: AwareDatetime
    reason: str = Field(min_length=1, max_length=faults.LONGEST_REASON)


@router.get("faults", response=Page[FaultOut], auth=READ, operation_id="list_faults")
def list_faults(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: FaultState | None = None
) -> dict[str, object]:
    """The faults that were named, of one state or of all."""
    rows = queries.faults_visible_to(actor_of(request))
    return page_of(rows.filter(state=state.value) if state else rows, cursor, limit)


@router.get("faults/{fault_id}", response=FaultWithPlan, auth=READ, operation_id="get_fault")
def get_fault(request: HttpRequest, fault_id: UUID) -> dict[str, object]:
    """One fault with the plan that a second person confirms."""
    fault = _found(request, fault_id)
    plan = queries.plan_of(fault)
    return {
        **{name: getattr(fault, name) for name in FaultOut.model_fields},
        "findings": [item.id for item in plan.findings],
        "cases": [item.id for item in plan.cases],
        "referred": [item.id for item in plan.referred],
        "decided": [item.id for item in plan.decided],
        "told": plan.told,
    }


@router.post("faults", response={201: FaultOut}, auth=WRITE, operation_id="name_fault")
def name_fault(request: HttpRequest, body: FaultIn) -> Status[Fault]:
    """Say that a check was wrong; nothing is taken back before another person agrees."""
    made = faults.name_fault(**body.dict(), actor=actor_of(request), at=now())
    return Status(201, made)


@router.post(
    "faults/{fault_id}/confirm", response=FaultOut, auth=WRITE, operation_id="confirm_fault"
)
def confirm_fault(request: HttpRequest, fault_id: UUID) -> Fault:
    """Take back, as the second person, what the check found."""
    found = _found(request, fault_id)
    return faults.confirm_fault(fault_id=found.id, actor=actor_of(request), at=now())


@router.post("faults/{fault_id}/refuse", response=FaultOut, auth=WRITE, operation_id="refuse_fault")
def refuse_fault(request: HttpRequest, fault_id: UUID) -> Fault:
    """Refuse, as the second person, to take anything back."""
    found = _found(request, fault_id)
    return faults.refuse_fault(fault_id=found.id, actor=actor_of(request), at=now())


def _found(request: HttpRequest, fault_id: UUID) -> Fault:
    found = queries.faults_visible_to(actor_of(request)).filter(id=fault_id).first()
    if found is None:
        raise NotFound("There is no such fault, or you may not see it.")
    return found
