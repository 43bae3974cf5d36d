"""Granting roles and ending them."""

from datetime import datetime
from uuid import UUID

from django.db.models import F

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.structure import the_department, the_person
from quartermaster.org.errors import DutiesCollide, GrantToOneself
from quartermaster.org.models import Person, RoleAssignment, Standing
from quartermaster.org.permits import ROLE_GRANT
from quartermaster.org.roles import Role
from quartermaster.org.rules.roles import TERM, collision, term_is_sound


def grant_role(
    *,
    person_id: UUID,
    role: Role,
    department_id: UUID | None = None,
    expires_at: datetime | None = None,
    actor: Actor,
    at: datetime,
) -> RoleAssignment:
    """Grant a role for a time; never to oneself, never beside a role that checks it."""
    expires_at = expires_at or at + TERM
    with act(actor, at) as doing:
        require(actor, ROLE_GRANT)
        if actor.person_id == person_id:
            raise GrantToOneself("Nobody grants a role to themselves. Ask another administrator.")
        person = the_person(person_id)
        _admissible(person, role, department_id, at, expires_at)
        _end_expired(person, at)
        held = RoleAssignment.objects.filter(person=person, ended_at=None)
        other = collision(held.values_list("role", flat=True), role)
        if other:
            raise DutiesCollide(
                f"{person.name} is {Role(other).label}; nobody is that and {role.label} at once.",
                role=role.value,
                held=other.value,
            )
        department = the_department(department_id) if department_id else None
        if held.filter(role=role, department=department).exists():
            raise Conflict(f"{person.name} is {role.label} already.")
        made = RoleAssignment.objects.create(
            person=person,
            role=role,
            department=department,
            granted_at=at,
            granted_by_id=actor.person_id,
            expires_at=expires_at,
        )
        doing.record(
            "org.role.granted",
            made,
            person=str(person.id),
            role=role.value,
            department=str(department_id) if department_id else None,
            expires_at=expires_at.isoformat(),
        )
    return made


def end_role(*, assignment_id: UUID, actor: Actor, at: datetime) -> RoleAssignment:
    """End a role that is held."""
    with act(actor, at) as doing:
        require(actor, ROLE_GRANT)
        held = RoleAssignment.objects.filter(id=assignment_id).first()
        if held is None:
            raise NotFound("There is no such role assignment.")
        if not RoleAssignment.objects.filter(id=held.id, ended_at=None).update(ended_at=at):
            raise Conflict("This role has ended already.")
        held.ended_at = at
        doing.record("org.role.ended", held, person=str(held.person_id), role=held.role)
    return held


def _admissible(
    person: Person, role: Role, department_id: UUID | None, at: datetime, expires_at: datetime
) -> None:
    if person.standing != Standing.ACTIVE:
        raise Conflict(f"{person.name} is separated and can hold no role.")
    if (role is Role.COORDINATOR) != (department_id is not None):
        raise InvalidInput(
            "A telecom coordinator is named for a department; other roles are for the whole city.",
            role=role.value,
        )
    if not term_is_sound(at, expires_at):
        raise InvalidInput("A role ends in the future, and within a year.", field="expires_at")


def _end_expired(person: Person, at: datetime) -> None:
    """Close what has run out, so that it is neither held twice nor in another role's way."""
    RoleAssignment.objects.filter(person=person, ended_at=None, expires_at__lte=at).update(
        ended_at=F("expires_at")
    )
