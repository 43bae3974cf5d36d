"""A production for litigation: images, text, natives and short messages, with their load files."""

import io
import json
import zipfile
from collections.abc import Mapping, Sequence
from datetime import datetime, time
from typing import Any

from django.utils.timezone import make_aware

from quartermaster.disclosure.actions.talks import Talks, as_rsmf
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.models import RecordsRequest, RequestItem
from quartermaster.disclosure.production import loadfile, rsmf
from quartermaster.disclosure.redaction import asking
from quartermaster.disclosure.rules.review import GIVEN_OUT
from quartermaster.records.models import Record
from quartermaster.records.rules.capture import Source

GENERATOR = "Quartermaster"
_SHORT = frozenset({Source.MESSAGE, Source.CHAT, Source.VOICE, Source.SOCIAL})
_EPOCH = (1980, 1, 1, 0, 0, 0)


def production(
    request: RecordsRequest,
    rows: Sequence[RequestItem],
    index: Sequence[Mapping[str, Any]],
    release: tuple[bytes, int],
    natives: Mapping[str, bytes],
    talks: Talks,
) -> bytes:
    """The production as a ZIP file.

    Args:
        request: the request.
        rows: its files, in reading order.
        index: what the release says of each of them.
        release: the numbered PDF, and how many pages without a number it begins with.
        natives: what is given out as it is, by the key of its row.
        talks: the conversations that are given out, by the number of their record.
    """
    pages, texts = _spread(*release)
    volume, parts = f"{request.number.replace('-', '')}", {}
    lines, documents, at = [], [], 0
    for row, said in zip(rows, index, strict=True):
        if row.decision not in GIVEN_OUT:
            continue
        count = said["pages"]
        numbers = _numbers(said["first"], count)
        paths = []
        for number, (ending, picture) in zip(numbers, pages[at : at + count], strict=True):
            paths.append((number, f"IMAGES\\{number}.{ending}"))
            parts[f"IMAGES/{number}.{ending}"] = picture
        line = _line(row, said)
        if count:
            documents.append(paths)
            text = "\n\n".join(texts[at : at + count])
            parts[f"TEXT/{numbers[0]}.txt"] = text.encode("utf-8")
            line["TEXTPATH"] = f"TEXT\\{numbers[0]}.txt"
        if str(row.id) in natives:
            name = f"{row.position:06} {row.item.name}"
            parts[f"NATIVES/{name}"] = natives[str(row.id)]
            line["NATIVEPATH"] = f"NATIVES\\{name}"
        lines.append(line)
        at += count
    parts["DATA/loadfile.dat"] = loadfile.dat(_families(lines))
    parts["DATA/loadfile.opt"] = loadfile.opt(documents, volume)
    for number, content in _messages(rows, natives, talks):
        parts[f"RSMF/{number}.rsmf.eml"] = content
    return _packed(parts)


def _spread(release: bytes, plain: int) -> tuple[list[tuple[str, bytes]], list[str]]:
    packed = asking.spread(release, first=plain)
    with zipfile.ZipFile(io.BytesIO(packed)) as opened:
        names = sorted(name for name in opened.namelist() if not name.endswith(".json"))
        pictures = [(name.rpartition(".")[2], opened.read(name)) for name in names]
        texts = list(json.loads(opened.read("texts.json")))
    return pictures, texts


def _numbers(first: str, count: int) -> list[str]:
    prefix, _, number = first.rpartition("-")
    return [f"{prefix}-{int(number) + place:06}" for place in range(count)] if count else []


def _line(row: RequestItem, said: Mapping[str, Any]) -> dict[str, str]:
    record = _record(row)
    return {
        "BEGBATES": said["first"],
        "ENDBATES": said["last"],
        "CUSTODIAN": record.author.name,
        "DATESENT": record.happened_on.isoformat(),
        "RECORD": record.number,
        "SUBJECT": record.about,
        "PARTICIPANTS": record.with_whom,
        "FILENAME": row.item.name,
        "FILETYPE": row.item.media_type,
        "PAGES": str(said["pages"]),
        "REDACTED": "Yes" if said["places"] else "No",
        "EXEMPTIONS": "; ".join(said["codes"]),
        "SHA256": said["copy"] or row.item.digest,
    }


def _families(lines: list[dict[str, str]]) -> list[dict[str, str]]:
    """The files of one record are one family, from its first page to its last."""
    spans: dict[str, list[str]] = {}
    for line in lines:
        if line["BEGBATES"]:
            spans.setdefault(line["RECORD"], []).extend([line["BEGBATES"], line["ENDBATES"]])
    for line in lines:
        if found := spans.get(line["RECORD"]):
            line["BEGATTACH"], line["ENDATTACH"] = min(found), max(found)
    return lines


def _record(row: RequestItem) -> Record:
    record = row.item.record
    assert record is not None  # an item of a request is of a record
    return record


def _messages(
    rows: Sequence[RequestItem], natives: Mapping[str, bytes], talks: Talks
) -> list[tuple[str, bytes]]:
    """Each record of short messages as RSMF, of what is given out of it."""
    by_record: dict[str, list[RequestItem]] = {}
    for row in rows:
        if row.decision in GIVEN_OUT and _record(row).source in _SHORT:
            by_record.setdefault(_record(row).number, []).append(row)
    found = []
    for number, given in sorted(by_record.items()):
        whole = talks.get(number)
        made = (
            [_conversation(given)]
            if whole is None
            else as_rsmf(_record(given[0]), whole, given, natives)
        )
        found += [(one.id, rsmf.rsmf(one, GENERATOR)) for one in made]
    return found


def _conversation(rows: Sequence[RequestItem]) -> rsmf.Conversation:
    record = _record(rows[0])
    day = make_aware(datetime.combine(record.happened_on, time.min))
    return rsmf.Conversation(
        id=record.number,
        display=record.about,
        platform=record.account or record.get_source_display(),
        custodian="P1",
        participants=[
            ("P1", record.author.name, record.author.email),
            ("P2", record.with_whom or "Not named", ""),
        ],
        messages=[_message(row, place, day) for place, row in enumerate(rows, start=1)],
        custom=[("Record", record.number), ("Saved", record.saved_at.isoformat())],
    )


def _message(row: RequestItem, place: int, day: datetime) -> rsmf.Message:
    """A written file is its words; what is drawn, or given out as it is, goes along as a file."""
    body = f"[{row.item.name}]"
    attached: tuple[rsmf.Attached, ...] = ()
    if row.words is not None:
        body = read(row.words).decode("utf-8")
    elif row.copy is not None:
        name = f"{place:03}.pdf"
        attached = (rsmf.Attached(name, row.copy.name, read(row.copy)),)
    return rsmf.Message(id=f"M{place}", participant="P1", at=day, body=body, attached=attached)


def _packed(parts: Mapping[str, bytes]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in sorted(parts):
            packed.writestr(zipfile.ZipInfo(name, _EPOCH), parts[name])
    return held.getvalue()
