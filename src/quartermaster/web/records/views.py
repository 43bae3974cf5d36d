"""Finding records: one's own, and all of them for the custodian; one with its receipt."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from quartermaster.kernel.permits import reach
from quartermaster.records import capture
from quartermaster.records.actions import capture as actions
from quartermaster.records.models import Record, RecordItem
from quartermaster.records.permits import ANNOUNCEMENT_VIEW, RECORD_SAVE, RECORD_VIEW
from quartermaster.records.quarantine_permits import REFUSED_VIEW
from quartermaster.records.reading.result import MEDIA_TYPE
from quartermaster.records.rules.capture import Residue, Source
from quartermaster.records.rules.content import SHOWN
from quartermaster.records.search import beside
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.quarantine import of_ones_own
from quartermaster.web.records.saving import RECORDS
from quartermaster.web.records.tables import RESIDUES, RecordTable

# a file of a record is shown alone, and nothing in it runs
SANDBOX = "default-src 'none'; sandbox; frame-ancestors 'none'"


class RecordFilters(Filters):
    """By kind, by what is left on the device, by day."""

    source = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in Source], empty_label="Any", label="Kind"
    )
    residue = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in Residue],
        empty_label="Any",
        label="On the device",
    )


class Records(ListPage[Record]):
    """The records that the actor may see (G-5)."""

    permit = RECORD_VIEW
    title = "Records"
    table_class = RecordTable
    filters = RecordFilters
    search = ("about",)
    search_hint = "Words, “a phrase”, a name or a number"
    empty = "No record was saved yet."
    noun = ("record", "records")

    def heading(self) -> str:
        return "Records" if reach(self.actor, RECORD_VIEW).everything else RECORDS

    def rows(self) -> QuerySet[Record]:
        rows = capture.with_counts(capture.records_visible_to(self.actor))
        return rows.order_by("-saved_at", "-number")

    def found(self, rows: QuerySet[Record], words: str) -> QuerySet[Record]:
        return capture.matching(rows, words)

    def buttons(self) -> Sequence[Button]:
        buttons = (
            Button("Save a record", "records:save", RECORD_SAVE, look=""),
            Button("Search in them", "records:search", RECORD_VIEW),
            Button("Still on devices", "records:lying", ANNOUNCEMENT_VIEW),
        )
        if not of_ones_own(self.actor).exists():
            return buttons
        return (*buttons, Button("Not taken", "records:refused-files", REFUSED_VIEW))


class RecordPage(DetailPage[Record]):
    """One record: the receipt, its files, what is left on the device (G-5, C-2)."""

    permit = RECORD_VIEW
    thing = "record"
    kind = "record"
    template_name = "records/record.html"

    def rows(self) -> QuerySet[Record]:
        return capture.records_visible_to(self.actor)

    def heading(self) -> str:
        return self.object.number

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records", reverse("records:records")),)

    def state(self) -> Any:
        record = self.object
        return chip(record.get_residue_display(), tone=RESIDUES[record.residue])

    def facts(self) -> Sequence[Fact]:
        record = self.object
        device = record.device
        facts = [
            Fact("About", record.about),
            Fact("With", record.with_whom),
            Fact("When it was", full_date(record.happened_on)),
            Fact("Kind", record.get_source_display(), note=record.account),
            Fact("Saved", full_time(record.saved_at)),
            Fact("Saved by", record.author.name, person_address(self.request, record.author)),
            Fact(
                "Device",
                device.asset_tag if device else "Not named",
                device_address(self.request, device) if device else "",
            ),
            self._left(),
        ]
        if record.note:
            facts.insert(3, Fact("Note", record.note))
        return facts

    def _left(self) -> Fact:
        record = self.object
        said = f"Said on {full_time(record.residue_said_at)}"
        if record.residue_by:
            said += f"; to be deleted there by {full_date(record.residue_by)}"
        return Fact("On the device", record.get_residue_display(), note=said)

    def buttons(self) -> Sequence[Button]:
        record = self.object
        own = record.author_id == self.actor.person_id
        if not own or record.residue != Residue.STAYS:
            return ()
        return (
            Button("It is deleted there now", "records:gone", RECORD_SAVE, {"key": record.pk}, ""),
        )

    def context(self) -> dict[str, Any]:
        items = list(self.object.items.select_related("text_work").order_by("position"))
        shown = {item.pk for item in items if item.media_type in SHOWN}
        return {
            **super().context(),
            "items": [(item, item.pk in shown, getattr(item, "text_work", None)) for item in items],
            "own": self.object.author_id == self.actor.person_id,
            "talk": any(item.media_type == MEDIA_TYPE for item in items),
            "texts": beside.texts_of(self.actor, self.object),
            "thread": beside.thread_of(self.actor, self.object),
            "alike": beside.alike_to(self.actor, self.object),
        }


class Item(OneRow[RecordItem]):
    """One file of a record, as it came."""

    permit = RECORD_VIEW
    thing = "file"

    def rows(self) -> QuerySet[RecordItem]:
        return capture.items_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        item, pieces = actions.read_item(item_id=self.object.pk, actor=self.actor, at=self.at)
        inline = item.media_type in SHOWN and "show" in self.request.GET
        kind = item.media_type if inline else "application/octet-stream"
        answer = StreamingHttpResponse(pieces, content_type=kind)
        answer["Content-Length"] = str(item.size)
        answer["Content-Security-Policy"] = SANDBOX
        named = content_disposition_header(as_attachment=not inline, filename=item.name)
        answer["Content-Disposition"] = named or "attachment"
        return answer  # type: ignore[return-value]  # a stream answers like the others


class Gone(ActPage[Record]):
    """Say that nothing is left on the device (C-2)."""

    permit = RECORD_SAVE
    thing = "record"
    title = "Nothing is left on the device"
    sentence = "{} is saved, and you have deleted it on the device."
    submit = "Nothing is left"
    done = "Thank you. It is on record."

    def rows(self) -> QuerySet[Record]:
        rows = capture.records_visible_to(self.actor)
        return rows.filter(author_id=self.actor.person_id)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("records:record", kwargs={"key": self.object.pk})
        return (
            Crumb("Records", reverse("records:records")),
            Crumb(self.object.number, address),
        )

    def act(self, form: Any) -> Record:  # noqa: ARG002 (the form only confirms)
        return actions.confirm_gone(record_id=self.object.pk, actor=self.actor, at=self.at)
