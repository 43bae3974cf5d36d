"""Signal as ``signal-export`` writes it: a folder for each chat, with ``data.json`` or ``chat.md``.

The plain export of Signal for Android is read as text messages: it has their form.
"""

import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from datetime import datetime, tzinfo
from typing import Any

from quartermaster.records.reading.gathering import Gatherer, Thread
from quartermaster.records.reading.given import FileOf
from quartermaster.records.reading.result import Attachment, Kind, Message, Participant, Platform

OWNER = "Me"
_LINE = re.compile(
    r"^\[(\d{4}-\d{2}-\d{2}),? (\d{2}:\d{2}(?::\d{2})?)\] (.{1,120}?): ?(.*)$", re.DOTALL
)
_FILE = re.compile(r"!?\[([^\[\]]{0,250})\]\(\./([^()]{1,300})\)\s*")


def thread_of(folder: str, gatherer: Gatherer) -> Thread:
    title = folder.rstrip("/").rpartition("/")[2] or "Signal"
    thread = gatherer.thread(f"{Platform.SIGNAL}:{title}", Platform.SIGNAL, title)
    thread.meet(Participant(OWNER, "", owner=True))
    return thread


def read_json(
    lines: Iterable[str], folder: str, gatherer: Gatherer, zone: tzinfo, file: FileOf
) -> None:
    """A message on each line, as an object."""
    thread = thread_of(folder, gatherer)
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        where = f"{folder}/data.json, line {number:,}"
        try:
            given = json.loads(line)
            message = _message(given, zone, thread, file)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError, OverflowError):
            gatherer.fault(where, "A message cannot be read.")
            continue
        gatherer.add(thread, message, where)


def _message(given: Mapping[str, Any], zone: tzinfo, thread: Thread, file: FileOf) -> Message:
    sender = thread.meet(Participant(str(given["sender"])[:200], str(given["sender"])[:200]))
    attached = tuple(
        _attachment(str(one.get("name", "")), str(one.get("path", "")), file)
        for one in given.get("attachments") or []
    )
    reactions = [f"{name}: {emoji}" for name, emoji in given.get("reactions") or []]
    quote = str(given.get("quote") or "").strip()
    body = "\n".join(filter(None, [quote, str(given.get("body") or ""), *reactions]))
    if given.get("deleted"):
        body = "(This message was deleted)"
    return Message(
        _moment(str(given["date"]), zone),
        sender,
        body,
        Kind.CALL if given.get("call") else Kind.MESSAGE,
        sender == OWNER,
        attached,
        {"date": str(given["date"])[:60], "sender": sender},
    )


def _attachment(name: str, path: str, file: FileOf) -> Attachment:
    found = file(posixpath.normpath(path)) if path else None
    return found or Attachment(name[:200] or "file", why="The export does not have its content.")


def _moment(written: str, zone: tzinfo) -> datetime:
    at = datetime.fromisoformat(written)
    return at if at.tzinfo else at.replace(tzinfo=zone)


def read_markdown(
    lines: Iterable[str], folder: str, gatherer: Gatherer, zone: tzinfo, file: FileOf
) -> None:
    """A message from each line that begins with a date in brackets."""
    thread = thread_of(folder, gatherer)
    current: list[str] = []
    began = 0
    for number, line in enumerate(lines, start=1):
        if _LINE.match(line):
            _finish(current, began, thread, gatherer, zone, file)
            current, began = [line], number
        elif current:
            current.append(line)
    _finish(current, began, thread, gatherer, zone, file)


def _finish(
    lines: list[str], began: int, thread: Thread, gatherer: Gatherer, zone: tzinfo, file: FileOf
) -> None:
    found = _LINE.match("\n".join(lines)) if lines else None
    if found is None:
        return
    day, clock, sender, text = found.groups()
    where = f"{thread.title}/chat.md, line {began:,}"
    attached = tuple(_attachment(name, path, file) for name, path in _FILE.findall(text))
    try:
        at = _moment(f"{day}T{clock}", zone)
    except ValueError:
        gatherer.fault(where, "The date of a message cannot be read.")
        return
    key = thread.meet(Participant(sender, sender))
    body = _FILE.sub("", text).strip()
    original = {"date": f"{day} {clock}", "sender": sender}
    gatherer.add(
        thread,
        Message(at, key, body, outgoing=key == OWNER, attachments=attached, original=original),
        where,
    )
