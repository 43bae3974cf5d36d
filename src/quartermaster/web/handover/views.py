"""The list of hand-outs, one with what stands in the way, and its receipt."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse

from quartermaster.files.papers import PDF
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle import permits
from quartermaster.lifecycle.models import AwaitedEnrolment, Handover
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import HandoverState, Method, Place
from quartermaster.mdm.driver import is_managed
from quartermaster.web.custody.occasions import pictures_of
from quartermaster.web.handover.tables import TONES, AwaitedTable, HandoverTable
from quartermaster.web.links import accessory_address, device_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pages.base import Page

LIST = Crumb("Hand-outs", "/hand-outs/")


class HandoverFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in HandoverState],
        empty_label="Any",
        label="State",
    )


class Handouts(ListPage[Handover]):
    """What is ready to be signed for, and what was."""

    permit = permits.HANDOVER_VIEW
    title = "Hand-outs"
    lead = "A thing of the City's is a person's to use once they have signed for it."
    table_class = HandoverTable
    filters = HandoverFilters
    search = (
        "number",
        "holder__given_name",
        "holder__family_name",
        "items__device__asset_tag",
        "items__accessory__asset_tag",
    )
    search_hint = "Number, person or asset tag"
    empty = "Nothing was handed out here yet."
    noun = ("hand-out", "hand-outs")

    def rows(self) -> QuerySet[Handover]:
        return queries.handovers_visible_to(self.actor)

    def found(self, rows: QuerySet[Handover], words: str) -> QuerySet[Handover]:
        return super().found(rows, words).distinct()

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Make ready", "handover:new", permits.HANDOVER_PREPARE, look=""),
            Button("To be enrolled", "handover:awaited", permits.HANDOVER_PREPARE),
        )


class Awaited(ListPage[AwaitedEnrolment]):
    """What went out before it was enrolled, and is not yet (G-10)."""

    permit = permits.HANDOVER_PREPARE
    title = "To be enrolled"
    lead = "Handed out by an exception before they were enrolled; asked after until they are."
    table_class = AwaitedTable
    search = ("device__asset_tag", "item__handover__holder__family_name")
    search_hint = "Asset tag or holder"
    empty = "Nothing. Whatever went out is enrolled."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[AwaitedEnrolment]:
        return queries.awaited_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST,)


class Handout(DetailPage[Handover]):
    """One hand-out: its things, what stands in the way, and what was signed."""

    permit = permits.HANDOVER_VIEW
    thing = "hand-out"
    template_name = "handover/handout.html"

    def rows(self) -> QuerySet[Handover]:
        return queries.handovers_visible_to(self.actor)

    def heading(self) -> str:
        return self.object.number

    def crumbs(self) -> Sequence[Crumb]:
        return (LIST,)

    def state(self) -> Any:
        row = self.object
        return chip(HandoverState(row.state).label, tone=TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("For", row.holder.name, person_address(self.request, row.holder)),
            Fact("Department", row.department.name),
            Fact("Made ready", full_time(row.prepared_at), note=f"by {row.prepared_by}"),
        ]
        if row.closed_at is None:
            facts.append(Fact("To be signed until", full_time(row.expires_at)))
        else:
            facts.append(Fact("Over", full_time(row.closed_at), note=row.closing_reason))
        if row.method:
            facts.append(Fact("Signature", Method(row.method).label, note=Place(row.place).label))
        if row.attested_by:
            facts.append(
                Fact("Identification seen by", row.attested_by.name, note=row.identification)
            )
        if row.statement_digest:
            facts.append(Fact("What was signed (SHA-256)", row.statement_digest))
        if row.note:
            facts.append(Fact("Note", row.note))
        return facts

    @property
    def open(self) -> bool:
        return self.object.state == HandoverState.PREPARED

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        if row.receipt_id is not None:
            return (Button("Receipt (PDF)", "handover:receipt", permits.HANDOVER_VIEW, kwargs, ""),)
        if not self.open:
            return ()
        found = []
        if row.holder_id == self.actor.person_id:
            found.append(Button("Sign", "handover:sign", permits.HANDOVER_SIGN, kwargs, ""))
        else:
            found.append(
                Button("Sign at the desk", "handover:desk", permits.HANDOVER_ATTEST, kwargs, "")
            )
        return (
            *found,
            Button("Call off", "handover:cancel", permits.HANDOVER_PREPARE, kwargs, "secondary"),
        )

    def context(self) -> dict[str, Any]:
        row = self.object
        blocked = queries.obstacles(row, self.at) if self.open else []
        about = {found.item.pk: found.sentence for found in blocked if found.item is not None}
        prepares = self.open and reach(self.actor, permits.HANDOVER_PREPARE).everything
        waives = self.open and reach(self.actor, permits.HANDOVER_WAIVE).everything
        return {
            **super().context(),
            "problems": [found.sentence for found in blocked if found.item is None],
            "things": [
                {
                    "item": item,
                    "said": queries.described(item),
                    "address": self._address(item),
                    "problem": about.get(item.pk, ""),
                    "managed": item.device is not None and is_managed(item.device.platform),
                }
                for item in row.items.all()
            ],
            "prepares": prepares,
            "pictures": pictures_of(self.request, "handover", row.pk),
            "waives": waives,
        }

    def _address(self, item: Any) -> str:
        if item.device is not None:
            return device_address(self.request, item.device)
        return accessory_address(self.request, item.accessory_id)


class Receipt(Page):
    """The receipt as it was signed."""

    permit = permits.HANDOVER_VIEW

    def get(self, *_args: Any, key: UUID, **_kwargs: Any) -> HttpResponse:
        row = queries.handover_seen_by(self.actor, key)
        if row.receipt is None:
            raise NotFound("There is no receipt: nothing was signed for.")
        return HttpResponse(
            read_file(row.receipt.digest),
            content_type=PDF,
            headers={"Content-Disposition": f'attachment; filename="{row.receipt.name}"'},
        )
