"""Reads of delegations: who stands in for whom today."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.models import Delegation
from quartermaster.lifecycle.request_permits import DELEGATION_MAKE
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for


def delegations_visible_to(actor: Actor) -> QuerySet[Delegation]:
    """The delegations that the actor made or has; all of them for ITMD."""
    extent = reach(actor, DELEGATION_MAKE)
    rows = Delegation.objects.select_related("person", "delegate")
    if extent.everything:
        return rows
    return rows.filter(Q(person_id__in=extent.people) | Q(delegate_id__in=extent.people))


def delegations_in_force(at: datetime) -> QuerySet[Delegation]:
    """Those of today, between people who are at work."""
    day = today(at)
    return Delegation.objects.filter(
        starts_on__lte=day,
        ends_on__gte=day,
        ended_at=None,
        person__standing=Standing.ACTIVE,
        delegate__standing=Standing.ACTIVE,
    )


def represented_by(actor: Actor, at: datetime) -> list[Person]:
    """The people for whom the actor stands in today."""
    if actor.person_id is None:
        return []
    rows = delegations_in_force(at).filter(delegate_id=actor.person_id)
    return [row.person for row in rows.select_related("person")]


def with_absent(actor: Actor, at: datetime) -> Actor:
    """The actor as who stands in for others today, for every permit that goes by absence (G-7)."""
    others = represented_by(actor, at)
    if not others:
        return actor
    return replace(actor, absent=tuple(actor_for(person, at) for person in others))


def actors_of(actor: Actor, at: datetime) -> list[Actor]:
    """The actor, and each person for whom they stand in, as actors."""
    return [actor, *(actor_for(person, at) for person in represented_by(actor, at))]


def stand_ins_of(people: Iterable[UUID], at: datetime) -> list[Person]:
    """Who stands in for these people today."""
    rows = delegations_in_force(at).filter(person_id__in=list(people))
    return [row.delegate for row in rows.select_related("delegate")]
