"""Taking an export in: read at once in a process of its own, sealed, and kept for a few hours."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import BinaryIO

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files.opening.confined import MEGABYTE, Unfit
from quartermaster.files.rules import safe_name
from quartermaster.files.stores import chunks_of
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import sealing
from quartermaster.records.errors import ExportUnfit, NotTaken
from quartermaster.records.exports import city_zone, look_of
from quartermaster.records.models import StagedExport, StagedFile, StagedThread
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.reading.asking import Found, Report, conversations
from quartermaster.records.reading.result import loaded
from quartermaster.records.rules.exports import MOST_STAGED


def take_export(*, content: BinaryIO, name: str, actor: Actor, at: datetime) -> StagedExport:
    """Read an export and keep it sealed for its owner to choose out of it (G-5).

    The file itself is not kept; what was read of it is, under a key that goes with it.

    Raises:
        NotTaken: it is too large.
        ExportUnfit: it is no export that is known, or it is damaged or hostile.
    """
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    assert actor.person_id is not None  # the permit reaches people alone
    digest, size = _measured(content)
    waiting = StagedExport.objects.filter(person_id=actor.person_id, due_at__gt=at)
    if (known := waiting.filter(digest=digest).first()) is not None:
        return known
    if waiting.count() >= MOST_STAGED:
        raise Conflict(f"{MOST_STAGED} exports wait already. Choose out of them first.")
    secret, report = sealing.new_key(), Report()
    with act(actor, at) as doing:
        StagedExport.objects.filter(person_id=actor.person_id, digest=digest).delete()
        export = StagedExport(
            id=new_id(), person_id=actor.person_id, digest=digest, size=size, arrived_at=at
        )
        export.due_at = at + timedelta(hours=settings.EXPORT_HOURS)
        export.sealed_key = sealing.wrap(secret, export.id)
        export.sealed_summary = b""
        export.save(force_insert=True)
        found = conversations(
            content,
            name=safe_name(name),
            today=localdate(at),
            zone=settings.TIME_ZONE,
            largest=settings.RECORD_LARGEST_MB * MEGABYTE,
            report=report,
        )
        try:
            threads = sum(_keep(export, secret, one) for one in found)
        except Unfit as problem:
            raise ExportUnfit(str(problem), field="export") from problem
        if not threads:
            raise ExportUnfit("There is no message in it.", field="export")
        _summarise(export, secret, safe_name(name), report)
        doing.record("records.export.taken", export, size=size)
    return export


def _measured(content: BinaryIO) -> tuple[str, int]:
    sha, size = hashlib.sha256(), 0
    content.seek(0)
    for chunk in chunks_of(content):
        size += len(chunk)
        if size > settings.EXPORT_LARGEST_MB * MEGABYTE:
            raise NotTaken(
                f"It is larger than {settings.EXPORT_LARGEST_MB} MB. Export one conversation alone,"
                " or without its media.",
                field="export",
            )
        sha.update(chunk)
    content.seek(0)
    return sha.hexdigest(), size


def _keep(export: StagedExport, secret: bytes, found: Found) -> int:
    """Seal one piece; whether it was a conversation."""
    if found.digest:
        StagedFile.objects.create(
            export=export,
            digest=found.digest,
            sealed_content=sealing.closed(found.content, secret, f"file/{found.digest}"),
        )
        return 0
    position = export.threads.count() + 1
    look = look_of(loaded(found.content)[0], city_zone())
    StagedThread.objects.create(
        export=export,
        position=position,
        sealed_look=sealing.closed(look, secret, f"look/{position}"),
        sealed_content=sealing.closed(found.content, secret, f"thread/{position}"),
    )
    return 1


def _summarise(export: StagedExport, secret: bytes, name: str, report: Report) -> None:
    said = {
        "name": name,
        "faults": [(one.where, one.why) for one in report.faults],
        "more_faults": report.more_faults,
        "question": report.question,
        "order": "",
    }
    summary = sealing.closed(json.dumps(said).encode(), secret, "summary")
    StagedExport.objects.filter(id=export.id).update(sealed_summary=summary)
    export.sealed_summary = summary
