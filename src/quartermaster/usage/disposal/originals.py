"""Carriers' files that were refused, under the schedule: nobody knows whether calls are in them.

What was taken in goes with the detail that was in it: `forgetting`.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.jobs.acts import Act
from quartermaster.kernel.worded import values
from quartermaster.records.actions.retention import put_under
from quartermaster.records.disposables import Disposable, Facts
from quartermaster.records.models import DisposalEntry
from quartermaster.usage.disposal import detail, holding
from quartermaster.usage.disposal.common import LONGEST_LABEL, not_yet_under
from quartermaster.usage.disposal.forgetting import destroy_key
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.rules.imports import FileState

KIND = "usage.file"
NOT_OVER = "It was read again since: its key goes with the detail that was in it."
HELD = "Nobody knows whose calls are in it, and somebody under a legal hold had a line by then."
_REFUSED = values({FileState.REFUSED, FileState.STOPPED})


def keep_refused(doing: Act, limit: int) -> int:
    """Put files that were refused or stopped under the schedule; how many (G-9, C-2)."""
    rows = CarrierFile.objects.filter(state__in=_REFUSED).exclude(sealed_key=None)
    found = not_yet_under(rows, KIND, "finished_at", limit)
    for file in found:
        assert file.finished_at is not None  # by a constraint of what is refused
        put_under(
            kind=KIND,
            subject_id=file.id,
            label=f"Refused file {file.name}"[:LONGEST_LABEL],
            source=detail.KIND,  # it falls due as the detail would
            made_on=localdate(file.finished_at),
            doing=doing,
        )
    return len(found)


def kept(file_ids: Collection[UUID], at: datetime) -> dict[UUID, str]:
    """Which must stay: what was read again since, and what may be of people under a hold (G-2)."""
    found: dict[UUID, str] = {}
    for file in CarrierFile.objects.filter(id__in=file_ids).exclude(sealed_key=None):
        last = localdate(file.received_at)
        first = file.cycle_from or last.replace(year=last.year - 1, day=1)
        if file.state not in _REFUSED:
            found[file.id] = NOT_OVER
        elif said := holding.reached(first, last, at):
            found[file.id] = said
        elif holding.lines_held(first, last).exists():
            found[file.id] = HELD
    return found


def facts_of(file_id: UUID) -> Facts:
    """The digest of the file as it came."""
    file = CarrierFile.objects.get(id=file_id)
    return Facts(f"usage-file/{file.id}", file.digest)


def destroy_refused(file_id: UUID, entry: DisposalEntry, doing: Act) -> None:
    """Destroy the key of a file that was refused, and its sealed bytes (G-9, C-2)."""
    file = CarrierFile.objects.select_for_update(of=("self",)).get(id=file_id)
    destroy_key(file, doing, destruction=entry.number)


ORIGINALS = Disposable(
    kind=KIND,
    title="Carriers' files that were refused",
    kept=kept,
    facts=facts_of,
    end=destroy_refused,
    address="imports:file",
)
