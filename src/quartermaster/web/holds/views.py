"""The custodian's pages: all holds, and one with everybody under it."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from quartermaster.inventory.queries import devices_visible_to
from quartermaster.records import holds
from quartermaster.records.models import Hold, HoldKeeper
from quartermaster.records.permits import HOLD_MANAGE, HOLD_VIEW
from quartermaster.records.rules.holds import HoldState, KeeperState
from quartermaster.web.holds.tables import HOLDS, KEEPERS, HoldTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, full_date, full_time, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage

LIVE = Q(keepers__released_at=None)


class HoldFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in HoldState], empty_label="Any"
    )


class Holds(ListPage[Hold]):
    """The legal holds."""

    permit = HOLD_VIEW
    title = "Legal holds"
    lead = (
        "What a hold names is kept: nothing of the people under it is erased, disposed of or"
        " closed without you. That there is a hold is confidential."
    )
    table_class = HoldTable
    filters = HoldFilters
    search = ("number", "versions__matter", "keepers__person__family_name")
    search_hint = "Number, matter or family name"
    empty = "No hold was opened."
    noun = ("hold", "holds")

    def rows(self) -> QuerySet[Hold]:
        rows = holds.holds_visible_to(self.actor)
        return rows.annotate(
            live_count=Count("keepers", filter=LIVE, distinct=True),
            asked_count=Count("keepers", filter=Q(keepers__state=KeeperState.ASKED), distinct=True),
        )

    def found(self, rows: QuerySet[Hold], words: str) -> QuerySet[Hold]:
        keys = super().found(holds.holds_visible_to(self.actor), words).values("id")
        return rows.filter(id__in=keys)

    def buttons(self) -> Sequence[Button]:
        return (Button("Open a hold", "holds:open", HOLD_MANAGE, look=""),)


class _Line:
    """One person under a hold, as the page shows them."""

    def __init__(self, page: "HoldPage", keeper: HoldKeeper, devices: Sequence[Any]) -> None:
        self.keeper, self.devices = keeper, devices
        self.address = person_address(page.request, keeper.person)
        self.mark = chip(keeper.get_state_display(), tone=KEEPERS[keeper.state])
        said = max(keeper.acknowledgements.all(), key=lambda item: item.made_at, default=None)
        self.said = when(said.made_at) if said else ""
        self.note = self._note(keeper)

    @staticmethod
    def _note(keeper: HoldKeeper) -> str:
        if keeper.state == KeeperState.RELEASED:
            return f"Released by {keeper.released_by or 'the house'}: {keeper.release_reason}"
        parts = []
        if keeper.reminders:
            parts.append(f"{keeper.reminders} reminders")
        if keeper.escalated_at:
            parts.append("escalated")
        if keeper.person.separated_on:
            parts.append("leaves or left the City's service")
        return ", ".join(parts)


class HoldPage(DetailPage[Hold]):
    """One hold: its words, the people under it, what each holds and said."""

    permit = HOLD_VIEW
    thing = "hold"
    template_name = "holds/hold.html"

    def rows(self) -> QuerySet[Hold]:
        return holds.holds_visible_to(self.actor)

    def heading(self) -> str:
        return f"{self.object.number}: {self.object.terms.matter}"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Legal holds", reverse("holds:holds")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=HOLDS[self.object.state])

    def facts(self) -> Sequence[Fact]:
        hold, terms = self.object, self.object.terms
        places = ", ".join(hold.departments.values_list("name", flat=True))
        until = f" until {full_date(terms.until)}" if terms.until else " on"
        facts = [
            Fact("Why", terms.reason, note="Not read by the people under the hold."),
            Fact("Span", f"From {full_date(terms.since)}{until}"),
            Fact("Departments", places or "None: people by name"),
            Fact("Legal contact", terms.legal_contact),
            Fact("Opened", full_time(hold.opened_at), note=f"by {hold.opened_by or 'the house'}"),
        ]
        if hold.released_at:
            who = f"by {hold.released_by}: {hold.release_reason}"
            facts.append(Fact("Released", full_time(hold.released_at), note=who))
        return facts

    def buttons(self) -> Sequence[Button]:
        if self.object.state != HoldState.OPEN:
            return ()
        key = {"key": self.object.pk}
        return (
            Button("Change the words", "holds:amend", HOLD_MANAGE, key),
            Button("Add people", "holds:add", HOLD_MANAGE, key),
            Button("Release the hold", "holds:release", HOLD_MANAGE, key, "secondary"),
        )

    def context(self) -> dict[str, Any]:
        rows = holds.keepers_visible_to(self.actor).filter(hold=self.object)
        keepers = list(rows.prefetch_related("acknowledgements"))
        held = holds.devices_of(keepers)
        seen = set(devices_visible_to(self.actor).values_list("id", flat=True))
        lines = [
            _Line(
                self,
                keeper,
                [(item, item.pk in seen) for item in held.get(keeper.id, ())],
            )
            for keeper in keepers
        ]
        live = [line for line in lines if line.keeper.state != KeeperState.RELEASED]
        asked = [line for line in live if line.keeper.state == KeeperState.ASKED]
        versions = sorted(self.object.versions.all(), key=lambda item: item.number)
        return {
            **super().context(),
            "terms": self.object.terms,
            "lines": [*asked, *(line for line in lines if line not in asked)],
            "live": len(live),
            "acknowledged": len(live) - len(asked),
            "earlier": versions[:-1],
        }
