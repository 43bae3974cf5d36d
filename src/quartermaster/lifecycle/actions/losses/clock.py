"""What is due by the clock: planned erasures, reminders (G-11)."""

from collections.abc import Callable
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.losses.searching import ask_planned, follow_erasure
from quartermaster.lifecycle.actions.losses.telling import tell_owners
from quartermaster.lifecycle.loss_permits import LOSS_KEEP
from quartermaster.lifecycle.models import Loss, LossStep
from quartermaster.lifecycle.rules.losses import (
    MOST_REMINDERS,
    REMIND_AGAIN,
    LossState,
    StepState,
)
from quartermaster.mdm.rules.destruction import TargetState


def take_loss_steps(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Take every step of losses whose time has come; how many (G-11)."""
    require(actor, LOSS_KEEP)
    taken = 0
    for key in list(_to_follow().values_list("id", flat=True)[:limit]):
        taken += follow_erasure(loss=Loss(id=key), actor=actor, at=at)
    taken += _each(Loss.objects.filter(erase_at__lte=at), _plan, actor, at, limit)
    due = LossStep.objects.filter(state=StepState.OPEN, remind_at__lte=at)
    return taken + _each(due, _remind, actor, at, limit)


def _to_follow() -> QuerySet[Loss]:
    told = "erasure__targets__state__in"
    settled = [TargetState.CONFIRMED, TargetState.UNCONFIRMED, TargetState.WITHDRAWN]
    return Loss.objects.filter(
        Q(state=LossState.ERASING, **{told: settled})
        | Q(state=LossState.ERASED, **{told: [TargetState.UNCONFIRMED]})
    ).distinct()


def _each(
    rows: QuerySet[Loss] | QuerySet[LossStep],
    work: Callable[[object, Act], None],
    actor: Actor,
    at: datetime,
    limit: int,
) -> int:
    """Claim row by row what is due, each in a transaction of its own."""
    taken = 0
    while taken < limit:
        with transaction.atomic():
            claimed = rows.order_by("id").select_for_update(skip_locked=True).first()
            if claimed is None:
                return taken
            with act(actor, at) as doing:
                work(claimed, doing)
        taken += 1
    return taken


def _plan(row: object, doing: Act) -> None:
    assert isinstance(row, Loss)
    ask_planned(loss=row, actor=doing.actor, at=doing.at)


def _remind(row: object, doing: Act) -> None:
    assert isinstance(row, LossStep)
    step = LossStep.objects.select_related(
        "loss__device__model", "loss__department", "loss__held_by", "line"
    ).get(id=row.id)
    step.reminders += 1
    step.remind_at = doing.at + REMIND_AGAIN if step.reminders < MOST_REMINDERS else None
    step.save(update_fields=["reminders", "remind_at"])
    tell_owners(step, doing, "reminder")
