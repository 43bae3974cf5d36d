"""Mail to the records' address, as the City's own host hands it over."""

from email.message import EmailMessage

from quartermaster.kernel.permits import system
from quartermaster.records.actions import inbox
from quartermaster.records.models import InboxMail
from quartermaster.records.rules.inbox import MailWay

HOST = "mx.city.example"
ADDRESS = "records@city.example"
HOUSE = system("records")
PROVEN = f"{HOST}; spf=pass smtp.mailfrom=city.example; dkim=pass header.d=city.example"


def letter(
    sender="Ana Reyes <ana@city.example>", results=PROVEN, subject="Fwd: The valve", **more
) -> bytes:
    made = EmailMessage()
    if results:
        made["Authentication-Results"] = results
    for name, value in more.items():
        made[name.replace("_", "-")] = value
    made["From"] = sender
    made["To"] = f"{ADDRESS}, Pipe Works <pipe@example.com>"
    made["Date"] = "Fri, 20 Nov 2026 14:05:33 -0600"
    made["Subject"] = subject
    made.set_content("It is behind the hydrant.")
    return made.as_bytes()


def taken(content: bytes, at, envelope="ana@city.example") -> InboxMail:
    return inbox.take_mail(content=content, way=MailWay.LMTP, envelope=envelope, actor=HOUSE, at=at)
