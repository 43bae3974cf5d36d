"""Asking for acknowledgements, and taking them."""

from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person
from quartermaster.policy.errors import NotYours, TextMoved, VersionNotFound
from quartermaster.policy.events import PolicyAcknowledged
from quartermaster.policy.models import (
    Acknowledgement,
    AcknowledgementRequest,
    PolicyDocument,
    PolicyVersion,
    Reminder,
    Way,
)
from quartermaster.policy.models.documents import IN_FORCE_STATES
from quartermaster.policy.permits import ACKNOWLEDGE, ACKNOWLEDGEMENT_RECORD, REMIND
from quartermaster.policy.queries.acknowledgements import deadline_of, is_asked, missing
from quartermaster.policy.queries.documents import version_in_force, versions_to_come
from quartermaster.policy.rules.acknowledgements import plan

BATCH = 2_000


def ask_for(*, version: PolicyVersion, actor: Actor, at: datetime) -> int:
    """Ask everybody who is bound and was not yet asked; how many were (S-2).

    Called at adoption, and by the tick for those who came since.
    """
    require(actor, REMIND)
    asked = AcknowledgementRequest.objects.filter(person=OuterRef("id"), version=version)
    people = list(missing(version, at).filter(~Exists(asked)).values_list("id", flat=True))
    if not people:
        return 0
    due_at = deadline_of(version, at)
    requests = [
        AcknowledgementRequest(person_id=person, version=version, asked_at=at, due_at=due_at)
        for person in people
    ]
    planned = plan(at, due_at)
    with act(actor, at) as doing:
        AcknowledgementRequest.objects.bulk_create(requests, batch_size=BATCH)
        Reminder.objects.bulk_create(
            (
                Reminder(request=request, kind=item.kind.value, due_at=item.due_at)
                for request in requests
                for item in planned
            ),
            batch_size=BATCH,
        )
        doing.record(
            "policy.acknowledgement.asked", version, people=len(people), due_at=due_at.isoformat()
        )
    return len(people)


def ask_newcomers(*, actor: Actor, at: datetime) -> int:
    """Ask those whom the policy binds since it was adopted; how many were (S-2)."""
    require(actor, REMIND)
    done = 0
    for slug in PolicyDocument.objects.values_list("slug", flat=True):
        current = version_in_force(at, slug)
        versions = [*([current] if current else []), *versions_to_come(at, slug)]
        done += sum(ask_for(version=version, actor=actor, at=at) for version in versions)
    return done


def acknowledge(
    *, version_id: UUID, text_digest: str, actor: Actor, at: datetime
) -> Acknowledgement:
    """Acknowledge, for oneself, the text of a version that one has read (S-2, G-1).

    ``text_digest`` is that of the text shown: it must be the version's.
    """
    require(actor, ACKNOWLEDGE, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit is over one's own person
    version = _adopted(version_id)
    if text_digest != version.text_digest:
        raise TextMoved("The text shown is not the text of this version. Read it again.")
    return _take(actor.person_id, version, Way.PAGE, actor, at)


def record_on_paper(
    *, version_id: UUID, person_id: UUID, actor: Actor, at: datetime
) -> Acknowledgement:
    """Record that a person acknowledged a version on paper (S-2)."""
    person = Person.objects.filter(id=person_id).first()
    department_id = person.department_id if person is not None else None
    require(actor, ACKNOWLEDGEMENT_RECORD, person_id=person_id, department_id=department_id)
    return _take(person_id, _adopted(version_id), Way.PAPER, actor, at)


def _adopted(version_id: UUID) -> PolicyVersion:
    version = PolicyVersion.objects.filter(id=version_id, state__in=IN_FORCE_STATES).first()
    if version is None:
        raise VersionNotFound("There is no adopted version of the policy to acknowledge here.")
    return version


def _take(
    person_id: UUID, version: PolicyVersion, way: Way, actor: Actor, at: datetime
) -> Acknowledgement:
    person = Person.objects.select_related("department").filter(id=person_id).first()
    if person is None:
        raise NotFound("There is no such person.")
    if not is_asked(person, at):
        raise NotYours(f"The policy does not bind {person.name}; there is nothing to acknowledge.")
    related = [{"title": item.title, "url": item.url} for item in version.related.all()]
    with act(actor, at) as doing:
        row, fresh = Acknowledgement.objects.get_or_create(
            person=person,
            version=version,
            defaults={
                "text_digest": version.text_digest,
                "at": at,
                "way": way,
                "recorded_by_id": actor.person_id if way == Way.PAPER else None,
                "related": related,
            },
        )
        if fresh:
            doing.record(
                "policy.version.acknowledged",
                row,
                person=str(person.id),
                version=version.number,
                text=version.text_digest,
                way=way.value,
            )
            doing.emit(PolicyAcknowledged(person.id, version.id))
    return row
