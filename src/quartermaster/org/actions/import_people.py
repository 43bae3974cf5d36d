"""Importing people: the whole file, or nothing."""

from collections.abc import Callable, Collection
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.imports import Encoding, Plan, Step, Verb, read_csv
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.actions.people import follow_email
from quartermaster.org.actions.separation import come_back, plan, take_leave
from quartermaster.org.actions.structure import lock
from quartermaster.org.events import PersonJoined, PersonMoved
from quartermaster.org.imports.people import PersonRow, plan_of
from quartermaster.org.models import Department, Person, Standing, User
from quartermaster.org.permits import PEOPLE_IMPORT
from quartermaster.org.rules.separation import has_taken_effect

_BATCH = 500
_ACYCLIC = "org_person_supervision_acyclic"
_PLACES = {"department", "supervisor"}

Progress = Callable[[int, int], None]


def plan_people(
    *, content: bytes, encoding: Encoding = Encoding.DETECT, actor: Actor, at: datetime
) -> Plan[PersonRow]:
    """What importing this file would change; changes nothing."""
    require(actor, PEOPLE_IMPORT)
    return plan_of(read_csv(content, encoding=encoding), localdate(at))


def import_people(
    *,
    content: bytes,
    encoding: Encoding = Encoding.DETECT,
    shown: str | None = None,
    confirmed: Collection[str] = (),
    progress: Progress = lambda _done, _of: None,
    actor: Actor,
    at: datetime,
) -> Plan[PersonRow]:
    """Add, change, move and separate people as the file says; whom it omits stays (S-2, C-4)."""
    with act(actor, at) as doing:
        require(actor, PEOPLE_IMPORT)
        table = read_csv(content, encoding=encoding)
        lock()
        plan = plan_of(table, localdate(at))
        plan.require_applicable(shown=shown, confirmed=confirmed)
        if plan.changes_nothing:
            return plan
        _Writer(plan, doing, progress).write()
        doing.record_about(
            "org.people.imported",
            "org.person",
            plan.digest,
            missing=len(plan.missing),
            confirmed=sorted(confirmed),
            **{verb.value: count for verb, count in plan.counts.items()},
        )
    return plan


class _Writer:
    """Writes a plan that has been found applicable."""

    def __init__(self, plan: Plan[PersonRow], doing: Act, progress: Progress) -> None:
        self.plan = plan
        self.doing = doing
        self.progress = progress
        self.departments = {item.code: item for item in Department.objects.all()}
        people = Person.objects.select_for_update(of=("self",)).select_related("department")
        self.people = {person.number: person for person in people}

    def write(self) -> None:
        creating, updating = self.plan.of(Verb.CREATE), self.plan.of(Verb.UPDATE)
        total = len(creating) + len(updating)
        made = {step.key: Person(number=step.key) for step in creating}
        self.people |= made
        for step in creating:
            self._fill(self.people[step.key], step)
        self._park_addresses(updating)
        # Rows come in any order, and a re-hung tree may have a ring half-way: judge it at the end.
        _constraint("DEFERRED")
        for start in range(0, len(creating), _BATCH):
            batch = creating[start : start + _BATCH]
            Person.objects.bulk_create([made[step.key] for step in batch])
            for step in batch:
                self._tell_joined(made[step.key])
            self.progress(start + len(batch), total)
        for index, step in enumerate(updating, start=1):
            self._update(step)
            if index % _BATCH == 0 or index == len(updating):
                self.progress(len(creating) + index, total)
        _constraint("IMMEDIATE")

    def _park_addresses(self, updating: tuple[Step[PersonRow], ...]) -> None:
        """Free the addresses that change hands, so that two people may exchange theirs."""
        keys = [s.key for s in updating if any(c.field == "email" for c in s.changes)]
        parked = Concat(Cast("id", CharField()), Value("@moving.invalid"))
        for table, name in ((Person, "number__in"), (User, "person__number__in")):
            table._default_manager.filter(**{name: keys}).update(email=parked)  # noqa: SLF001 (public in all but name)

    def _fill(self, person: Person, step: Step[PersonRow]) -> list[str]:
        """Set the fields that the step changes; their names."""
        assert step.row is not None
        row = step.row.value
        fields = [change.field for change in step.changes]
        for name in set(fields) - _PLACES:
            setattr(person, name, getattr(row, name))
        if "department" in fields:
            person.department = self.departments[row.department]
        if "supervisor" in fields:
            person.supervisor = self.people[row.supervisor] if row.supervisor else None
        if step.verb is Verb.CREATE and self._is_gone(person):
            person.standing = Standing.SEPARATED
        return fields

    def _is_gone(self, person: Person) -> bool:
        return has_taken_effect(person.separated_on, localdate(self.doing.at))

    def _tell_joined(self, person: Person) -> None:
        facts: dict[str, Any] = {"number": person.number, "department": str(person.department_id)}
        self.doing.record("org.person.created", person, **facts)
        if person.standing == Standing.ACTIVE:
            self.doing.emit(PersonJoined(person.id, person.department_id))
            if person.separated_on is not None:
                plan(person, self.doing)

    def _update(self, step: Step[PersonRow]) -> None:
        person = self.people[step.key]
        left = person.department
        fields = self._fill(person, step)
        if plain := [name for name in fields if name != "separated_on"]:
            person.save(update_fields=plain)
            self.doing.record("org.person.changed", person, fields=plain)
        if "email" in fields:
            follow_email(person, self.doing.at)
        if "department" in fields:
            self.doing.emit(PersonMoved(person.id, left.id, person.department_id))
        if "separated_on" in fields:
            self._separate(person)

    def _separate(self, person: Person) -> None:
        was_gone, is_gone = person.standing == Standing.SEPARATED, self._is_gone(person)
        if is_gone and not was_gone:
            take_leave(person, self.doing)
        elif was_gone and not is_gone:
            come_back(person, self.doing)
        elif not was_gone:
            person.save(update_fields=["separated_on"])
            plan(person, self.doing)
        else:
            person.save(update_fields=["separated_on"])
            on = person.separated_on.isoformat() if person.separated_on else None
            self.doing.record("org.person.separation-dated", person, on=on)


def _constraint(when: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SET CONSTRAINTS {_ACYCLIC} {when}")
