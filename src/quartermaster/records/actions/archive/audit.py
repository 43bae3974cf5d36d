"""Auditing the archive: its log against the signatures, records and files against the log."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from functools import partial
from uuid import UUID

from django.conf import settings
from django.db.models import F

from quartermaster.files.models import StoredFile
from quartermaster.files.replication import Side, mend
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.telling import tell_custodians
from quartermaster.records.fixity import (
    Found,
    check_file,
    check_log,
    check_refused,
    check_stamps,
)
from quartermaster.records.models import (
    ArchiveAudit,
    ArchiveFault,
    ItemCheck,
    RecordItem,
    RefusedFile,
)
from quartermaster.records.permits import ARCHIVE_KEEP
from quartermaster.records.quarantine import waiting
from quartermaster.records.rules.archive import Fault
from quartermaster.records.rules.quarantine import RefusedState

_OF_FILES = (Fault.MISSING, Fault.DAMAGED, Fault.REMAINS, Fault.REPLICA)
_MENDED = (Fault.MISSING, Fault.DAMAGED)


def audit_archive(
    *, actor: Actor, at: datetime, files: int | None = None
) -> tuple[ArchiveAudit, Sequence[ArchiveFault]]:
    """Audit the whole log and some files, those first that were looked at longest ago (G-5).

    Where there is a replica, a file that is whole in one of the two is put right in the other.
    Returns the audit and what it found that was not known before; the custodians are told.
    """
    require(actor, ARCHIVE_KEEP)
    entries, found = check_log()
    found += check_stamps()
    mended: dict[UUID, Side] = {}
    items = _to_look_at(files if files is not None else settings.ARCHIVE_AUDIT_FILES)
    octets = 0
    with act(actor, at) as doing:
        for item in items:
            fault = _look_at(item, mended)
            octets += item.size
            if fault is not None:
                found.append(fault)
            whole = fault is None or item.id in mended
            ItemCheck.objects.update_or_create(
                item=item, defaults={"checked_at": at, "whole": whole}
            )
        refused, faults = _look_at_refused(mended)
        looked_at = [*(item.id for item in items), *refused]
        fresh = _keep([*found, *faults], looked_at, doing)
        _close_mended(mended, doing)
        audit = ArchiveAudit.objects.create(
            begun_at=at,
            entries=entries,
            files=len(items),
            octets=octets,
            faults=ArchiveFault.objects.filter(closed_at=None).count(),
        )
        doing.record("records.archive.audited", audit, entries=entries, faults=audit.faults)
        if fresh:
            _tell(fresh, audit, doing)
    return audit, fresh


def _look_at(item: RecordItem, mended: dict[UUID, Side]) -> Found | None:
    """What is wrong with a file of a record, and whether it was put right from the other store."""
    number = item.record.number if item.record else "no record"
    which = f"file {item.position} of {number}"
    return _looked(item.id, item.file, which, partial(check_file, item), mended)


def _look_at_refused(mended: dict[UUID, Side]) -> tuple[list[UUID], list[Found]]:
    """Which files in quarantine were looked at, or are there no longer, and what is wrong."""
    waits = waiting().select_related("file").order_by("id")[: settings.ARCHIVE_AUDIT_FILES]
    keys, found = [], []
    for one in waits:
        assert one.file is not None  # a constraint backs it
        which = "a file in quarantine"
        fault = _looked(one.id, one.file, which, partial(check_refused, one), mended)
        keys.append(one.id)
        found += [fault] if fault is not None else []
    open_ones = ArchiveFault.objects.filter(closed_at=None, kind__in=_OF_FILES)
    told = list(open_ones.values_list("subject", flat=True))
    decided = RefusedFile.objects.exclude(state=RefusedState.WAITING).filter(id__in=told)
    return [*keys, *decided.values_list("id", flat=True)], found


def _looked(
    key: UUID,
    file: StoredFile,
    which: str,
    check: Callable[[], Found | None],
    mended: dict[UUID, Side],
) -> Found | None:
    fault = check()
    copied = file.replicated_at is not None and file.destroyed_at is None
    if not copied or (fault is not None and fault.kind not in _MENDED):
        return fault
    side = mend(file.digest)
    if side is None:
        return fault
    if side is Side.REPLICA:
        mended[key] = side
        said = f"The replica of {which} was not what was stored."
        return Found(Fault.REPLICA, str(key), said)
    if check() is None:
        mended[key] = side
    return fault


def _close_mended(mended: dict[UUID, Side], doing: Act) -> None:
    """Each repair is on record, and what was found is closed."""
    for key, side in mended.items():
        rows = ArchiveFault.objects.filter(subject=str(key), closed_at=None, kind__in=_OF_FILES)
        for row in rows:
            doing.record("records.archive.repaired", row, kind=row.kind, put_right=side.value)
        rows.update(closed_at=doing.at)


def _to_look_at(most: int) -> list[RecordItem]:
    rows = RecordItem.objects.exclude(record=None).select_related("record", "file")
    order = F("check_of__checked_at").asc(nulls_first=True)
    broken = rows.filter(check_of__whole=False)
    others = rows.exclude(check_of__whole=False).order_by(order, "id")
    return [*broken, *others[:most]]


def _keep(found: Iterable[Found], looked_at: Sequence[UUID], doing: Act) -> list[ArchiveFault]:
    """Open what is new, and close what is not found any longer where it was looked for."""
    still: set[tuple[str, str]] = set()
    fresh = []
    for fault in found:
        key = (fault.kind.value, fault.subject)
        if key in still:
            continue
        still.add(key)
        row, made = ArchiveFault.objects.get_or_create(
            kind=key[0],
            subject=key[1],
            closed_at=None,
            defaults={"said": fault.said[:300], "found_at": doing.at, "seen_at": doing.at},
        )
        if made:
            fresh.append(row)
            doing.record("records.archive.fault-found", row, kind=row.kind, subject=row.subject)
        else:
            ArchiveFault.objects.filter(id=row.id).update(seen_at=doing.at)
    whole = {str(key) for key in looked_at}
    for row in ArchiveFault.objects.filter(closed_at=None):
        of_file = row.kind in _OF_FILES
        if (row.kind, row.subject) not in still and (not of_file or row.subject in whole):
            ArchiveFault.objects.filter(id=row.id).update(closed_at=doing.at)
            doing.record("records.archive.fault-closed", row, kind=row.kind, subject=row.subject)
    return fresh


def _tell(fresh: Sequence[ArchiveFault], audit: ArchiveAudit, doing: Act) -> None:
    tell_custodians(
        "records/archive/faults",
        audit,
        doing,
        link="/records/archive/",
        key=f"records.archive/{audit.id}",
        faults=fresh[:20],
        count=len(fresh),
        left=audit.faults,
    )
