"""The list of recoveries, and one with what is owed, the letters and what happened."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.permits import Permit, reach
from quartermaster.lifecycle import recovery_permits as permits
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.actions.recoveries.settling import may_confirm
from quartermaster.lifecycle.models import Recovery, RecoveryCharge, RecoveryItem, RecoveryLetter
from quartermaster.lifecycle.queries import recoveries as queries
from quartermaster.lifecycle.rules.recoveries import (
    BEGUN,
    LIVE_RECOVERIES,
    MAY_BE_LET_GO,
    RECOVERY,
    ItemKind,
    OwedState,
    RecoveryState,
)
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time, money, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.recoveries.story import story_of
from quartermaster.web.recoveries.tables import OWED_TONES, TONES, RecoveryTable

_STATES = [("all", "All"), *((state.value, state.label) for state in RecoveryState)]


class RecoveryFilters(Filters):
    """By state: what is not closed, unless another is chosen."""

    state = django_filters.ChoiceFilter(
        choices=_STATES, empty_label="Not closed", label="State", method="by_state"
    )

    def by_state(self, rows: QuerySet[Recovery], _name: str, value: str) -> QuerySet[Recovery]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Recovery]) -> QuerySet[Recovery]:
        rows: QuerySet[Recovery] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state__in=LIVE_RECOVERIES)


class Recoveries(ListPage[Recovery]):
    """People who left, or are going to, and still have something (C-4)."""

    permit = permits.RECOVERY_VIEW
    title = "Leavers"
    lead = "Who left the City's service, or is going to, and what they still have."
    table_class = RecoveryTable
    filters = RecoveryFilters
    search = ("person__given_name", "person__family_name", "person__number", "department__name")
    search_hint = "Name, number or department"
    empty = "Nobody who left has anything that you may see."
    noun = ("person", "people")

    def rows(self) -> QuerySet[Recovery]:
        return queries.recoveries_visible_to(self.actor)


@dataclass(frozen=True)
class Line:
    """One thing or charge on the page, with what may be done about it."""

    thing: RecoveryItem | RecoveryCharge
    state: Any
    address: str
    buttons: Sequence[Button]


class RecoveryPage(DetailPage[Recovery]):
    """One recovery."""

    permit = permits.RECOVERY_VIEW
    thing = "recovery"
    template_name = "recoveries/recovery.html"

    def rows(self) -> QuerySet[Recovery]:
        return queries.recoveries_visible_to(self.actor)

    def heading(self) -> str:
        return self.object.person.name

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Leavers", reverse("recoveries:recoveries")),)

    def state(self) -> Any:
        return chip(RecoveryState(self.object.state).label, tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        case = self.object
        owed = queries.charges_owed(case)
        facts = [
            Fact("Person", case.person.number, person_address(self.request, case.person)),
            Fact("Department", case.department.name),
            Fact("Last day", when(case.separated_on)),
            Fact("Things due", str(case.things_due)),  # type: ignore[attr-defined]
            Fact("Charges owed", money(owed)),
        ]
        if case.demanded_at and case.pay_until:
            late = "Not answered in time" if self._late() else ""
            facts.append(Fact("Demanded", full_time(case.demanded_at)))
            facts.append(Fact("To be answered by", when(case.pay_until), note=late))
        if case.handed_over_at:
            facts.append(Fact("With the City Attorney since", full_time(case.handed_over_at)))
        if case.closed_at:
            facts.append(Fact("Closed", full_time(case.closed_at), note=case.closing_reason))
        return facts

    def _late(self) -> bool:
        case = self.object
        return (
            case.pay_until is not None
            and case.closed_at is None
            and case.pay_until < localdate(self.at)
        )

    def _may(self, permit: Permit) -> bool:
        case = self.object
        if case.person_id == self.actor.person_id:
            return False
        place = {"person_id": case.person_id, "department_id": case.department_id}
        return reach(self.actor, permit).covers(**place)

    def buttons(self) -> Sequence[Button]:
        case, kwargs = self.object, {"key": self.object.pk}
        possible = RECOVERY.verbs_from(RecoveryState(case.state))
        found = []
        if self._may(permits.RECOVERY_MANAGE) and case.state != RecoveryState.CANCELLED:
            found.append(
                Button("Add a charge", "recoveries:charge", permits.RECOVERY_MANAGE, kwargs)
            )
        if self._may(permits.RECOVERY_PURSUE):
            pursue = permits.RECOVERY_PURSUE
            if "demand" in possible:
                found.append(Button("Write a letter", "recoveries:demand", pursue, kwargs, ""))
            if "hand over" in possible:
                found.append(
                    Button(
                        "Hand to the City Attorney",
                        "recoveries:hand-over",
                        pursue,
                        kwargs,
                        "secondary",
                    )
                )
        if self._may(permits.RECOVERY_MANAGE) and case.state in BEGUN:
            found.append(Button("Close", "recoveries:close", permits.RECOVERY_MANAGE, kwargs))
        return found

    def context(self) -> dict[str, Any]:
        case = self.object
        items = queries.items_visible_to(self.actor).filter(recovery=case)
        charges = queries.charges_visible_to(self.actor).filter(recovery=case)
        return {
            **super().context(),
            "items": [self._line(item) for item in items],
            "charges": [self._line(charge) for charge in charges],
            "letters": queries.letters_visible_to(self.actor).filter(recovery=case),
            "steps": case.steps.select_related("item").filter(done_at=None),
            "story": story_of(case),
            "own": case.person_id == self.actor.person_id,
        }

    def _line(self, thing: RecoveryItem | RecoveryCharge) -> Line:
        address = ""
        if isinstance(thing, RecoveryItem) and thing.device is not None:
            address = device_address(self.request, thing.device)
        state = chip(OwedState(thing.state).label, tone=OWED_TONES[thing.state])
        return Line(thing, state, address, list(self._verbs(thing)))

    def _verbs(self, thing: RecoveryItem | RecoveryCharge) -> Iterator[Button]:
        """What may be done about one thing, by this reader, as it stands."""
        item = isinstance(thing, RecoveryItem)
        sort, kwargs = ("item" if item else "charge"), {"key": thing.pk}
        pursue, manage = self._may(permits.RECOVERY_PURSUE), self._may(permits.RECOVERY_MANAGE)
        due = thing.state == OwedState.DUE and self.object.closed_at is None
        if isinstance(thing, RecoveryItem):
            if due and thing.kind == ItemKind.RECORDS and may_confirm(self.actor, self.object):
                yield Button(
                    "Confirm", "recoveries:item-records", permits.RECOVERY_VIEW, kwargs, ""
                )
            if due and pursue and thing.kind in {ItemKind.DEVICE, ItemKind.ACCESSORY}:
                yield Button("Value", "recoveries:item-value", permits.RECOVERY_PURSUE, kwargs)
        elif due and manage:
            yield Button("Paid", "recoveries:charge-paid", permits.RECOVERY_MANAGE, kwargs, "")
        grace = not isinstance(thing, RecoveryItem) or thing.kind in MAY_BE_LET_GO
        if due and pursue and grace:
            name = f"recoveries:{sort}-let-go"
            yield Button("Let go", name, permits.RECOVERY_PURSUE, kwargs)
        if thing.state == OwedState.LET_GO_ASKED and pursue:
            if thing.asked_by_id != self.actor.person_id:
                yield Button(
                    "Agree", f"recoveries:{sort}-agree", permits.RECOVERY_PURSUE, kwargs, ""
                )
            yield Button("Keep due", f"recoveries:{sort}-keep", permits.RECOVERY_PURSUE, kwargs)


class Letter(OneRow[RecoveryLetter]):
    """A letter or package, to download; who opened it is kept."""

    permit = permits.RECOVERY_VIEW
    thing = "letter"

    def rows(self) -> QuerySet[RecoveryLetter]:
        return queries.letters_visible_to(self.actor)

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        letter = self.object
        content = recoveries.open_letter(letter=letter, actor=self.actor, at=self.at)
        return HttpResponse(
            content,
            content_type=letter.file.media_type,
            headers={"Content-Disposition": f'attachment; filename="{letter.name}"'},
        )
