"""Withdrawing a case that was a mistake, and what its finding takes with it."""

from datetime import datetime

from quartermaster.compliance.actions.cases.moving import move, not_about_oneself
from quartermaster.compliance.actions.cases.telling import owners_of, tell_holder
from quartermaster.compliance.models import Case, Finding
from quartermaster.compliance.permits import CASE_WITHDRAW
from quartermaster.compliance.rules.cases import UNDECIDED
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.kernel.words import said


def withdraw_case(*, case: Case, reason: str, actor: Actor, at: datetime) -> Case:
    """Withdraw a case that nobody decided yet; it does not count, and its holder is told (C-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_WITHDRAW, person_id=case.holder_id, department_id=case.department_id)
        not_about_oneself(actor, case)
        take_back(case, said(reason, "Say why it is withdrawn", 300), doing)
    return case


def take_back(case: Case, reason: str, doing: Act) -> None:
    owners = owners_of(case, doing)
    move(case, "withdraw", doing, closing_reason=reason)
    doing.record(
        "compliance.case.withdrawn",
        case,
        reason=reason,
        owners=[person.number for person in owners],
    )
    tell_holder(case, "withdrawn", doing)


def with_its_finding(finding: Finding, reason: str, doing: Act) -> None:
    """A finding that a person withdrew takes its case along, unless it is decided."""
    case = Case.objects.filter(finding=finding, state__in=values(UNDECIDED)).first()
    if case is not None:
        take_back(case, reason, doing)
