"""Text messages and calls as SMS Backup & Restore writes them: XML with attributes alone.

MMS have their parts in base64; a group's numbers are joined by ``~``.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import xmlread
from quartermaster.records.reading.gathering import Gatherer, Thread, cut
from quartermaster.records.reading.phones import alike, together
from quartermaster.records.reading.result import (
    Attachment,
    Kind,
    Message,
    Participant,
    Platform,
)

OWNER = "owner"
ROOTS = {"smses", "calls", "allsms", "alllogs"}
_SENDER = "137"
_RECEIVED, _SENT = "1", "2"
_BOXES = {"3": "Draft", "4": "Not sent yet", "5": "Not sent: it failed", "6": "Not sent yet"}
_CALLS = {
    "1": "Incoming call",
    "2": "Outgoing call",
    "3": "Missed call",
    "4": "Voicemail",
    "5": "Rejected call",
    "6": "Blocked call",
}
_OUT = "2"
_TEXTS = ("text/plain",)
_NOT_SHOWN = ("application/smil",)
_SMS = ("date", "date_sent", "readable_date", "type", "address", "contact_name", "subject")
_MMS = ("date", "date_sent", "readable_date", "msg_box", "address", "contact_name", "sub", "m_id")
_CALL = ("date", "readable_date", "type", "number", "contact_name", "duration", "presentation")


@dataclass
class _Mms:
    attributes: dict[str, str]
    line: int
    bodies: list[str] = field(default_factory=list)
    files: list[Attachment] = field(default_factory=list)
    senders: list[str] = field(default_factory=list)


class _Reader:
    def __init__(self, gatherer: Gatherer) -> None:
        self.gatherer = gatherer
        self.root = ""
        self.mms: _Mms | None = None

    def begin(self, name: str, given: dict[str, str], line: int) -> None:
        if not self.root:
            self.root = name
            if name not in ROOTS:
                raise Unfit("It is XML, but no export of text messages or calls.")
        elif name == "sms":
            self.sms(given, line)
        elif name == "call":
            self.call(given, line)
        elif name == "mms":
            self.mms = _Mms(given, line)
        elif name == "part" and self.mms is not None:
            self.part(self.mms, given)
        elif name == "addr" and self.mms is not None and given.get("type") == _SENDER:
            self.mms.senders.append(given.get("address", ""))

    def end(self, name: str) -> None:
        if name == "mms" and self.mms is not None:
            self.finish(self.mms)
            self.mms = None

    def sms(self, given: dict[str, str], line: int) -> None:
        address = given.get("address", "")
        at = self.moment(given.get("date", ""), line)
        if at is None:
            return
        outgoing = given.get("type", _RECEIVED) != _RECEIVED
        thread = self.thread([address], given.get("contact_name", ""))
        sender = self.sender(thread, address, outgoing=outgoing)
        body = _said(given.get("body", ""))
        if subject := _said(given.get("subject", "")):
            body = f"{subject}\n{body}"
        if box := _BOXES.get(given.get("type", "")):
            body = f"[{box}] {body}"
        self.gatherer.add(
            thread,
            Message(at, sender, body, Kind.MESSAGE, outgoing, original=cut(given, *_SMS)),
            f"line {line:,}",
        )

    def call(self, given: dict[str, str], line: int) -> None:
        at = self.moment(given.get("date", ""), line)
        if at is None:
            return
        number, kind = given.get("number", ""), given.get("type", "")
        thread = self.thread([number], given.get("contact_name", ""), Platform.CALLS)
        sender = self.sender(thread, number, outgoing=kind == _OUT)
        seconds = int(given.get("duration") or 0) if given.get("duration", "").isdecimal() else 0
        minutes, rest = divmod(min(seconds, 10**7), 60)
        body = _CALLS.get(kind, "Call") + (f", {minutes}:{rest:02}" if seconds else "")
        self.gatherer.add(
            thread,
            Message(at, sender, body, Kind.CALL, kind == _OUT, original=cut(given, *_CALL)),
            f"line {line:,}",
        )

    def part(self, mms: _Mms, given: dict[str, str]) -> None:
        kind = given.get("ct", "").lower()
        if kind in _NOT_SHOWN:
            return
        if kind in _TEXTS and not given.get("data"):
            if text := _said(given.get("text", "")):
                mms.bodies.append(text)
            return
        name = next((_said(given.get(key, "")) for key in ("cl", "name", "fn")), "") or "part"
        data = _said(given.get("data", ""))
        if not data:
            missing = Attachment(
                name[:200], kind[:127], why="The export does not have its content."
            )
            mms.files.append(missing)
            return
        mms.files.append(self.gatherer.encoded(name, kind, data))

    def finish(self, mms: _Mms) -> None:
        given = mms.attributes
        at = self.moment(given.get("date", ""), mms.line)
        if at is None:
            return
        addresses = given.get("address", "").split("~")
        outgoing = given.get("msg_box", _RECEIVED) != _RECEIVED
        thread = self.thread(addresses, given.get("contact_name", ""))
        from_whom = next((one for one in mms.senders if "insert-address" not in one), "")
        sender = self.sender(thread, from_whom or addresses[0], outgoing=outgoing)
        subject = _said(given.get("sub", ""))
        body = "\n".join([*([subject] if subject else []), *mms.bodies])
        self.gatherer.add(
            thread,
            Message(
                at,
                sender,
                body,
                Kind.MESSAGE,
                outgoing,
                tuple(mms.files),
                cut(given, *_MMS),
            ),
            f"line {mms.line:,}",
        )

    def thread(self, addresses: list[str], names: str, platform: Platform = Platform.SMS) -> Thread:
        known = together(addresses)
        said = [one.strip() for one in names.split(",")] if len(known) > 1 else [names.strip()]
        named = [one if one not in {"(Unknown)", "null", "unknown"} else "" for one in said]
        title = ", ".join(filter(None, named)) or ", ".join(known) or "Unknown number"
        thread = self.gatherer.thread(f"{platform}:{'~'.join(known)}", platform, title)
        thread.meet(Participant(OWNER, "", owner=True))
        fits = len(named) == len(addresses) and len(addresses) == len(known)
        for place, address in enumerate(addresses):
            if key := alike(address):
                thread.meet(Participant(key, named[place] if fits else "", address.strip()[:200]))
        return thread

    def sender(self, thread: Thread, address: str, *, outgoing: bool) -> str:
        if outgoing:
            return OWNER
        key = alike(address) or "unknown"
        return thread.meet(Participant(key, "", address.strip()[:200]))

    def moment(self, written: str, line: int) -> datetime | None:
        try:
            return datetime.fromtimestamp(int(written) / 1000, UTC)
        except (ValueError, OverflowError, OSError):
            self.gatherer.fault(f"line {line:,}", "An entry has no date that can be read.")
            return None


def _said(text: str) -> str:
    return "" if text == "null" else text


def read(pieces: Iterable[bytes], gatherer: Gatherer) -> None:
    """Read such a file; what comes before a place where it breaks off is read."""
    reader = _Reader(gatherer)
    try:
        xmlread.read(pieces, reader.begin, reader.end)
    except xmlread.Broken as problem:
        if not gatherer.threads:
            raise Unfit("It is damaged, or no XML.") from problem
        gatherer.fault(f"line {problem.line:,}", str(problem))
