"""What human resources record: an outcome from the scale, and the review of an appeal."""

from datetime import datetime

from quartermaster.compliance.actions.cases.moving import move, not_about_oneself
from quartermaster.compliance.actions.cases.telling import tell_holder
from quartermaster.compliance.models import Case, Outcome
from quartermaster.compliance.permits import OUTCOME_RECORD
from quartermaster.compliance.rules.cases import Grade, no_graver
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said


def record_outcome(
    *, case: Case, grade: Grade, reason: str, reference: str = "", actor: Actor, at: datetime
) -> Case:
    """Record how a case ends, from the scale; the holder may appeal once (E-1)."""
    with act(actor, at) as doing:
        require(actor, OUTCOME_RECORD, person_id=case.holder_id)
        not_about_oneself(actor, case)
        move(case, "decide", doing, decided_at=at)
        _keep(case, grade, reason, reference, actor, at, on_appeal=False)
        # neither the ledger nor the mail names the outcome: more people read those
        doing.record("compliance.case.decided", case)
        tell_holder(case, "decided", doing)
    return case


def review_appeal(
    *, case: Case, grade: Grade, reason: str, reference: str = "", actor: Actor, at: datetime
) -> Case:
    """Decide on an appeal, as another person than before and never to the worse (E-1)."""
    with act(actor, at) as doing:
        require(actor, OUTCOME_RECORD, person_id=case.holder_id)
        not_about_oneself(actor, case)
        first = Outcome.objects.filter(case=case, on_appeal=False).first()
        if first is not None:
            if first.decided_by_id == actor.person_id:
                raise Refused("Whoever recorded the outcome does not review the appeal.")
            if not no_graver(Grade(first.grade), grade):
                raise InvalidInput("An appeal never makes it graver.", field="grade")
        move(case, "review", doing)
        _keep(case, grade, reason, reference, actor, at, on_appeal=True)
        doing.record("compliance.case.reviewed", case)
        tell_holder(case, "closed", doing)
    return case


def _keep(
    case: Case,
    grade: Grade,
    reason: str,
    reference: str,
    actor: Actor,
    at: datetime,
    *,
    on_appeal: bool,
) -> None:
    reference = reference.strip()
    if grade is not Grade.NO_ACTION and not reference:
        raise InvalidInput("Name where the personnel file has it.", field="reference")
    assert actor.person_id is not None
    Outcome.objects.create(
        case=case,
        on_appeal=on_appeal,
        grade=grade.value,
        reference=reference[:60],
        reason=said(reason, "Say why", 1000),
        decided_by_id=actor.person_id,
        decided_at=at,
    )
