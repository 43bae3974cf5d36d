"""Verbs on people and on who supervises whom."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.structure import lock, the_department, the_person
from quartermaster.org.errors import SupervisionCycle
from quartermaster.org.events import PersonJoined, PersonMoved
from quartermaster.org.models import Link, Person, Standing, User
from quartermaster.org.models.accounts import new_salt
from quartermaster.org.permits import PERSON_MANAGE
from quartermaster.org.rules.details import PersonDetails
from quartermaster.org.rules.supervision import chain_above


def create_person(
    *,
    details: PersonDetails,
    department_id: UUID,
    supervisor_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> Person:
    """Add an employee or contractor, who is from now on expected to comply (S-2)."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        department = the_department(department_id)
        _free(details)
        supervisor = _supervisor(supervisor_id) if supervisor_id else None
        made = Person.objects.create(
            **details.model_dump(), department=department, supervisor=supervisor
        )
        doing.record("org.person.created", made, number=made.number, department=str(department.id))
        doing.emit(PersonJoined(made.id, department.id))
    return made


def change_person(*, person_id: UUID, details: PersonDetails, actor: Actor, at: datetime) -> Person:
    """Change what is held about a person; a new e-mail address moves their log-in with it."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        changed = the_person(person_id)
        _free(details, but=person_id)
        values = details.model_dump()
        fields = [name for name, value in values.items() if getattr(changed, name) != value]
        if not fields:
            return changed
        started, left = details.started_on, changed.separated_on
        if started and left and left < started:
            raise Conflict(f"{changed.name} leaves on {left}; they cannot start on {started}.")
        for name in fields:
            setattr(changed, name, values[name])
        changed.save(update_fields=fields)
        if "email" in fields:
            follow_email(changed, at)
        doing.record("org.person.changed", changed, fields=fields)
    return changed


def move_person(*, person_id: UUID, department_id: UUID, actor: Actor, at: datetime) -> Person:
    """Move a person to another department."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        moved = the_person(person_id)
        left, entered = moved.department, the_department(department_id)
        if left == entered:
            return moved
        moved.department = entered
        moved.save(update_fields=["department"])
        doing.record("org.person.moved", moved, left=str(left.id), entered=str(entered.id))
        doing.emit(PersonMoved(moved.id, left.id, entered.id))
    return moved


def supervise(*, person_id: UUID, supervisor_id: UUID | None, actor: Actor, at: datetime) -> Person:
    """Set who supervises a person (None: nobody); refused where it would close a ring."""
    with act(actor, at) as doing:
        require(actor, PERSON_MANAGE)
        changed = the_person(person_id)
        supervisor = _supervisor(supervisor_id) if supervisor_id else None
        if changed.supervisor_id == supervisor_id:
            return changed
        if supervisor is not None:
            _no_cycle(changed, supervisor)
        changed.supervisor = supervisor
        changed.save(update_fields=["supervisor"])
        doing.record(
            "org.person.supervised",
            changed,
            supervisor=str(supervisor_id) if supervisor_id else None,
        )
    return changed


def follow_email(person: Person, at: datetime) -> None:
    """Give the person's log-in their new address; sessions and links of the old one die."""
    User.objects.filter(person=person).update(email=person.email, session_salt=new_salt())
    open_links = Link.objects.filter(user__person=person, used_at=None, withdrawn_at=None)
    open_links.update(withdrawn_at=at)


def _supervisor(supervisor_id: UUID) -> Person:
    supervisor = the_person(supervisor_id)
    if supervisor.standing != Standing.ACTIVE:
        raise Conflict(f"{supervisor.name} is separated and cannot supervise. Choose another.")
    return supervisor


def _no_cycle(person: Person, supervisor: Person) -> None:
    edges = dict(Person.objects.values_list("id", "supervisor_id"))
    edges[person.id] = supervisor.id
    chain = chain_above(person.id, edges)
    if chain[-1] != person.id:
        return
    names = {item.id: item.name for item in Person.objects.filter(id__in=chain)}
    told = " → ".join(names[item] for item in chain)
    raise SupervisionCycle(
        f"{supervisor.name} cannot supervise {person.name}: supervision would go round"
        f" ({told}, each supervised by the next).",
        chain=told,
    )


def _free(details: PersonDetails, *, but: UUID | None = None) -> None:
    lock()
    others = Person.objects.all()
    others = others.exclude(id=but) if but else others
    if others.filter(number=details.number).exists():
        raise Conflict(f"The personnel number {details.number} is in use already.")
    if others.filter(email__iexact=details.email).exists():
        raise Conflict(f"The e-mail address {details.email} is in use already.")
