"""Finding which records are alike, one at a time: each joins the first that it is like, or leads.

Who leads has bands by which others find it; whoever joins is compared with who leads alone, so that
a chain of small steps does not join what is different. Runs as the house, of all records; what of a
group somebody sees is trimmed where it is shown.
"""

import hashlib
import io
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from PIL import Image

from quartermaster.files.errors import FileMissing
from quartermaster.jobs.turns import take_turn
from quartermaster.records.contents import content_of
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.models import AlikeBand, RecordItem, RecordText, SearchEntry, Signature
from quartermaster.records.rules import alike as rules
from quartermaster.records.search.threads import mail_thread

_COMPARING = 0x414C_494B
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp"})
FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PICTURES, MOST_BYTES, MOST_PIXELS = 8, 30 * 1024 * 1024, 50_000_000
MOST_TEXT = 200_000
CANDIDATES = 50


@dataclass(frozen=True)
class Marks:
    """By what a record is compared."""

    digests: bytes
    words: tuple[int, ...]
    pictures: tuple[int, ...]

    def bands(self) -> list[tuple[str, int]]:
        """Where others like it are found."""
        found = [("file", rules.digest_band(self.digests))] if self.digests else []
        found += [("text", band) for band in rules.word_bands(self.words)]
        if self.pictures:
            found += [("pict", band) for band in rules.picture_bands(self.pictures[0])]
        return list(dict.fromkeys(found))

    def like(self, other: "Marks") -> bool:
        """Whether the two are alike: words decide where both have some, pictures otherwise."""
        if self.digests and self.digests == other.digests:
            return True
        if self.words and other.words:
            return rules.likeness(self.words, other.words) >= rules.ALIKE
        return rules.same_pictures(self.pictures, other.pictures)


def compare_next(most: int = 200) -> int:
    """Compare what was gathered and is not compared yet, some at a time; how many."""
    done = 0
    while done < most and _compare_one():
        done += 1
    return done


def _compare_one() -> bool:
    with transaction.atomic():
        take_turn(_COMPARING)
        rows = SearchEntry.objects.filter(compared=False, stale=False)
        entry = rows.order_by("record_id").only("record_id", "alike").first()
        if entry is None:
            return False
        part([entry.record_id])
        _join(entry.record_id)
    return True


def _join(record_id: UUID) -> None:
    items = list(
        RecordItem.objects.select_related("file").filter(record=record_id).order_by("position")
    )
    thread = mail_thread(items)
    if thread:
        SearchEntry.objects.filter(record_id=record_id).update(thread=thread)
    marks = marks_of(record_id, items)
    leader = _leader(marks, record_id)
    Signature.objects.create(
        record_id=record_id,
        digests=marks.digests,
        words=rules.packed(marks.words, "I"),
        pictures=rules.packed(marks.pictures, "Q"),
    )
    entry = SearchEntry.objects.filter(record_id=record_id)
    if leader is None:
        AlikeBand.objects.bulk_create(
            AlikeBand(record_id=record_id, kind=kind, band=band) for kind, band in marks.bands()
        )
        entry.update(compared=True, alike=None)
        return
    SearchEntry.objects.filter(record_id=leader).update(alike=leader)
    entry.update(compared=True, alike=leader)


def _leader(marks: Marks, record_id: UUID) -> UUID | None:
    """The first record that leads and is like this one."""
    bands = marks.bands()
    if not bands:
        return None
    rows = AlikeBand.objects.filter(band__in=[band for _, band in bands]).exclude(record=record_id)
    keys = rows.order_by("record_id").values_list("record_id", flat=True).distinct()[:CANDIDATES]
    signatures = Signature.objects.filter(record__in=list(keys)).order_by("record_id")
    for row in signatures:
        other = Marks(
            bytes(row.digests),
            rules.unpacked(bytes(row.words), "I"),
            rules.unpacked(bytes(row.pictures), "Q"),
        )
        if marks.like(other):
            return row.record_id
    return None


def part(record_ids: Collection[UUID]) -> None:
    """Take records out of their groups; those that one of them led are compared anew."""
    AlikeBand.objects.filter(record__in=record_ids).delete()
    Signature.objects.filter(record__in=record_ids).delete()
    led = SearchEntry.objects.filter(alike__in=record_ids)
    led.update(alike=None, compared=False)


def marks_of(record_id: UUID, items: Sequence[RecordItem]) -> Marks:
    """By what a record is compared, as it is now."""
    digests = sorted(item.digest for item in items)
    whole = hashlib.sha256("".join(digests).encode()).digest() if digests else b""
    runs = rules.runs_of(_text(record_id))
    return Marks(whole, rules.least_hashes(runs), _pictures(items))


def _text(record_id: UUID) -> str:
    found, length = [], 0
    rows = RecordText.objects.filter(record=record_id).order_by("item__position", "position")
    for text in rows.values_list("text", flat=True).iterator(chunk_size=200):
        found.append(text)
        length += len(text)
        if length > MOST_TEXT:
            break
    return "\n".join(found)


def _pictures(items: Sequence[RecordItem]) -> tuple[int, ...]:
    """The marks of a record's pictures, where it has nothing but some pictures."""
    if not 0 < len(items) <= MOST_PICTURES or any(i.media_type not in PICTURES for i in items):
        return ()
    found = [picture_mark(item) for item in items]
    return tuple(mark for mark in found if mark is not None) if None not in found else ()


def picture_mark(item: RecordItem) -> int | None:
    """The differences of brightness of a picture; None where it cannot be told."""
    if item.size > MOST_BYTES:
        return None
    try:
        content = b"".join(content_of(item))
        with Image.open(io.BytesIO(content), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                return None
            image.draft("L", (64, 64))
            small = image.convert("L").resize((9, 8), Image.Resampling.BOX)
            return rules.differences(list(small.tobytes()))
    except (FileMissing, RecordDamaged, OSError, ValueError, SyntaxError, MemoryError):
        # nobody's picture keeps the others from being compared; audits tell of what is damaged
        return None
    except Image.DecompressionBombError:
        return None
