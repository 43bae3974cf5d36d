"""Retention as people do it: a schedule, things that are due, batches that two people approve."""

from datetime import datetime, timedelta
from typing import Any

from quartermaster.kernel.permits import Actor
from quartermaster.org.accounts import Proof, prove
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records import schedule
from quartermaster.records.actions import disposal, retention
from quartermaster.records.models import (
    DisposalBatch,
    Record,
    Retained,
    RetentionSchedule,
    SeriesTerms,
    columns_of,
)
from quartermaster.records.rules.retention import Terms
from quartermaster.records.rules.shipped import shipped
from tests.cast import Cast
from tests.factories.destruction import second_person
from tests.factories.org import PASSWORD
from tests.factories.records import paul

YEARS = timedelta(days=8 * 366)  # after which what is kept for seven years is due
WAIT = timedelta(days=7, minutes=1)
WHY = "The matter is another one"


def approver(cast: Cast) -> Person:
    """Ben, who approves as the second person, since long."""
    found = Person.objects.filter(number="1009").first()
    return found or second_person(cast, role=Role.SECURITY_APPROVER, number="1009")


def ben(cast: Cast) -> Actor:
    return cast.acting(approver(cast))


def retained(record: Record) -> Retained:
    return Retained.objects.get(kind="record", subject_id=record.id)


def proof(purpose: str, actor: Actor, at: datetime) -> Proof:
    return prove(actor=actor, password=PASSWORD, purpose=purpose, address="10.0.0.1", at=at)


def batches(at: datetime) -> list[DisposalBatch]:
    """What the clock puts together."""
    return disposal.make_batches(actor=schedule.HOUSE, at=at)


def approved(batch: DisposalBatch, cast: Cast, at: datetime) -> DisposalBatch:
    """As Paul approved it, who keeps the records."""
    batch.refresh_from_db()
    given = proof(disposal.purpose_now(batch), paul(cast), at)
    return disposal.approve_batch(batch_id=batch.id, proof=given, actor=paul(cast), at=at)


def waiting(batch: DisposalBatch, cast: Cast, at: datetime) -> DisposalBatch:
    """As Paul and then Ben approved it."""
    batch = approved(batch, cast, at)
    given = proof(disposal.purpose_now(batch), ben(cast), at)
    return disposal.approve_as_second(batch_id=batch.id, proof=given, actor=ben(cast), at=at)


def executed(cast: Cast, at: datetime) -> DisposalBatch:
    """A batch of all that is due at ``at``, destroyed and certified a week later."""
    (batch,) = batches(at)
    waiting(batch, cast, at)
    schedule.dispose(at + WAIT)
    batch.refresh_from_db()
    return batch


def shipped_earlier(at: datetime, *without: str) -> RetentionSchedule:
    """A schedule in force as an earlier version shipped it: without these series."""
    made = RetentionSchedule.objects.create(number=1, note="As shipped", drafted_at=at)
    rest = [terms for terms in shipped("wisconsin")[1] if terms.code not in without]
    for place, terms in enumerate(rest, start=1):
        SeriesTerms.objects.create(
            schedule=made, position=place, code=terms.code, **columns_of(terms)
        )
    made.state, made.in_force_at = "in_force", at
    made.save()
    return made


def drafted(cast: Cast, at: datetime, note: str = "The council said so") -> RetentionSchedule:
    return retention.draft_schedule(note=note, actor=paul(cast), at=at)


def changed(draft: RetentionSchedule, cast: Cast, at: datetime, code: str, **more: Any) -> Terms:
    """A series of a draft, with something else in it."""
    old = draft.series.get(code=code).terms
    terms = Terms(**{**vars(old), **more})
    retention.write_series(schedule_id=draft.id, terms=terms, code=code, actor=paul(cast), at=at)
    return terms


def in_force(draft: RetentionSchedule, cast: Cast, at: datetime) -> RetentionSchedule:
    given = proof(retention.purpose_of(draft), ben(cast), at)
    return retention.put_in_force(schedule_id=draft.id, proof=given, actor=ben(cast), at=at)
