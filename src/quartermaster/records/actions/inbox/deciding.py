"""What the records custodian does with a message that waits: reads it, releases it, discards it."""

from datetime import datetime
from email import policy
from email.parser import BytesHeaderParser
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Person, Standing
from quartermaster.records import sealing
from quartermaster.records.actions.inbox.taking import save_as
from quartermaster.records.holds import require_not_held
from quartermaster.records.inbox import mails_visible_to
from quartermaster.records.locks import keep_holds_still
from quartermaster.records.models import InboxMail
from quartermaster.records.permits import INBOX_DECIDE
from quartermaster.records.rules.holds import LONGEST_REASON, SHORTEST_REASON, said
from quartermaster.records.rules.inbox import INBOX, MailState


def read_mail(*, mail_id: UUID, actor: Actor, at: datetime) -> tuple[InboxMail, bytes]:
    """A message that waits, as it came; that it was read is on record (G-5)."""
    require(actor, INBOX_DECIDE)
    with act(actor, at) as doing:
        mail = mails_visible_to(actor).filter(id=mail_id, state=MailState.QUARANTINED).first()
        if mail is None:
            raise NotFound("There is no such message that waits.")
        doing.record("records.mail.read", mail)
        return mail, _content(mail)


def release(*, mail_id: UUID, number: str, actor: Actor, at: datetime) -> InboxMail:
    """Save a message that waits as a record of the person whose it is (G-5)."""
    require(actor, INBOX_DECIDE)
    with act(actor, at) as doing:
        mail = _for_update(mail_id)
        person = Person.objects.filter(number=number.strip(), standing=Standing.ACTIVE).first()
        if person is None:
            raise InvalidInput("Nobody who works here has this personnel number.", field="number")
        content = _content(mail)
        message = BytesHeaderParser(policy=policy.compat32).parsebytes(content)
        note = f"Released by {actor.label}; it waited because: {mail.reason}"
        mail.record = save_as(person, content, message, mail.digest, note, at)
        mail.person = person
        _end(mail, "release", actor, at)
        doing.record("records.mail.released", mail, number=mail.record.number)
    return mail


def discard(*, mail_id: UUID, reason: str, actor: Actor, at: datetime) -> InboxMail:
    """Discard a message that is no record; its content is gone, that it was stays (G-5, G-2)."""
    require(actor, INBOX_DECIDE)
    why = said(reason, "reason", LONGEST_REASON, SHORTEST_REASON)
    with act(actor, at) as doing:
        keep_holds_still()
        mail = _for_update(mail_id)
        require_not_held(mail.person_id)
        mail.reason = why[:300]
        _end(mail, "discard", actor, at)
        doing.record("records.mail.discarded", mail, reason=why)
    return mail


def _for_update(key: UUID) -> InboxMail:
    mail = InboxMail.objects.select_for_update(of=("self",)).filter(id=key).first()
    if mail is None:
        raise NotFound("There is no such message.")
    if mail.state != MailState.QUARANTINED:
        raise Conflict("Somebody has decided about this message already.")
    return mail


def _content(mail: InboxMail) -> bytes:
    assert mail.sealed_key is not None  # a constraint backs it
    assert mail.sealed_content is not None
    secret = sealing.unwrap(bytes(mail.sealed_key), mail.id)
    return sealing.plain(mail.sealed_content, secret, "mail")


def _end(mail: InboxMail, verb: str, actor: Actor, at: datetime) -> None:
    mail.state = INBOX.target(verb, MailState(mail.state)).value
    mail.sealed_key = mail.sealed_content = None
    mail.decided_at, mail.decided_by_id = at, actor.person_id
    mail.save()
