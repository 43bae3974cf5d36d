"""Taking the files whose text is due: each claimed, read in a process of its own, its text kept."""

import json
import shutil
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.opening import confined
from quartermaster.files.opening.confined import Unfit
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import texts
from quartermaster.records.contents import content_of
from quartermaster.records.errors import RecordDamaged
from quartermaster.records.models import RecordItem, TextWork
from quartermaster.records.permits import RECORD_KEEP
from quartermaster.records.reading.texts import BOUNDS
from quartermaster.records.rules.text_work import CLAIM, TEXT_WORK, next_try, outcome
from quartermaster.records.rules.texts import TextKind

_WORKER = "quartermaster.records.reading.text_worker"


def tool() -> str:
    """Where tesseract is; empty where it is not installed."""
    return shutil.which("tesseract") or ""


def read_due(*, actor: Actor, at: datetime, limit: int = 20) -> int:
    """Read the text of files that wait for it; how many were taken (G-5)."""
    require(actor, RECORD_KEEP)
    taken = 0
    while taken < limit and (work := _claim(at)) is not None:
        taken += 1
        _read(work, at)
    return taken


def wake_unread(*, actor: Actor, at: datetime) -> int:
    """Where tesseract was installed since, have what it was missing for read anew (G-5)."""
    require(actor, RECORD_KEEP)
    if not tool():
        return 0
    step = TEXT_WORK.transitions["find the tool"]
    rows = TextWork.objects.filter(state__in=sorted(step.sources))
    return rows.update(state=step.target, due_at=at, attempts=0, reason="")


def _claim(at: datetime) -> TextWork | None:
    """One that is due and that no other worker has, for as long as reading may take."""
    with transaction.atomic():
        rows = TextWork.objects.select_for_update(skip_locked=True, of=("self",))
        free = Q(locked_until=None) | Q(locked_until__lte=at)
        work = rows.filter(free, state="waiting", due_at__lte=at).order_by("due_at", "id").first()
        if work is None:
            return None
        work.attempts += 1
        work.locked_until = at + CLAIM
        work.save(update_fields=["attempts", "locked_until"])
    return work


@dataclass
class _Text:
    pieces: list[tuple[TextKind, str]]
    missed: int = 0
    inside: int = 0

    @property
    def told(self) -> str:
        """What of it is not found by its text."""
        if not self.inside:
            return ""
        files = "one file in it was" if self.inside == 1 else f"{self.inside:,} files in it were"
        return f"{files} not read"


def _read(work: TextWork, at: datetime) -> None:
    item = RecordItem.objects.select_related("file").filter(id=work.item_id).first()
    if item is None or item.record_id is None:
        return  # it was destroyed in between
    try:
        found = _asked(item)
    except Unfit as problem:
        # what cannot be opened today cannot tomorrow; what was killed for its hunger might
        _end(work, "give up", str(problem), at)
    except (RecordDamaged, FileDamaged, FileMissing, OSError) as problem:
        again = next_try(work.attempts, at)
        if again is None:
            _end(work, "give up", str(problem), at)
        else:
            TextWork.objects.filter(id=work.id).update(due_at=again, locked_until=None)
    else:
        _keep(work, item, found, at)


def _asked(item: RecordItem) -> _Text:
    found = _Text([])
    with confined.in_memory(content_of(item)) as content:
        answers = confined.frames(
            _WORKER, "texts", content, BOUNDS, media_type=item.media_type, tool=tool()
        )
        for said, made in answers:
            if said.get("missed"):
                missed = json.loads(made)
                found.missed, found.inside = int(missed["tool"]), int(missed["inside"])
            else:
                found.pieces.append((TextKind(said["kind"]), made.decode("utf-8", "replace")))
    return found


def _keep(work: TextWork, item: RecordItem, found: _Text, at: datetime) -> None:
    assert item.record_id is not None  # it was asked for
    kinds = {kind for kind, text in found.pieces if text.strip()}
    with transaction.atomic():
        # a record that is being destroyed is waited for: its text does not come after it
        if not RecordItem.objects.select_for_update(of=("self",)).filter(id=item.id).exists():
            return
        texts.keep_texts(record_id=item.record_id, file_id=item.id, texts=found.pieces)
        _end(work, outcome(texts=len(kinds), missed=found.missed), found.told, at)


def _end(work: TextWork, verb: str, reason: str, at: datetime) -> None:
    step = TEXT_WORK.transitions[verb]
    TextWork.objects.filter(id=work.id, state__in=sorted(step.sources)).update(
        state=step.target, reason=reason[:200], due_at=None, locked_until=None, read_at=at
    )
