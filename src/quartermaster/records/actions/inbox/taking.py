"""Taking a message in: whoever has it told may forget it only when this is committed."""

import hashlib
from datetime import date, datetime, timedelta
from email import policy
from email.message import Message
from email.parser import BytesHeaderParser
from io import BytesIO
from uuid import UUID, uuid5

from django.conf import settings
from django.db import connection
from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for
from quartermaster.records import sealing
from quartermaster.records.actions.capture.receiving import Measured, keep_item
from quartermaster.records.actions.capture.saving import save_record
from quartermaster.records.actions.capture.storing import largest
from quartermaster.records.actions.telling import tell_custodians
from quartermaster.records.capture import under_hold
from quartermaster.records.errors import NotTaken
from quartermaster.records.models import InboxMail, Record
from quartermaster.records.permits import INBOX_TAKE
from quartermaster.records.reading.mailparts import addresses, heading, moment
from quartermaster.records.rules.capture import (
    EARLIEST,
    LONGEST_ABOUT,
    LONGEST_PEOPLE,
    Details,
    Residue,
    Source,
)
from quartermaster.records.rules.inbox import (
    MailState,
    MailWay,
    Sender,
    automatic,
    sender_of,
    unproven,
)

_SPACE = UUID("2b0b3f6e-93c4-4c1c-9d0b-7f3e5f0c8d21")
_LOCK = 0x494E_4258


def take_mail(
    *, content: bytes, way: MailWay, envelope: str | None = None, actor: Actor, at: datetime
) -> InboxMail:
    """Save a message of a known person whose sending is proven; set others aside (G-5).

    The same message a second time, in whatever way, changes nothing.

    Args:
        content: the message, byte for byte.
        way: how it came.
        envelope: the address in the envelope, empty for none; None where it is not known.
        actor: the house.
        at: now.

    Raises:
        NotTaken: it is larger than a file of a record may be.
    """
    require(actor, INBOX_TAKE)
    if len(content) > largest():
        raise NotTaken(f"It is larger than {settings.RECORD_LARGEST_MB} MB.")
    digest = hashlib.sha256(content).hexdigest()
    with act(actor, at) as doing:
        _one_at_a_time(digest)
        known = InboxMail.objects.filter(digest=digest).first()
        if known is not None:
            return known
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
        sender = sender_of(message)
        made = InboxMail(
            id=new_id(),
            digest=digest,
            way=way.value,
            sender=sender.address,
            size=len(content),
            arrived_at=at,
        )
        if why := automatic(message, [settings.INBOX_ADDRESS], envelope):
            made.state, made.reason = MailState.REFUSED.value, why
            made.save(force_insert=True)
        else:
            _sort(made, message, sender, content, doing)
        doing.record(f"records.mail.{made.state}", made, way=made.way)
    return made


def _one_at_a_time(digest: str) -> None:
    """The same message on two ways at once is taken by one of them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [_LOCK, int(digest[:7], 16)])


def _sort(made: InboxMail, message: Message, sender: Sender, content: bytes, doing: Act) -> None:
    """Save it as a record of its sender, or keep it sealed for the custodian."""
    made.person = _person(sender)
    why = unproven(message, sender, settings.INBOX_AUTHSERV)
    if not why and made.person is None:
        why = "Nobody who works here has this address."
    if why or made.person is None:
        secret = sealing.new_key()
        made.state, made.reason = MailState.QUARANTINED.value, why
        made.sealed_key = sealing.wrap(secret, made.id)
        made.sealed_content = sealing.closed(content, secret, "mail")
        made.save(force_insert=True)
        _tell(made, doing)
        return
    made.state = MailState.KEPT.value
    made.record = save_as(made.person, content, message, made.digest, "", doing.at)
    made.save(force_insert=True)


def _person(sender: Sender) -> Person | None:
    rows = Person.objects.filter(email__iexact=sender.address, standing=Standing.ACTIVE)
    return rows.first() if sender.address else None


def save_as(
    person: Person, content: bytes, message: Message, digest: str, note: str, at: datetime
) -> Record:
    """A record of that person's: the message as a file, and what its headings say of it."""
    author = actor_for(person, at)
    key = uuid5(_SPACE, f"{person.id}/{digest}")
    measured = Measured("message/rfc822", digest, len(content))
    item = keep_item(
        content=BytesIO(content),
        name="message.eml",
        measured=measured,
        key=key,
        actor=author,
        at=at,
    )
    held = under_hold(person.id)
    details = Details(
        about=heading(message, "Subject")[:LONGEST_ABOUT] or "A message without a subject",
        with_whom=_others(message, person)[:LONGEST_PEOPLE],
        happened_on=_day(message, at),
        source=Source.MAIL,
        note=note,
        residue=Residue.HELD if held else Residue.STAYS,
        residue_by=None if held else localdate(at + timedelta(days=settings.RECORD_TRANSFER_DAYS)),
    )
    return save_record(details=details, items=[item.key], key=key, actor=author, at=at)


def _others(message: Message, person: Person) -> str:
    own = {person.email.casefold(), settings.INBOX_ADDRESS.casefold()}
    found = [
        f"{name} <{address}>" if name else address
        for name, address in addresses(message, "From", "To", "Cc")
        if address.casefold() not in own
    ]
    return "; ".join(dict.fromkeys(found)) or "Named in the message"


def _day(message: Message, at: datetime) -> date:
    sent = moment(message)
    today = localdate(at)
    day = localdate(sent) if sent is not None else today
    return max(EARLIEST, min(day, today))


def _tell(made: InboxMail, doing: Act) -> None:
    tell_custodians(
        "records/inbox/quarantined",
        made,
        doing,
        link=f"/records/inbox/{made.id}/",
        key=f"records.inbox/{made.id}",
        mail=made,
    )
