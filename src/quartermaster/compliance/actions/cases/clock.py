"""What is due by the clock: reminders, deadlines that passed, the end of the time to appeal."""

from datetime import datetime

from django.db import transaction

from quartermaster.compliance.actions.cases.moving import move
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.models import Case
from quartermaster.compliance.permits import CASE_KEEP
from quartermaster.compliance.rules.cases import LIVE_CASES, CaseState
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values


def take_case_steps(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Take the next step of every case whose time has come; how many (C-1, E-1)."""
    require(actor, CASE_KEEP)
    taken = 0
    while taken < limit:
        with transaction.atomic():
            case = (
                Case.objects.select_for_update(skip_locked=True, of=("self",))
                .select_related("finding__device", "holder", "supervisor")
                .filter(state__in=values(LIVE_CASES), wake_at__lte=at)
                .order_by("wake_at", "id")
                .first()
            )
            if case is None:
                return taken
            with act(actor, at) as doing:
                _step(case, doing)
        taken += 1
    return taken


def _step(case: Case, doing: Act) -> None:
    assert case.due_at is not None  # a case that the clock looks at has a deadline
    if case.state == CaseState.DECIDED:
        move(case, "close", doing, closing_reason="Nobody appealed.")
        doing.record("compliance.case.closed", case)
        tell_holder(case, "closed", doing)
        return
    late = case.due_at <= doing.at
    case.wake_at = None if late else case.due_at
    case.save(update_fields=["wake_at"])
    if late:
        doing.record("compliance.case.overdue", case, state=case.state)
    tell_owners(case, "overdue" if late else "reminder", doing)
