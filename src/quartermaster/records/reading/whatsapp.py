"""A chat as WhatsApp exports it, alone or with its media in a ZIP file."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import tzinfo

from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.chatlines import Line, messages
from quartermaster.records.reading.dates import Order, Settled, moment_of, settle
from quartermaster.records.reading.gathering import Gatherer
from quartermaster.records.reading.given import FileOf, Given
from quartermaster.records.reading.result import (
    Attachment,
    Conversation,
    Kind,
    Message,
    Participant,
    Platform,
)

_ANGLED = re.compile(r"<[^<>:]{1,30}: ?(?P<name>[^<>]{1,250})>\s*$")
_BEHIND = re.compile(r"^(?P<name>\S.{0,250}?\.\w{2,5}) \((?P<word>[^()]{3,40})\)\s*$")
_LEFT_OUT = re.compile(
    r"^(?:<[^<>]{3,40}>|(?:image|video|audio|sticker|document|GIF|Contact card) omitted)$",
    re.IGNORECASE,
)
_TITLE = re.compile(r"^WhatsApp Chat (?:with|-) (?P<title>.+?)(?: ?\(\d+\))?$", re.IGNORECASE)


def title_of(name: str) -> str:
    """With whom the chat is, where the name of the file says it."""
    stem = name.replace("\\", "/").rpartition("/")[2]
    for ending in (".txt", ".zip"):
        stem = stem.removesuffix(ending)
    found = _TITLE.match(stem)
    return found["title"].strip() if found else ""


def read(lines: Iterable[str], gatherer: Gatherer, given: Given, file: FileOf) -> None:
    """Read the text of a chat; ``file`` gives a file of the export by its name."""
    found = list(messages(_counted(lines)))
    if not found:
        raise Unfit("No message of a chat is found in it.")
    settled = settle([line.day for line in found], given.today)
    order = settled.order or (settled.possible[0] if settled.possible else None)
    if order is None:
        raise Unfit("Its dates cannot be read.")
    title = title_of(given.name)
    names = sorted({line.sender for line in found if line.sender})
    key = title or "~".join(names)
    thread = gatherer.thread(
        f"{Platform.WHATSAPP}:{key}", Platform.WHATSAPP, title or ", ".join(names)
    )
    for line in found:
        at = moment_of(line.day, line.clock, line.half, order, given.zone)
        place = f"line {line.number:,}"
        if at is None:
            gatherer.fault(place, "The date or time of a message cannot be read.")
        if line.sender:
            thread.meet(Participant(line.sender, line.sender))
        gatherer.add(thread, replace(_message(line, file), at=at), place)
    if settled.order is None:
        gatherer.question = _question(settled)


def _counted(lines: Iterable[str]) -> Iterator[str]:
    from quartermaster.records.reading.bounds import LONGEST_LINE, MOST_MESSAGES

    for number, line in enumerate(lines):
        if number > 10 * MOST_MESSAGES or len(line) > LONGEST_LINE:
            raise Unfit("It is longer than a chat may be.")
        yield line.rstrip("\r\n")


def _question(settled: Settled) -> dict[str, object]:
    return {"sample": settled.sample, "orders": [order.value for order in settled.possible]}


def _message(line: Line, file: FileOf) -> Message:
    original = {"date": line.day, "time": line.clock} | ({"half": line.half} if line.half else {})
    text = list(line.text)
    attached: list[Attachment] = []
    if found := _file_of(text[0], file):
        attached.append(found[0])
        text[0] = found[1]
    elif len(text) > 1 and (found := _file_of(text[-1], file)):
        attached.append(found[0])
        text[-1] = found[1]
    elif _LEFT_OUT.match(text[0].strip()) and len(text) == 1:
        why = "It was left out when the chat was exported."
        attached.append(Attachment(text[0].strip("<> ")[:200], why=why))
        text = []
    body = "\n".join(text).strip("\n")
    notice = not line.sender or (line.marked and not attached)
    return Message(
        None,
        line.sender,
        body,
        Kind.NOTICE if notice else Kind.MESSAGE,
        attachments=tuple(attached),
        original=original,
    )


def _file_of(text: str, file: FileOf) -> tuple[Attachment, str] | None:
    """The file that a line names in either way, and what else the line says."""
    if found := _ANGLED.search(text):
        return _given(found["name"].strip(), file), text[: found.start()].strip()
    if found := _BEHIND.match(text):
        given = file(found["name"])
        if given is not None:
            return given, ""
        if "attached" in found["word"]:
            return _given(found["name"], file), ""
    return None


def _given(name: str, file: FileOf) -> Attachment:
    return file(name) or Attachment(name[:200], why="The export does not have its content.")


def reordered(conversation: Conversation, order: Order, zone: tzinfo) -> Conversation:
    """The same with its dates read in the order that a person said."""
    read_anew: Sequence[Message] = [
        replace(
            one,
            at=moment_of(
                one.original.get("date", ""),
                one.original.get("time", ""),
                one.original.get("half", ""),
                order,
                zone,
            ),
        )
        for one in conversation.messages
    ]
    return replace(conversation, messages=tuple(read_anew))
