"""Reads of acknowledgements: who has given one, of whom it is missing, what is due."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from quartermaster.kernel.permits import Actor, Reach, reach
from quartermaster.org.models import Coverage, Person
from quartermaster.org.models import Standing as Service
from quartermaster.policy.models import (
    Acknowledgement,
    AcknowledgementRequest,
    Adoption,
    PolicyVersion,
)
from quartermaster.policy.permits import ACKNOWLEDGEMENT_VIEW
from quartermaster.policy.queries.documents import (
    MOBILE_DEVICES,
    clause_texts,
    version_before,
    version_in_force,
    versions_to_come,
)
from quartermaster.policy.redline import compare
from quartermaster.policy.rules import acknowledgements as rules
from quartermaster.policy.rules.versions import city_date, day_begins


def adopting_departments(at: datetime) -> frozenset[UUID]:
    """Excluded departments that adopted items of the policy, whose people are asked then (S-3)."""
    today = city_date(at, settings.TIME_ZONE)
    adoptions = Adoption.objects.filter(decided_on__lte=today)
    return frozenset(adoptions.values_list("department_id", flat=True))


def people_asked(at: datetime) -> QuerySet[Person]:
    """The people whom the policy binds: active, of covered or adopting departments (S-2, S-3)."""
    return Person.objects.filter(
        Q(department__coverage=Coverage.COVERED) | Q(department_id__in=adopting_departments(at)),
        standing=Service.ACTIVE,
    )


def is_asked(person: Person, at: datetime) -> bool:
    """Whether the policy binds this person."""
    return rules.is_asked(
        active=person.standing == Service.ACTIVE,
        covered=person.department.covered,
        adopted_items=person.department_id in adopting_departments(at),
    )


def _trim(extent: Reach, prefix: str = "") -> Q:
    if extent.everything:
        return Q()
    return Q(**{f"{prefix}id__in": extent.people}) | Q(
        **{f"{prefix}department_id__in": extent.departments}
    )


def acknowledgements_visible_to(actor: Actor) -> QuerySet[Acknowledgement]:
    """The acknowledgements that the actor may see."""
    return Acknowledgement.objects.select_related("person__department", "version").filter(
        _trim(reach(actor, ACKNOWLEDGEMENT_VIEW), "person__")
    )


def requests_visible_to(actor: Actor) -> QuerySet[AcknowledgementRequest]:
    """The askings that the actor may see."""
    return AcknowledgementRequest.objects.select_related("person__department", "version").filter(
        _trim(reach(actor, ACKNOWLEDGEMENT_VIEW), "person__")
    )


def missing(version: PolicyVersion, at: datetime) -> QuerySet[Person]:
    """Everybody who has not acknowledged a version; ``deadline`` is when it was asked for by."""
    mine = Q(person=OuterRef("id"), version=version)
    return (
        people_asked(at)
        .select_related("department", "supervisor")
        .filter(~Exists(Acknowledgement.objects.filter(mine)))
        .annotate(
            deadline=Subquery(AcknowledgementRequest.objects.filter(mine).values("due_at")[:1])
        )
    )


def missing_visible_to(actor: Actor, version: PolicyVersion, at: datetime) -> QuerySet[Person]:
    """Of whom the acknowledgement is missing, as far as the actor may see (S-2)."""
    return missing(version, at).filter(_trim(reach(actor, ACKNOWLEDGEMENT_VIEW)))


@dataclass(frozen=True)
class DepartmentCount:
    """How far a department has come with a version."""

    department_id: UUID
    department: str
    asked: int
    missing: int
    overdue: int

    @property
    def acknowledged(self) -> int:
        return self.asked - self.missing


def missing_by_department(
    actor: Actor, version: PolicyVersion, at: datetime
) -> tuple[DepartmentCount, ...]:
    """The same by department, in the order of their names."""
    extent = _trim(reach(actor, ACKNOWLEDGEMENT_VIEW))
    names: dict[UUID, str] = {}
    asked: dict[UUID, int] = {}
    for key, name in (
        people_asked(at).filter(extent).values_list("department_id", "department__name")
    ):
        names[key] = name
        asked[key] = asked.get(key, 0) + 1
    open_: dict[UUID, int] = {}
    late: dict[UUID, int] = {}
    asked_by = dict(
        AcknowledgementRequest.objects.filter(version=version).values_list("person_id", "due_at")
    )
    for person_id, key in missing(version, at).filter(extent).values_list("id", "department_id"):
        due = asked_by.get(person_id)
        open_[key] = open_.get(key, 0) + 1
        late[key] = late.get(key, 0) + bool(due is not None and due <= at)
    return tuple(
        DepartmentCount(key, names[key], asked[key], open_.get(key, 0), late.get(key, 0))
        for key in sorted(names, key=lambda item: names[item])
    )


@dataclass(frozen=True)
class Due:
    """What a person has yet to acknowledge."""

    version: PolicyVersion
    due_at: datetime
    overdue: bool


def acknowledgement_due(
    person_id: UUID, at: datetime, document: str = MOBILE_DEVICES
) -> Due | None:
    """What the person must acknowledge before devices and services are theirs; None: nothing (S-2).

    Only the version in force counts; one to come may be acknowledged early.
    """
    version = version_in_force(at, document)
    return _due(person_id, version, at) if version is not None else None


def _due(person_id: UUID, version: PolicyVersion, at: datetime) -> Due | None:
    if not missing(version, at).filter(id=person_id).exists():
        return None
    request = AcknowledgementRequest.objects.filter(person=person_id, version=version).first()
    due_at = request.due_at if request is not None else deadline_of(version, at)
    return Due(version, due_at, overdue=due_at <= at)


@dataclass(frozen=True)
class Standing:
    """How a person stands to the version in force. ``due_at``: None where it was not asked for."""

    version: PolicyVersion
    bound: bool
    acknowledged_at: datetime | None
    due_at: datetime | None


class Standings:
    """How people stand to the version in force at an instant. Read once, ask for many (S-2)."""

    def __init__(self, at: datetime, document: str = MOBILE_DEVICES) -> None:
        self.at = at
        self.version = version_in_force(at, document)

    def of(self, people: Collection[UUID]) -> dict[UUID, Standing]:
        """By person, in one query; empty without a version in force."""
        if self.version is None or not people:
            return {}
        mine = Q(person=OuterRef("id"), version=self.version)
        rows = (
            Person.objects.filter(id__in=people)
            .order_by()
            .annotate(
                bound=Exists(people_asked(self.at).filter(id=OuterRef("id"))),
                given=Subquery(Acknowledgement.objects.filter(mine).values("at")[:1]),
                due=Subquery(AcknowledgementRequest.objects.filter(mine).values("due_at")[:1]),
            )
        )
        return {
            key: Standing(self.version, bound, given, due)
            for key, bound, given, due in rows.values_list("id", "bound", "given", "due")
        }


def deadline_of(version: PolicyVersion, asked_at: datetime) -> datetime:
    """When a version asked for now is due."""
    assert version.in_force_on is not None
    begins = day_begins(version.in_force_on, settings.TIME_ZONE)
    return rules.deadline(asked_at, begins, version.acknowledgement_days)


def my_acknowledgement(person_id: UUID, at: datetime, document: str = MOBILE_DEVICES) -> Due | None:
    """What to put before a person: the version in force, or else the next one to come."""
    first = acknowledgement_due(person_id, at, document)
    if first is not None:
        return first
    for version in versions_to_come(at, document):
        if found := _due(person_id, version, at):
            return found
    return None


@dataclass(frozen=True)
class ChangesForPerson:
    """What is new for a person: against what they acknowledged, or the version before."""

    since: PolicyVersion
    acknowledged: bool  # whether they had acknowledged ``since``
    clauses: tuple[compare.ClauseChange, ...]


def what_changed_for(person_id: UUID, version: PolicyVersion) -> ChangesForPerson | None:
    """What changed for a person who is asked anew; None where they never knew another (P-1)."""
    last = (
        Acknowledgement.objects.filter(
            person=person_id,
            version__document=version.document_id,
            version__in_force_on__lt=version.in_force_on,
        )
        .order_by(F("version__in_force_on").desc())
        .select_related("version")
        .first()
    )
    since = last.version if last is not None else version_before(version)
    if since is None:
        return None
    changes = compare.clauses(clause_texts(since), clause_texts(version))
    return ChangesForPerson(since, last is not None, tuple(c for c in changes if c.changed))
