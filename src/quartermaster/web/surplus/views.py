"""Lots and write-offs: the lists, and one lot."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_tables2 import Column

from quartermaster.kernel import money
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.models import SurplusLot, WriteOff
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.disposals import LotState
from quartermaster.web.guard import may_open
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import (
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.returns.views import as_download

TONES = {"collecting": "info", "approved": "warning", "disposed": "good", "cancelled": "neutral"}
WRITE_OFFS = {"asked": "warning", "approved": "neutral", "refused": "info"}


class LotTable(Table):
    number = LinkColumn("surplus:lot", verbose_name="Lot")
    title = Column(verbose_name="What")
    state = ChipColumn(TONES)
    way = Column(verbose_name="What was done")
    document = Column(verbose_name="Document")
    opened_at = WhenColumn(verbose_name="Begun")

    class Meta(Table.Meta):
        model = SurplusLot
        fields = ()


class WriteOffTable(Table):
    device = LinkColumn(
        "surplus:decide",
        accessor="device__asset_tag",
        verbose_name="Device",
        order_by="device__asset_tag",
    )
    kind = Column(verbose_name="Why")
    state = ChipColumn(WRITE_OFFS)
    asked_by = Column(
        accessor="asked_by__name", verbose_name="Asked by", order_by="asked_by__family_name"
    )
    asked_at = WhenColumn(verbose_name="Asked")
    decided_at = WhenColumn(verbose_name="Decided")

    def render_device(self, value: str, record: WriteOff) -> str:
        """It leads to the decision, for who may decide."""
        if not may_open(self.request.actor, permits.WRITE_OFF_DECIDE):
            return value
        column: LinkColumn = self.columns["device"].column
        return column.render(value, record)

    class Meta(Table.Meta):
        model = WriteOff
        fields = ()


class Lots(ListPage[SurplusLot]):
    """The surplus lots (C-3)."""

    permit = permits.SURPLUS_VIEW
    title = "Surplus lots"
    lead = "The only way by which City property leaves: sanitised, approved, and by the office."
    table_class = LotTable
    search = ("number", "title", "document")
    search_hint = "Number, title or document"
    empty = "There is no lot yet."
    noun = ("lot", "lots")

    def rows(self) -> QuerySet[SurplusLot]:
        return queries.lots_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Begin a lot", "surplus:new", permits.SURPLUS_MANAGE, look=""),)


class WriteOffs(ListPage[WriteOff]):
    """What was written off, or is to be."""

    permit = permits.SURPLUS_VIEW
    title = "Write-offs"
    table_class = WriteOffTable
    search = ("device__asset_tag", "police_number")
    search_hint = "Asset tag or police report"
    empty = "Nothing was written off."
    noun = ("write-off", "write-offs")

    def rows(self) -> QuerySet[WriteOff]:
        return queries.write_offs_visible_to(self.actor)


class LotPage(DetailPage[SurplusLot]):
    """One lot with its devices and what they brought."""

    permit = permits.SURPLUS_VIEW
    thing = "lot"
    template_name = "surplus/lot.html"

    def rows(self) -> QuerySet[SurplusLot]:
        return queries.lots_visible_to(self.actor)

    def heading(self) -> str:
        return f"{self.object.number}, {self.object.title}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Surplus lots", reverse("surplus:lots")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        lot = self.object
        facts = [Fact("Begun", full_time(lot.opened_at), note=f"By {lot.opened_by}")]
        if lot.approved_at:
            facts.append(Fact("Approved", full_time(lot.approved_at), note=f"By {lot.approved_by}"))
        if lot.disposed_on:
            facts.append(Fact(lot.get_way_display(), full_date(lot.disposed_on)))
            facts.append(Fact("Document of the surplus office", lot.document))
            facts.append(Fact("Proceeds", money.dollars(lot.proceeds_cents or 0)))
        if lot.closing:
            facts.append(Fact("Why", lot.closing))
        return facts

    def buttons(self) -> Sequence[Button]:
        lot, kwargs = self.object, {"key": self.object.pk}
        manage = permits.SURPLUS_MANAGE
        offered = {
            LotState.COLLECTING: [
                Button("Put a device in", "surplus:add", manage, kwargs, ""),
                Button("Put an accessory in", "surplus:add-accessory", manage, kwargs),
                Button("Approve it", "surplus:approve", permits.SURPLUS_APPROVE, kwargs),
                Button("Call it off", "surplus:cancel", manage, kwargs, "secondary"),
            ],
            LotState.APPROVED: [
                Button("Enter what was done", "surplus:dispose", manage, kwargs, ""),
                Button("Reopen it", "surplus:reopen", manage, kwargs),
            ],
            LotState.DISPOSED: [
                Button("Certificate (PDF)", "surplus:certificate", permits.SURPLUS_VIEW, kwargs)
            ],
        }
        found = offered.get(LotState(lot.state), [])
        own = lot.opened_by_id == self.actor.person_id
        return [item for item in found if not (own and item.url_name == "surplus:approve")]

    def context(self) -> dict[str, Any]:
        lot = self.object
        lines = lot.lines.select_related("device__model", "accessory", "department", "sanitisation")
        return {
            **super().context(),
            "lot": lot,
            "lines": list(lines),
            "change": lot.state == LotState.COLLECTING,
        }


class LotCertificate(LotPage):
    """The paper of a lot."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return as_download(self.object.certificate)
