"""Messages as a table, as readers of iPhone backups write it, whatever they call its columns."""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, tzinfo

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.dates import Order, moment_of, settle
from quartermaster.records.reading.gathering import Gatherer, Thread
from quartermaster.records.reading.given import STAMPED, FileOf, Given
from quartermaster.records.reading.phones import alike
from quartermaster.records.reading.result import Attachment, Kind, Message, Participant, Platform

OWNER = "owner"
MOST_ROWS = 400_000
# a column by the names that exports give it; the first that a heading has is taken
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "thread": ("chat session", "conversation", "chat", "chat name", "thread", "group name"),
    "date": ("message date", "date", "date time", "datetime", "time", "timestamp", "sent date"),
    "way": ("type", "direction", "status type", "from me", "is from me", "sent/received", "folder"),
    "address": (
        *("sender id", "phone", "phone number", "number", "address", "handle", "sender number"),
        *("recipient/sender", "contact number"),
    ),
    "name": ("sender name", "name", "contact", "contact name", "sender", "from"),
    "body": ("text", "message", "content", "body", "message text", "message content"),
    "subject": ("subject",),
    "file": ("attachment", "attachments", "attachment name", "attachment path", "media"),
    "service": ("service", "message type"),
    "reply": ("replying to",),
    "reactions": ("reactions",),
    "edited": ("edited date",),
    "forwarded": ("forwarded",),
}
_NEEDED = ("date", "body")
_OUT = {"outgoing", "sent", "out", "outbox", "to", "1", "true", "yes", "from me", "send"}
_NOTICE = {"notification", "system", "system message"}
_CLOCK = re.compile(
    r"^\s*(?P<day>\d{1,4}[./-]\d{1,2}[./-]\d{1,4})[,T\s\u00a0\u202f]+(?P<clock>\d{1,2}[:.]\d{2}(?:[:.]\d{2})?)"
    r"(?:[.,]\d+)?[\s\u00a0\u202f]*(?P<half>[AaPp]\.?[Mm]\.?)?"
)


def is_table(head: str) -> bool:
    """Whether the first line names columns of a list of messages."""
    return is_heading(next(_rows([head.split("\n", maxsplit=1)[0]]), []))


def read(lines: Iterable[str], gatherer: Gatherer, given: Given, file: FileOf) -> None:
    """Read such a table; a row that has no date is told."""
    read_rows(_rows(lines), gatherer, given, file)


def is_heading(cells: Sequence[str]) -> bool:
    """Whether these are the columns of a list of messages."""
    return set(_NEEDED) <= set(_columns(cells))


def read_rows(rows: Iterator[list[str]], gatherer: Gatherer, given: Given, file: FileOf) -> None:
    """Read the rows of such a table, the first of which names its columns."""
    columns = _columns(next(rows, []))
    if not set(_NEEDED) <= set(columns):
        raise Unfit("Its columns are not those of a list of messages.")
    found = [
        {name: row[place].strip() if place < len(row) else "" for name, place in columns.items()}
        for row in rows
        if any(cell.strip() for cell in row)
    ]
    settled = settle([match["day"] for one in found if (match := _clock(one))], given.today)
    order = settled.order or (settled.possible[0] if settled.possible else Order.YEAR_FIRST)
    for number, row in enumerate(found, start=2):
        at = _moment(row, order, given.zone)
        if at is None:
            gatherer.fault(f"row {number:,}", "The date of a message cannot be read.")
            continue
        _take(row, at, number, gatherer, given, file)
    if settled.order is None and settled.possible:
        gatherer.question = {
            "sample": settled.sample,
            "orders": [one.value for one in settled.possible],
        }


def _rows(lines: Iterable[str]) -> Iterator[list[str]]:
    first, rest = _first(lines)
    separator = max(",;\t", key=first.count)
    reader = csv.reader(rest, delimiter=separator)
    number = 0
    while True:
        try:
            row = next(reader)
        except StopIteration:
            return
        except csv.Error as problem:
            raise Unfit(f"Row {number + 1:,} of it is no row of a table.") from problem
        number += 1
        if number > MOST_ROWS:
            raise Unfit("It has more rows than may be taken at once.")
        yield row


