"""Holds as the records custodian opens them, and records as people save them."""

from datetime import date, datetime
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person
from quartermaster.org.roles import Role
from quartermaster.records.actions import capture
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import Announcement, Hold, HoldKeeper, Record
from quartermaster.records.rules.capture import Details, Source
from quartermaster.records.rules.holds import Terms
from tests.cast import Cast
from tests.factories.destruction import second_person

WHY = "The matter is settled"


def custodian(cast: Cast) -> Person:
    """Paul, who keeps the City's records, since long."""
    found = Person.objects.filter(number="1008").first()
    return found or second_person(cast, role=Role.CUSTODIAN, number="1008")


def paul(cast: Cast) -> Actor:
    return cast.acting(custodian(cast))


def terms(**more: Any) -> Terms:
    given = {
        "matter": "Water main at Third Street",
        "subject": "Messages and pictures about the main that broke at Third Street.",
        "reason": "Notice of claim 2026-118 was served.",
        "legal_contact": "Lee Attorney, 555-0100",
        "since": date(2026, 9, 1),
        **more,
    }
    return Terms(**given)


def held(cast: Cast, at: datetime, *people: Person, **more: Any) -> Hold:
    """A hold on these people; on Ana where none is named."""
    named = [one.id for one in people or (cast.ana,)]
    return actions.open_hold(terms=terms(**more), people=named, actor=paul(cast), at=at)


def keeper(hold: Hold, person: Person) -> HoldKeeper:
    rows = HoldKeeper.objects.select_related("hold", "terms", "person")
    return rows.get(hold=hold, person=person, released_at=None)


PNG = b"\x89PNG\r\n\x1a\n" + b"a picture of the main" * 10


def details(**more: Any) -> Details:
    given = {
        "about": "The main at Third Street",
        "with_whom": "Contractor Pipe Works",
        "happened_on": date(2026, 11, 20),
        "source": Source.MESSAGE,
        **more,
    }
    return Details(**given)


def received(actor: Actor, at: datetime, content: bytes = PNG, **more: Any) -> UUID:
    """The key under which a file was received."""
    given = {"name": "Screenshot 1.png", "declared": "image/png", "key": uuid4(), **more}
    return capture.receive_item(content=BytesIO(content), actor=actor, at=at, **given).key


def saved(actor: Actor, at: datetime, *contents: bytes, **more: Any) -> Record:
    """A record of some files: one picture where none is named."""
    keys = [received(actor, at, content) for content in contents or (PNG,)]
    return saving(actor, at, keys, **more)


def saving(actor: Actor, at: datetime, keys: list[UUID], **more: Any) -> Record:
    about = {name: more.pop(name) for name in ("device_id", "announcement_id") if name in more}
    key = more.pop("key", None) or uuid4()
    return capture.save_record(
        details=details(**more), items=keys, key=key, **about, actor=actor, at=at
    )


def announced(cast: Cast, at: datetime, person: Person | None = None, **more: Any) -> Announcement:
    one = person or cast.ana
    given = {"about": "Voicemail of the mayor", "source": Source.VOICE, **more}
    given.setdefault("actor", cast.acting(one))
    return capture.announce(person_id=one.id, at=at, **given)
