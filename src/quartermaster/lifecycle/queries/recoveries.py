"""Reads of recoveries."""

from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from quartermaster.kernel.permits import Actor, reach
from quartermaster.lifecycle.models import (
    LetterKind,
    Recovery,
    RecoveryCharge,
    RecoveryItem,
    RecoveryLetter,
)
from quartermaster.lifecycle.recovery_permits import RECOVERY_PACKAGE, RECOVERY_VIEW
from quartermaster.lifecycle.rules.recoveries import (
    LIVE_RECOVERIES,
    STILL_OWED,
    RecoveryState,
)
from quartermaster.org.models import Person


def recoveries_visible_to(actor: Actor) -> QuerySet[Recovery]:
    """The recoveries that the actor may see, with how much is still owed."""
    extent = reach(actor, RECOVERY_VIEW)
    rows = Recovery.objects.select_related("person__supervisor", "department").annotate(
        things_due=Count("items", filter=Q(items__state__in=STILL_OWED), distinct=True)
    )
    if extent.everything:
        return rows
    return rows.filter(Q(person_id__in=extent.people) | Q(department_id__in=extent.departments))


def items_visible_to(actor: Actor) -> QuerySet[RecoveryItem]:
    """The things due in recoveries that the actor may see."""
    seen = recoveries_visible_to(actor).values("id")
    rows = RecoveryItem.objects.select_related(
        "recovery__person", "device", "line", "accessory", "asked_by", "agreed_by"
    )
    return rows.filter(recovery_id__in=seen)


def charges_visible_to(actor: Actor) -> QuerySet[RecoveryCharge]:
    """The charges in recoveries that the actor may see."""
    seen = recoveries_visible_to(actor).values("id")
    rows = RecoveryCharge.objects.select_related("recovery__person", "asked_by", "agreed_by")
    return rows.filter(recovery_id__in=seen)


def letters_visible_to(actor: Actor) -> QuerySet[RecoveryLetter]:
    """The letters of recoveries that the actor may see."""
    seen = recoveries_visible_to(actor).values("id")
    rows = RecoveryLetter.objects.select_related("file", "made_by", "recovery__person")
    rows = rows.filter(recovery_id__in=seen)
    packages = reach(actor, RECOVERY_PACKAGE).everything
    return rows if packages else rows.exclude(kind=LetterKind.PACKAGE)


def live_recovery_of(actor: Actor, person: Person) -> Recovery | None:
    """The recovery of a person that is not closed, where the actor may see it."""
    return recoveries_visible_to(actor).filter(person=person, closed_at=None).first()


def own_recovery(actor: Actor) -> Any:
    """The actor's own recovery that is not closed, with ``things_due``."""
    if actor.person_id is None:
        return None
    rows = recoveries_visible_to(actor).filter(person_id=actor.person_id, closed_at=None)
    return rows.first()


def recovery_to_charge(person: Person, on: date) -> Recovery | None:
    """Whose recovery an amount incurred on a day after the separation belongs to; for invoices."""
    rows = Recovery.objects.filter(person=person, separated_on__lte=on)
    return rows.exclude(state=RecoveryState.CANCELLED).order_by("-separated_on").first()


def charges_owed(recovery: Recovery) -> int:
    """The cents of the charges that are neither paid nor let go."""
    rows = recovery.charges.filter(state__in=STILL_OWED)
    return rows.aggregate(sum=Sum("amount_cents"))["sum"] or 0


def count_live(actor: Actor) -> int:
    """How many people who left, or are going to, still have something."""
    return recoveries_visible_to(actor).filter(state__in=LIVE_RECOVERIES).count()
