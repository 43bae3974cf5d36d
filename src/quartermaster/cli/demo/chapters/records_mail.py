"""Mail that came to the records' address: sorted by the custodian, and one that waits for him."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

from quartermaster.cli.demo import city
from quartermaster.cli.demo.records import ANA, screenshot
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records.actions import inbox
from quartermaster.records.models import InboxMail
from quartermaster.records.rules.inbox import MailWay

TITLE = "Mail to the records' address"
ORDER = 47
HOUR = timedelta(hours=1)
CUSTODIAN = "2008"
TO = f"records@{city.DOMAIN}"
QUOTE = (
    ("Pipe Works", "Gasket DN 100, two pieces: 86.40 each."),
    ("Pipe Works", "We can deliver on Monday, to the yard."),
)


def tell(at: datetime) -> None:
    """One was saved as Ana's record, one discarded, one not taken, one waits with its picture."""
    ana = Person.objects.get(number=ANA)
    paul = actor_for(Person.objects.get(number=CUSTODIAN), at)
    first, prize, answer, waits = _letters(ana, at)
    saved = _came(first, at - 30 * HOUR)
    inbox.release(mail_id=saved.id, number=ANA, actor=paul, at=at - 26 * HOUR)
    junk = _came(prize, at - 20 * HOUR)
    inbox.discard(
        mail_id=junk.id, reason="Advertising, no record of the City.", actor=paul, at=at - 19 * HOUR
    )
    _came(answer, at - 8 * HOUR)
    _came(waits, at - 2 * HOUR)


def _came(letter: EmailMessage, at: datetime) -> InboxMail:
    house: Actor = system("records")
    return inbox.take_mail(content=letter.as_bytes(), way=MailWay.LMTP, actor=house, at=at)


def _letters(ana: Person, at: datetime) -> Iterator[EmailMessage]:
    own = f"{ana.name} <{ana.email}>"
    yield _letter(
        own,
        "Fwd: Hydrant 17, key of the gate",
        "The contractor has a key of the gate now. His message is below.\n\n"
        "> We have it, thank you. It comes back on Friday. Pipe Works, Kim Banks",
        at - 31 * HOUR,
    )
    yield _letter(
        "Lucky Draw <prize@draw.example>", "You won", "Answer by tomorrow.", at - 21 * HOUR
    )
    answer = _letter(own, "Out of office", "I am back on Monday.", at - 8 * HOUR)
    answer["Auto-Submitted"] = "auto-replied"
    yield answer
    waits = _letter(
        f"{ana.name} <ana.at.home@mail.example>",
        "Quote for the gaskets",
        "It came to my own address, so I send it from there. The picture has the prices.",
        at - 2 * HOUR,
    )
    waits.add_attachment(
        screenshot("Pipe Works", QUOTE), maintype="image", subtype="png", filename="quote.png"
    )
    yield waits


def _letter(sender: str, subject: str, words: str, at: datetime) -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = sender, TO, subject
    made["Date"] = format_datetime(at)
    made["Message-ID"] = f"<{at:%Y%m%d%H%M}@mail.{city.DOMAIN}>"
    made.set_content(words)
    return made
