"""A case follows its finding: put right, withdrawn, or at rest while an exception covers it."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from quartermaster.compliance.actions.cases.moving import move, term
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.actions.cases.withdrawing import take_back
from quartermaster.compliance.models import Case, Evaluation
from quartermaster.compliance.permits import CASE_KEEP
from quartermaster.compliance.rules.cases import UNDECIDED, CaseState, Trigger, cure_settles
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.compliance.rules.outcome import State
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values


def follow_finding(*, finding_id: UUID, actor: Actor, at: datetime) -> None:
    """Do to a case what the end of its finding asks (C-1)."""
    require(actor, CASE_KEEP)
    with act(actor, at) as doing:
        case = _undecided().select_for_update(of=("self",)).filter(finding_id=finding_id).first()
        if case is None:
            return
        ended = FindingState(case.finding.state)
        if ended is FindingState.EXCEPTED:
            _rest(case, doing)
        elif case.state == CaseState.PREPARED:
            _settle(case, ended, doing)


def resume_cases(*, actor: Actor, at: datetime) -> int:
    """Let go on what no exception covers any longer; how many cases (C-1)."""
    require(actor, CASE_KEEP)
    moved = 0
    for key in list(_resting().values_list("id", flat=True)):
        with act(actor, at) as doing:
            case = _resting().select_for_update(skip_locked=True, of=("self",)).filter(id=key)
            moved += sum(1 for one in case if _go_on(one, doing))
    return moved


def _resting() -> QuerySet[Case]:
    return _undecided().exclude(paused_at=None)


def _undecided() -> QuerySet[Case]:
    rows = Case.objects.select_related("finding__device", "holder", "supervisor")
    return rows.filter(state__in=values(UNDECIDED))


def _settle(case: Case, ended: FindingState, doing: Act) -> None:
    """What nobody confirmed ends with its finding, unless it is serious or came again and again.

    Those stay for a person to decide: a device that leaves management must not end them.
    """
    if not cure_settles(Trigger(case.trigger)):
        return
    if ended is FindingState.WITHDRAWN:
        take_back(case, case.finding.closing_reason or "The finding was withdrawn.", doing)
    elif ended is FindingState.CURED:
        move(case, "cure", doing, closing_reason="It was put right before it was confirmed.")
        doing.record("compliance.case.cured", case)
        tell_holder(case, "cured", doing)


def _rest(case: Case, doing: Act) -> None:
    Case.objects.filter(id=case.id).update(paused_at=doing.at, due_at=None, wake_at=None)
    case.refresh_from_db()
    doing.record("compliance.case.paused", case)
    tell_holder(case, "paused", doing)


def _go_on(case: Case, doing: Act) -> bool:
    """Whether it went on: what is not known for certain leaves it at rest."""
    row = Evaluation.objects.filter(
        device_id=case.finding.device_id, check_name=case.finding.check_name
    ).first()
    now = State(row.state) if row is not None else State.NOT_APPLICABLE
    if now not in {State.FAIL, State.PASS, State.NOT_APPLICABLE}:
        return False
    if now is not State.FAIL and case.state == CaseState.PREPARED:
        ended = FindingState.CURED if now is State.PASS else FindingState.WITHDRAWN
        _settle(case, ended, doing)
        if case.closed_at is not None:
            return True
    fields = term(CaseState(case.state), doing.at)
    Case.objects.filter(id=case.id).update(paused_at=None, **fields)
    case.refresh_from_db()
    doing.record("compliance.case.resumed", case)
    tell_holder(case, "resumed", doing)
    tell_owners(case, "due", doing)
    return True
