"""What is due under the schedule: voicemail that was destroyed, and some that waits for review."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from quartermaster.cli.demo.city import PASSWORD
from quartermaster.kernel.permits import Actor
from quartermaster.org.accounts import prove
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records import schedule
from quartermaster.records.actions import capture, disposal, retention
from quartermaster.records.capture import under_hold
from quartermaster.records.models import DisposalBatch, RetentionSchedule
from quartermaster.records.rules.capture import Details, Residue, Source
from quartermaster.records.rules.retention import Period, Terms

TITLE = "The retention schedule, and what is due by it"
ORDER = 40  # before what saves records later than this does
DAY = timedelta(days=1)
CUSTODIAN, SECOND, ANA, SUE = "2008", "2009", "2005", "2004"
SPACE = UUID("b1f0c8a8-5f0e-4a53-9a0c-6a2f1f0b7c11")
VOICEMAIL = "voicemail-transitory"
OLD = ("Please call the yard back about the gate", "Running ten minutes late to the pump house")
LATER = ("Gate at Polk Street is open again", "Call me when the truck is free")


def tell(at: datetime) -> None:
    """The council shortened a series; two old voicemails are gone, two wait for Paul."""
    people = Person.objects.filter(number__in=(CUSTODIAN, SECOND))
    if people.count() < 2:  # noqa: PLR2004 (the custodian, and who approves as the second)
        return
    begun = at - 10 * DAY
    paul, second = (_actor(number, begun) for number in (CUSTODIAN, SECOND))
    for place, about in enumerate(OLD):
        _voicemail(ANA, about, place, begun - 9 * DAY)
    _shorten(paul, second, begun - 9 * DAY)
    for batch in disposal.make_batches(actor=schedule.HOUSE, at=begun):
        _approved(batch, paul, second, begun)
    for number, about in zip((ANA, SUE), LATER, strict=True):
        _voicemail(number, about, 9, at - 8 * DAY)
    schedule.dispose(at)


def _actor(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)


def _shorten(paul: Actor, second: Actor, at: datetime) -> None:
    """Voicemail that decides nothing is kept for a week."""
    draft: RetentionSchedule = retention.draft_schedule(
        note="Ordinance 26-118: voicemail that decides nothing is kept for a week.",
        actor=paul,
        at=at,
    )
    old = draft.series.get(code=VOICEMAIL).terms
    terms = Terms(**{**vars(old), "period": Period(days=7), "basis": "Ordinance 26-118"})
    retention.write_series(schedule_id=draft.id, terms=terms, code=old.code, actor=paul, at=at)
    proof = prove(
        actor=second,
        password=PASSWORD,
        purpose=retention.purpose_of(draft),
        address="demo",
        at=at,
    )
    retention.put_in_force(schedule_id=draft.id, proof=proof, actor=second, at=at)


def _approved(batch: DisposalBatch, paul: Actor, second: Actor, at: datetime) -> None:
    for verb, actor in ((disposal.approve_batch, paul), (disposal.approve_as_second, second)):
        batch.refresh_from_db()
        proof = prove(
            actor=actor,
            password=PASSWORD,
            purpose=disposal.purpose_now(batch),
            address="demo",
            at=at,
        )
        verb(batch_id=batch.id, proof=proof, actor=actor, at=at)


def _voicemail(number: str, about: str, place: int, at: datetime) -> None:
    person = Person.objects.get(number=number)
    actor, key = actor_for(person, at), uuid5(SPACE, f"{number}/{about}")
    capture.receive_item(
        content=BytesIO(b"#!AMR\n" + bytes([place]) * 400),
        name=f"Voicemail {place + 1}.amr",
        declared="audio/amr",
        key=uuid5(key, "1"),
        actor=actor,
        at=at,
    )
    capture.save_record(
        details=Details(
            about=about,
            with_whom="Yard at Polk Street",
            happened_on=localdate(at),
            source=Source.VOICE,
            residue=Residue.HELD if under_hold(person.id) else Residue.GONE,
        ),
        items=[uuid5(key, "1")],
        key=key,
        actor=actor,
        at=at,
    )
