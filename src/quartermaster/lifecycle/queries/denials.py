"""Reads of what holders say they do not have."""

from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.lifecycle.denial_permits import DENIAL_EXPLAIN, DENIAL_VIEW
from quartermaster.lifecycle.models import Denial
from quartermaster.lifecycle.rules.denials import DenialState


def _reached(actor: Actor, asked: Permit) -> Q:
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(holder_id__in=extent.people) | Q(department_id__in=extent.departments)


def denials_visible_to(actor: Actor) -> QuerySet[Denial]:
    """The devices whose holder denied them, as far as the actor may know of it."""
    rows = Denial.objects.select_related("device__model", "holder", "department", "confirmation")
    return rows.filter(_reached(actor, DENIAL_VIEW))


def denials_waiting_for(actor: Actor) -> QuerySet[Denial]:
    """The open questions that the actor may end, the oldest first."""
    rows = denials_visible_to(actor).filter(_reached(actor, DENIAL_EXPLAIN))
    return rows.filter(state=DenialState.OPEN).order_by("due_at", "id")
