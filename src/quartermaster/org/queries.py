"""Reads of people and departments."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import NOBODY, Actor, RoleHeld, reach
from quartermaster.org.models import Department, Person, RoleAssignment, Standing, User
from quartermaster.org.permits import DEPARTMENT_VIEW, PERSON_VIEW, ROLE_VIEW
from quartermaster.org.roles import EMPLOYEE, SUPERVISOR, Role

SOON = timedelta(days=30)

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


def roles_in_force(at: datetime) -> QuerySet[RoleAssignment]:
    """The role assignments that count at this instant."""
    return RoleAssignment.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=at), ended_at=None, granted_at__lte=at
    )


def actor_for(person: Person, at: datetime) -> Actor:
    """The actor that a person is at this instant: implied roles and roles granted."""
    if person.standing != Standing.ACTIVE:
        return NOBODY
    reports = reports_of(person.id)
    roles = {RoleHeld(EMPLOYEE)}
    if reports:
        roles.add(RoleHeld(SUPERVISOR))
    held = roles_in_force(at).filter(person=person)
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


def departments_visible_to(actor: Actor) -> QuerySet[Department]:
    """The departments that the actor may see."""
    extent = reach(actor, DEPARTMENT_VIEW)
    departments = Department.objects.select_related("parent")
    if extent.everything:
        return departments
    return departments.filter(id__in=extent.departments)


def roles_visible_to(actor: Actor) -> QuerySet[RoleAssignment]:
    """The role assignments, past ones too, that the actor may see."""
    assignments = RoleAssignment.objects.select_related("person", "department", "granted_by")
    if reach(actor, ROLE_VIEW).everything:
        return assignments
    return assignments.none()


def roles_ending_soon(actor: Actor, at: datetime) -> QuerySet[RoleAssignment]:
    """The roles in force that end within `SOON`, as far as the actor sees them."""
    visible = roles_visible_to(actor).filter(id__in=roles_in_force(at).values("id"))
    return visible.filter(expires_at__lte=at + SOON, person__standing=Standing.ACTIVE)


def people_left_by_supervisor(actor: Actor) -> QuerySet[Person]:
    """The people at work whose supervisor is separated."""
    return people_visible_to(actor).filter(
        standing=Standing.ACTIVE, supervisor__standing=Standing.SEPARATED
    )


def person(actor: Actor, person_id: UUID) -> Person:
    """One person, or `NotFound` where the actor may not know of them."""
    found = people_visible_to(actor).filter(id=person_id).first()
    if found is None:
        raise NotFound("There is no such person, or you may not see them.")
    return found


def department(actor: Actor, department_id: UUID) -> Department:
    """One department, or `NotFound` where the actor may not know of it."""
    found = departments_visible_to(actor).filter(id=department_id).first()
    if found is None:
        raise NotFound("There is no such department, or you may not see it.")
    return found


def supervisors_above(person: Person) -> tuple[Person, ...]:
    """The supervisors of a person, the nearest first."""
    above: list[Person] = []
    while (chief := (above[-1] if above else person).supervisor) is not None:
        above.append(chief)
    return tuple(above)


def people_with_role(role: Role, at: datetime) -> QuerySet[Person]:
    """The active people who have a role at this instant, wherever it reaches."""
    held = roles_in_force(at).filter(role=role)
    return Person.objects.filter(standing=Standing.ACTIVE, id__in=held.values("person_id"))


def coordinators_of(department_id: UUID, at: datetime) -> QuerySet[Person]:
    """The active people who coordinate a department, or one above it, at this instant."""
    above: set[UUID] = set()
    here: UUID | None = department_id
    while here is not None and here not in above:
        above.add(here)
        here = Department.objects.values_list("parent_id", flat=True).get(id=here)
    held = roles_in_force(at).filter(role=Role.COORDINATOR, department__in=above)
    return Person.objects.filter(
        standing=Standing.ACTIVE, id__in=held.values("person_id")
    ).select_related("department")
