"""Records to be found: a conversation with its text, the same saved by another, searches kept."""

from datetime import datetime, timedelta
from io import BytesIO
from uuid import UUID, uuid5

from django.utils.timezone import localdate

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import capture, searches
from quartermaster.records.capture import under_hold
from quartermaster.records.models import Record
from quartermaster.records.rules.capture import Details, Residue, Source
from quartermaster.records.rules.texts import TextKind
from quartermaster.records.search.alike import compare_next
from quartermaster.records.texts import keep_text, refresh_stale

TITLE = "Records are found by what is in them"
ORDER = 72
DAY = timedelta(days=1)
ANA, COLE, CUSTODIAN = "2005", "2003", "2008"
SPACE = UUID("0d8a4c0e-52c7-4f6e-8f0e-0f6b3c1d7a55")
VALVE = (
    "Pipe Works: The gate valve at the reservoir leaks again, about two gallons an hour.\n"
    "Ana: Close the bypass first. José has the key, (414) 286-3800.\n"
    "Pipe Works: Bypass is closed. The leak is down to drops. A new gasket comes on Thursday.\n"
    "Ana: Thank you. Send a picture of the old gasket, and keep it."
)
GASKET = (
    "Pipe Works: The gasket is in, the gate valve holds. Invoice follows.\n"
    "Ana: Good. Leave the old one with Cole at the yard."
)
GATES = "Meter Point LLC: Two gates on Elm Street were locked again. Who has the keys?"


def tell(at: datetime) -> None:
    """Four records of the last days, of which two are alike, and two searches."""
    ana, cole, paul = (_actor(number, at) for number in (ANA, COLE, CUSTODIAN))
    firm = "Pipe Works, Kim Banks"
    _saved(ana, at - 5 * DAY, VALVE, "Gate valve at the reservoir", firm)
    _saved(ana, at - 2 * DAY, GASKET, "New gasket for the gate valve", firm)
    told = f"{VALVE}\nAna: Cole, for your information."
    _saved(cole, at - 4 * DAY, told, "Forwarded by Ana: the valve at the reservoir", "Ana Reyes")
    _saved(cole, at - DAY, GATES, "Locked gates on Elm Street", "Meter Point LLC")
    refresh_stale(at)
    compare_next()
    given = {"actor": ana, "at": at}
    searches.save_search(name="The valve", words='"gate valve"', chosen={}, alert=True, **given)  # type: ignore[arg-type]
    searches.save_search(
        name="Messages with contractors on leaks",
        words='leak* with:"pipe works"',
        chosen={"kind": "chat"},
        shared=True,
        actor=paul,
        at=at,
    )


def _actor(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)


def _saved(actor: Actor, at: datetime, words: str, about: str, with_whom: str) -> Record:
    key = uuid5(SPACE, about)
    assert actor.person_id is not None  # a person of the demo
    capture.receive_item(
        content=BytesIO(words.encode()),
        name="Conversation.txt",
        declared="text/plain",
        key=key,
        actor=actor,
        at=at,
    )
    record = capture.save_record(
        details=Details(
            about=about,
            with_whom=with_whom,
            happened_on=localdate(at - DAY),
            source=Source.CHAT,
            account="WhatsApp",
            residue=Residue.HELD if under_hold(actor.person_id) else Residue.GONE,
        ),
        items=[key],
        key=key,
        actor=actor,
        at=at,
    )
    item = record.items.get()
    for position, line in enumerate(words.splitlines()):
        keep_text(
            record_id=record.id,
            file_id=item.id,
            position=position,
            kind=TextKind.MESSAGE,
            text=line,
        )
    return record
