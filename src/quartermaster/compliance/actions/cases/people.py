"""The steps that people take: confirm or dismiss a referral, acknowledge it."""

from datetime import datetime

from quartermaster.compliance import cases
from quartermaster.compliance.actions.cases.moving import move, not_about_oneself
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.events import CaseReferred
from quartermaster.compliance.models import Case
from quartermaster.compliance.permits import CASE_ACKNOWLEDGE, CASE_CONFIRM
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said


def confirm(*, case: Case, reason: str, actor: Actor, at: datetime) -> Case:
    """Confirm a referral: it goes to the supervisor at once, with its evidence (C-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_CONFIRM, person_id=case.holder_id, department_id=case.department_id)
        not_about_oneself(actor, case)
        reason = said(reason, "Say what you looked at", 300)
        supervisor = cases.supervisor_of(case.holder)
        move(
            case,
            "confirm",
            doing,
            confirmed_by_id=actor.person_id,
            referred_at=at,
            supervisor=supervisor,
        )
        doing.record(
            "compliance.case.referred",
            case,
            reason=reason,
            supervisor=supervisor.number if supervisor else "",
        )
        doing.emit(CaseReferred(case_id=case.id, holder_id=case.holder_id))
        tell_holder(case, "referred", doing)
        tell_owners(case, "due", doing)
    return case


def dismiss(*, case: Case, reason: str, actor: Actor, at: datetime) -> Case:
    """Dismiss a referral: it goes to nobody, and does not count (C-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_CONFIRM, person_id=case.holder_id, department_id=case.department_id)
        not_about_oneself(actor, case)
        reason = said(reason, "Say why it is dismissed", 300)
        move(case, "dismiss", doing, closing_reason=reason)
        doing.record("compliance.case.dismissed", case, reason=reason)
        tell_holder(case, "dismissed", doing)
    return case


def acknowledge(*, case: Case, actor: Actor, at: datetime) -> Case:
    """Take note of a referral as supervisor; human resources are next (C-1).

    Human resources step in where there is no supervisor, or none acted in time.
    """
    with act(actor, at) as doing:
        require(actor, CASE_ACKNOWLEDGE, person_id=case.holder_id)
        not_about_oneself(actor, case)
        above = case.holder_id in actor.reports
        if (
            not above
            and case.supervisor_id is not None
            and (case.due_at is None or case.due_at > at)
        ):
            raise Refused("The supervisor has still time to acknowledge it.")
        move(case, "acknowledge", doing, acknowledged_by_id=actor.person_id, acknowledged_at=at)
        doing.record("compliance.case.acknowledged", case)
        tell_holder(case, "acknowledged", doing)
        tell_owners(case, "due", doing)
    return case