def _first(lines: Iterable[str]) -> tuple[str, Iterator[str]]:
    given = iter(lines)
    first = next(given, "")

    def every() -> Iterator[str]:
        yield f"{first}\n".replace("\x00", "")
        for line in given:
            yield f"{line}\n".replace("\x00", "")

    return first, every()


def _columns(heading: Sequence[str]) -> dict[str, int]:
    plain = [" ".join(one.replace("_", " ").split()).casefold() for one in heading]
    found: dict[str, int] = {}
    for name, words in COLUMNS.items():
        place = next((plain.index(word) for word in words if word in plain), None)
        if place is not None and place not in found.values():
            found[name] = place
    return found


def _clock(row: Mapping[str, str]) -> re.Match[str] | None:
    return _CLOCK.match(row["date"])


def _moment(row: Mapping[str, str], order: Order, zone: tzinfo) -> datetime | None:
    try:
        at = datetime.fromisoformat(row["date"])
        if at.year > 1990:  # noqa: PLR2004 (no phone wrote messages before)
            return at if at.tzinfo else at.replace(tzinfo=zone)
    except ValueError:
        pass
    found = _clock(row)
    if found is None:
        return None
    return moment_of(found["day"], found["clock"], found["half"] or "", order, zone)


def _take(
    row: Mapping[str, str],
    at: datetime,
    number: int,
    gatherer: Gatherer,
    given: Given,
    file: FileOf,
) -> None:
    title = row.get("thread") or row.get("name") or row.get("address") or _stem(given.name)
    # of WhatsApp alone a table says what was forwarded
    whatsapp = "forwarded" in row or "whatsapp" in f"{row.get('service', '')} {given.name}".lower()
    platform = Platform.WHATSAPP if whatsapp else Platform.IPHONE
    thread = gatherer.thread(f"{platform}:{title[:200]}", platform, title)
    thread.meet(Participant(OWNER, "", owner=True))
    way = row.get("way", "").casefold()
    outgoing = way in _OUT
    notice = way in _NOTICE
    sender = OWNER if outgoing else "" if notice else _sender(row, thread, title)
    body = "\n".join(filter(None, [row.get("subject", ""), row["body"]]))
    found = _clock(row)
    original = {name: value[:2000] for name, value in row.items() if value and name != "body"}
    if found is not None:
        more = {"date": found["day"], "time": found["clock"], "half": found["half"] or ""}
        original |= {"written": original.get("date", "")} | {k: v for k, v in more.items() if v}
    gatherer.add(
        thread,
        Message(
            at,
            sender,
            body,
            Kind.NOTICE if notice else Kind.MESSAGE,
            None if notice else outgoing,
            _files(row.get("file", ""), _stamp(row["date"]), file),
            original,
        ),
        f"row {number:,}",
    )


def _sender(row: Mapping[str, str], thread: Thread, title: str) -> str:
    address, name = row.get("address", "")[:200], row.get("name", "")[:200]
    key = alike(address) if address else name or title[:200]
    return thread.meet(Participant(key, name, address))


def _stamp(written: str) -> str:
    """A time as programs put it in front of the names of files."""
    return re.sub(r"[T:]", " ", written)[:19]


def _files(names: str, stamp: str, file: FileOf) -> tuple[Attachment, ...]:
    """One file or several; a comma may belong to a name."""
    if not names:
        return ()
    whole = file(names) or file(f"{stamp}{STAMPED}{names}")
    if whole is not None:
        return (whole,)
    several = [one.strip() for one in re.split(r"[|;]", names) if one.strip()][:50]
    return tuple(
        file(one)
        or file(f"{stamp}{STAMPED}{one}")
        or Attachment(_stem(one), why="The export does not have its content.")
        for one in several
    )


def _stem(name: str) -> str:
    return name.replace("\\", "/").rpartition("/")[2][:200] or "Messages"
