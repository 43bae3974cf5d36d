"""What leads from one matter to another: a replacement that is asked for, a device denied."""

from datetime import datetime, timedelta

from django.utils.timezone import localdate

from quartermaster.inventory.actions import confirmations
from quartermaster.inventory.models import Confirmation
from quartermaster.kernel.permits import Actor, system
from quartermaster.lifecycle.actions import denials, losses
from quartermaster.lifecycle.actions.delegating import delegate
from quartermaster.lifecycle.actions.losses.requesting import request_replacement
from quartermaster.lifecycle.models import Loss, Replacement
from quartermaster.lifecycle.rules.losses import LossState
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

TITLE = "Replacements asked for, and who says they do not have it"
ORDER = 40
ITMD, DESK, REX = "2001", "2002", "2006"
WEEK = timedelta(days=7)


def tell(at: datetime) -> None:
    """Have a lost phone replaced by a request, let a holder deny a phone, and somebody be away."""
    _replace(at)
    _deny(at)
    _be_away(at)


def _replace(at: datetime) -> None:
    rows = Loss.objects.filter(state=LossState.SEARCHING, closed_at=None, held_by__isnull=False)
    loss = rows.exclude(id__in=Replacement.objects.values("loss_id")).order_by("id").first()
    if loss is None:
        return
    why = "Nothing in stock takes photographs for the inspections"
    losses.order_replacement(loss=loss, needs=["camera"], reason=why, actor=_of(ITMD, at), at=at)
    request_replacement(loss_id=loss.id, actor=system("losses"), at=at)


def _deny(at: datetime) -> None:
    row = Confirmation.objects.filter(holder__number=REX, state="asked").first()
    if row is None:
        return
    note = "I gave it to a colleague of the branch library."
    confirmations.answer(confirmation_id=row.id, said="not", note=note, actor=_of(REX, at), at=at)
    denials.open_denial(confirmation_id=row.id, actor=system("custody"), at=at)


def _be_away(at: datetime) -> None:
    """Ida is away next week; Hugo of the help desk stands in for her."""
    first = localdate(at + WEEK)
    delegate(
        person_id=Person.objects.get(number=ITMD).id,
        delegate_id=Person.objects.get(number=DESK).id,
        starts_on=first,
        ends_on=first + timedelta(days=4),
        reason="On leave",
        actor=_of(ITMD, at),
        at=at,
    )


def _of(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)
