"""Choosing out of an export while it waits: nothing is saved by it yet."""

import json
from dataclasses import asdict, replace
from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.records import sealing
from quartermaster.records.exports import (
    city_zone,
    conversation_of,
    key_of,
    look_of,
    saved_of,
    staged_visible_to,
    summary_of,
    threads_visible_to,
)
from quartermaster.records.models import StagedExport, StagedThread
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.reading.dates import Order
from quartermaster.records.reading.result import dumped
from quartermaster.records.reading.whatsapp import reordered
from quartermaster.records.rules.exports import Pick, chosen


def choose(*, thread_id: UUID, pick: Pick | None, actor: Actor, at: datetime) -> StagedThread:
    """Say what of a conversation is City business; None: nothing of it (G-5)."""
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    checked = pick.checked() if pick is not None else None
    with act(actor, at):
        thread = _thread_for_update(thread_id, actor, at)
        key = key_of(thread.export)
        sealed = None
        if checked is not None:
            conversation = conversation_of(thread, key)
            saved = [bool(one) for one in saved_of(conversation, thread.export.person_id)]
            if not chosen(conversation, checked, saved, city_zone()):
                raise InvalidInput("Nothing new would be chosen by this.", field="how")
            sealed = sealing.closed(checked.written(), key, f"pick/{thread.position}")
        StagedThread.objects.filter(id=thread.id).update(sealed_pick=sealed)
        thread.sealed_pick = sealed
    return thread


def say_order(*, export_id: UUID, order: Order, actor: Actor, at: datetime) -> StagedExport:
    """Say in which order the dates of an export stand, where it does not tell itself (G-5)."""
    require(actor, RECORD_SAVE, person_id=actor.person_id)
    with act(actor, at):
        export = export_for_update(export_id, actor, at)
        summary = summary_of(export)
        if order not in summary.question.get("orders", ()):
            raise InvalidInput("The dates are not written so.", field="order")
        key = key_of(export)
        for thread in export.threads.select_for_update(of=("self",)):
            conversation = reordered(conversation_of(thread, key), order, city_zone())
            thread.sealed_content = sealing.closed(
                dumped(conversation), key, f"thread/{thread.position}"
            )
            look = look_of(conversation, city_zone())
            thread.sealed_look = sealing.closed(look, key, f"look/{thread.position}")
            thread.sealed_pick = None
            thread.save(update_fields=["sealed_content", "sealed_look", "sealed_pick"])
        said = json.dumps(asdict(replace(summary, order=order.value))).encode()
        export.sealed_summary = sealing.closed(said, key, "summary")
        export.save(update_fields=["sealed_summary"])
    return export


def export_for_update(key: UUID, actor: Actor, at: datetime) -> StagedExport:
    """One's own export, locked until the transaction ends."""
    rows = staged_visible_to(actor, at).select_for_update(of=("self",))
    found = rows.filter(id=key).first()
    if found is None:
        raise NotFound("This export is no longer here: it was saved, cancelled, or its time is up.")
    return found


def _thread_for_update(key: UUID, actor: Actor, at: datetime) -> StagedThread:
    thread = threads_visible_to(actor, at).filter(id=key).first()
    if thread is None:
        raise NotFound("There is no such conversation in an export of yours.")
    export_for_update(thread.export_id, actor, at)
    thread.refresh_from_db()
    return thread
