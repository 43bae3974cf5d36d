"""Samples of exports: one of Ana's that waits, and a conversation that she saved."""

import io

from quartermaster.records.actions import exports
from quartermaster.records.actions.exports.saving import Left
from quartermaster.records.capture import under_hold
from quartermaster.records.models import StagedExport
from quartermaster.records.rules.capture import Residue
from tests.factories.exports import ALL, around, backup, sms, waiting
from tests.web.samples import sample


@sample("records:export", "records:export-save", "records:export-cancel")
def export(cast, at):
    found = StagedExport.objects.first() or waiting(cast, at)
    return {"key": found.pk}


@sample("records:export-thread")
def thread(cast, at):
    return {"key": StagedExport.objects.get(pk=export(cast, at)["key"]).threads.first().pk}


@sample("records:export-file")
def file(cast, at):
    found = StagedExport.objects.get(pk=export(cast, at)["key"])
    return {"key": found.pk, "digest": found.files.get().digest}


@sample("records:conversation")
def conversation(cast, at):
    ana = cast.acting(cast.ana)
    content = backup(sms("Valve found", around(22)))
    made = exports.take_export(content=io.BytesIO(content), name="one.xml", actor=ana, at=at)
    exports.choose(thread_id=made.threads.get().id, pick=ALL, actor=ana, at=at)
    residue = Residue.HELD if under_hold(cast.ana.id) else Residue.GONE
    (record,) = exports.save_chosen(export_id=made.id, left=Left(residue), actor=ana, at=at)
    return {"key": record.pk}
