"""Auditing the archive: its log against the signatures, records and files against the log."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import F

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify.actions import send
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.records.fixity import Found, check_file, check_log
from quartermaster.records.models import ArchiveAudit, ArchiveFault, ItemCheck, RecordItem
from quartermaster.records.permits import ARCHIVE_KEEP
from quartermaster.records.rules.archive import Fault

_OF_FILES = (Fault.MISSING, Fault.DAMAGED, Fault.REMAINS)


def audit_archive(
    *, actor: Actor, at: datetime, files: int | None = None
) -> tuple[ArchiveAudit, Sequence[ArchiveFault]]:
    """Audit the whole log and some files, those first that were looked at longest ago (G-5).

    Returns the audit and what it found that was not known before; the custodians are told.
    """
    require(actor, ARCHIVE_KEEP)
    entries, found = check_log()
    items = _to_look_at(files if files is not None else settings.ARCHIVE_AUDIT_FILES)
    octets = 0
    with act(actor, at) as doing:
        for item in items:
            fault = check_file(item)
            octets += item.size
            if fault is not None:
                found.append(fault)
            ItemCheck.objects.update_or_create(
                item=item, defaults={"checked_at": at, "whole": fault is None}
            )
        fresh = _keep(found, [item.id for item in items], doing)
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
    for person in people_with_role(Role.CUSTODIAN, doing.at).order_by("number"):
        send(
            template="records/archive/faults",
            to=person.email,
            name=person.name,
            context={
                "faults": fresh[:20],
                "count": len(fresh),
                "link": f"{settings.WEB_URL}/records/archive/",
            },
            key=f"records.archive/{audit.id}/{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=audit,
        )
