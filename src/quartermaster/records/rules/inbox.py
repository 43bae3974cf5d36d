"""Mail to the records' address: from whom it is, whether that is proven, and what is automatic."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import Message

from quartermaster.kernel.transitions import Machine, Transition
from quartermaster.kernel.worded import Worded
from quartermaster.records.reading.mailparts import heading, people_in

MOST_HOPS = 30
LONGEST_SENDER = 254
_TO_MANY = frozenset({"bulk", "junk", "list", "auto_reply"})
_COMMENT = re.compile(r"\([^()]*\)")
_WORD = re.compile(r"([a-z0-9-]+)\s*=\s*([a-z0-9]+)", re.IGNORECASE)
_PROPERTY = re.compile(r"([a-z]+\.[a-z0-9_-]+)\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)


class MailState(Worded):
    """What became of a message to the records' address."""

    KEPT = "kept", "Saved"
    QUARANTINED = "quarantined", "Waits for the records custodian"
    RELEASED = "released", "Saved by the custodian"
    DISCARDED = "discarded", "Discarded by the custodian"
    REFUSED = "refused", "Not taken: automatic"


class MailWay(Worded):
    LMTP = "lmtp", "Delivered"
    IMAP = "imap", "Fetched"


_HELD = frozenset({MailState.QUARANTINED})
INBOX = Machine(
    "message",
    MailState.QUARANTINED,
    [
        Transition("release", _HELD, MailState.RELEASED),
        Transition("discard", _HELD, MailState.DISCARDED),
    ],
)


@dataclass(frozen=True)
class Sender:
    """Who a message says it is from; empty where it names nobody, or several."""

    address: str

    @property
    def domain(self) -> str:
        return self.address.rpartition("@")[2]


def sender_of(message: Message) -> Sender:
    """The one address in its one From heading."""
    headings = message.get_all("From") or []
    found = people_in(heading(message, "From")) if len(headings) == 1 else []
    addresses = [address.strip().casefold() for _, address in found if address]
    one = addresses[0] if len(addresses) == 1 else ""
    plain = one.isascii() and one.count("@") == 1 and " " not in one
    return Sender(one if plain and len(one) <= LONGEST_SENDER else "")


def automatic(message: Message, own: Sequence[str], envelope: str | None) -> str:
    """Why it is no message of a person: an answer of a machine, a list, a loop; empty if it is."""
    submitted = heading(message, "Auto-Submitted").casefold()
    to_many = heading(message, "Precedence").casefold() in _TO_MANY
    listed = message.get("List-Id") is not None or message.get("X-Autoreply") is not None
    report = message.get_content_type() == "multipart/report" or envelope == ""
    ours = sender_of(message).address in {one.casefold() for one in own if one}
    circle = len(message.get_all("Received") or []) > MOST_HOPS
    found = (
        (submitted not in {"", "no"}, "It was sent by a machine."),
        (to_many or listed, "It was sent to many, or by a machine."),
        (report, "It is a report of delivery."),
        (ours, "It comes from this address itself."),
        (circle, "It went in a circle."),
    )
    return next((why for so, why in found if so), "")


def unproven(message: Message, sender: Sender, host: str) -> str:
    """Why it is not proven that it is from whom it says; empty where our own host found it so."""
    if not sender.address:
        return "It names no sender, or several."
    if not host:
        return (
            "Nobody examines yet whether mail here is from whom it says. ITMD names the host that"
            " does (QUARTERMASTER_INBOX_AUTHSERV)."
        )
    said = message.get_all("Authentication-Results") or []
    # the topmost alone: it was added last, by the host that delivered it to us
    first = " ".join(str(said[0]).split()) if said else ""
    name, _, results = _COMMENT.sub(" ", first).partition(";")
    if name.strip().split(" ")[0].casefold() != host.casefold():
        return "Our host did not say who sent it."
    for result in results.split(";"):
        if _proves(result, sender.domain):
            return ""
    return f"Our host did not find that {sender.domain} sent it."


def _proves(result: str, domain: str) -> bool:
    found = _WORD.match(result.strip())
    if found is None or found[2].casefold() != "pass":
        return False
    method = found[1].casefold()
    properties = {name.casefold(): value for name, value in _PROPERTY.findall(result)}
    if method == "dmarc":
        return str(properties.get("header.from", "")).casefold() == domain
    if method == "dkim":
        return aligned(properties.get("header.d", ""), domain)
    if method == "spf":
        return aligned(properties.get("smtp.mailfrom", "").rpartition("@")[2], domain)
    return False


def aligned(proven: str, domain: str) -> bool:
    """Whether what was proven is the sender's domain, or one that it lies in."""
    one = proven.casefold().strip(".")
    return "." in one and (domain == one or domain.endswith(f".{one}"))
