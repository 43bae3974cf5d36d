"""Reads of people and departments."""

from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import NOBODY, Actor, RoleHeld, reach
from quartermaster.org.models import Department, Person, RoleAssignment, Standing, User
from quartermaster.org.permits import PERSON_VIEW
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, Role

_REPORTS = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM org_person WHERE supervisor_id = %s
    UNION
    SELECT p.id FROM org_person p JOIN below b ON p.supervisor_id = b.id
)
SELECT id FROM below
"""


def reports_of(person_id: UUID) -> frozenset[UUID]:
    """The people whom this person supervises, directly or through others."""
    with connection.cursor() as cursor:
        cursor.execute(_REPORTS, [person_id])
        return frozenset(row[0] for row in cursor.fetchall())


def departments_below(department_ids: set[UUID]) -> set[UUID]:
    """The departments given and all their divisions."""
    found, fresh = set(department_ids), set(department_ids)
    while fresh:
        fresh = (
            set(Department.objects.filter(parent__in=fresh).values_list("id", flat=True)) - found
        )
        found |= fresh
    return found


def actor_for(person: Person, at: datetime) -> Actor:
    """The actor that a person is at this instant: implied roles and roles granted."""
    if person.standing != Standing.ACTIVE:
        return NOBODY
    reports = reports_of(person.id)
    roles = {RoleHeld(EMPLOYEE)}
    if reports:
        roles.add(RoleHeld(SUPERVISOR))
    held = RoleAssignment.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=at), person=person, ended_at=None
    )
    for item in held:
        if item.role == Role.COORDINATOR and item.department_id:
            below = departments_below({item.department_id})
            roles |= {RoleHeld(item.role, department_id) for department_id in below}
        else:
            roles.add(RoleHeld(item.role))
    return Actor(label=person.name, person_id=person.id, roles=frozenset(roles), reports=reports)


def actor_for_user(user: User, at: datetime) -> Actor:
    """The actor behind a log-in; a log-in without a person may do nothing."""
    if not user.is_active or user.person is None:
        return NOBODY
    return actor_for(user.person, at)


def people_visible_to(actor: Actor) -> QuerySet[Person]:
    """The people whom the actor may see."""
    extent = reach(actor, PERSON_VIEW)
    people = Person.objects.select_related("department", "supervisor")
    if extent.everything:
        return people
    return people.filter(Q(id__in=extent.people) | Q(department_id__in=extent.departments))
