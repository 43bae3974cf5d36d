"""Pages of the makers' lists: what the City bought, and how it comes under management."""

from collections.abc import Iterator, Sequence
from typing import Any

import django_filters
import django_tables2 as tables
from django.db.models import Case, CharField, Exists, OuterRef, QuerySet, Value, When
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.permits import DEVICE_MANAGE
from quartermaster.mdm import listed
from quartermaster.mdm.makers import automating_driver
from quartermaster.mdm.models import DeviceList, Enrolment, ListedDevice, ServiceCredential
from quartermaster.mdm.permits import AUTOMATED_MANAGE, AUTOMATED_VIEW, CREDENTIAL_MANAGE
from quartermaster.mdm.rules.credentials import words_left
from quartermaster.mdm.states import EnrolmentState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.guard import may_open
from quartermaster.web.links import device_address
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import (
    Button,
    ChipColumn,
    Crumb,
    Filters,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.details import DetailPage, Fact
from quartermaster.web.panels import Body, panel
from quartermaster.web.request import HouseRequest

STANDINGS = {
    "Enrolled": "good",
    "Waits for its set-up": "info",
    "Profile to be assigned": "info",
    "No profile wanted": "neutral",
    "Not in the inventory": "warning",
    "Not assigned": "bad",
    "Left the list": "neutral",
}


def with_standing(rows: QuerySet[ListedDevice]) -> QuerySet[ListedDevice]:
    """Each device with how it stands, in words."""
    enrolments = Enrolment.objects.filter(
        device=OuterRef("device_id"), state=EnrolmentState.ENROLLED
    )
    standing = Case(
        When(listed.GONE, then=Value("Left the list")),
        When(Exists(enrolments), then=Value("Enrolled")),
        When(wants_profile=False, then=Value("No profile wanted")),
        When(listed.PROBLEM, then=Value("Not assigned")),
        When(listed.UNKNOWN, then=Value("Not in the inventory")),
        When(listed.WITHOUT_PROFILE, then=Value("Profile to be assigned")),
        default=Value("Waits for its set-up"),
        output_field=CharField(),
    )
    return rows.annotate(standing=standing)


class ListedTable(Table):
    serial = LinkColumn("mdm:listed", verbose_name="Serial number")
    model = tables.Column(verbose_name="Model")
    standing = ChipColumn(STANDINGS, verbose_name="Standing")
    device = LinkColumn(
        "inventory:device",
        key="device_id",
        accessor="device__asset_tag",
        order_by="device__asset_tag",
        verbose_name="Device",
        default="—",
    )
    profile_status = tables.Column(verbose_name="Profile at the maker", default="—")
    outcome = tables.Column(verbose_name="Last assignment", default="—")
    assigned_at = WhenColumn(verbose_name="Given to us")

    class Meta(Table.Meta):
        model = ListedDevice
        fields = ()


_SHOWN = {
    "unknown": listed.UNKNOWN,
    "without-profile": listed.WITHOUT_PROFILE,
    "problem": listed.PROBLEM,
    "enrolled": listed.ENROLLED,
    "gone": listed.GONE,
}


class ListedFilters(Filters):
    """By what is still to be done with them."""

    show = django_filters.ChoiceFilter(
        choices=[
            ("unknown", "Not in the inventory"),
            ("without-profile", "Without a profile"),
            ("problem", "Could not be assigned"),
            ("enrolled", "Enrolled"),
            ("gone", "Left the list"),
        ],
        empty_label="All that are in the list",
        label="Show",
        method="by_standing",
    )
    family = django_filters.CharFilter(lookup_expr="iexact", label="Kind")

    def by_standing(
        self, rows: QuerySet[ListedDevice], _name: str, value: str
    ) -> QuerySet[ListedDevice]:
        return rows.filter(_SHOWN[value]).distinct()


class Automated(ListPage[ListedDevice]):
    """What the City bought, by the makers' own lists (G-12, S-1)."""

    permit = AUTOMATED_VIEW
    title = "Automated enrolment"
    lead = "Devices in the makers' lists enrol by themselves when they are set up."
    template_name = "mdm/automated.html"
    table_class = ListedTable
    filters = ListedFilters
    search = ("serial", "model", "description", "asset_tag", "device__asset_tag")
    search_hint = "Serial number, model or asset tag"
    empty = "No list was read yet. With a server token it is read within minutes."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[ListedDevice]:
        rows = with_standing(listed.listed_visible_to(self.actor))
        return rows if self.request.GET.get("show") == "gone" else rows.exclude(listed.GONE)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Read the lists now", "mdm:automated-read", AUTOMATED_MANAGE, icon="autorenew"),
        )

    def context(self) -> dict[str, Any]:
        return {**super().context(), "lines": list(self._lines())}

    def _lines(self) -> Iterator[dict[str, Any]]:
        """How each service stands: its credential, its list, what is wrong."""
        known = {(row.driver, row.identity): row for row in listed.lists_visible_to(self.actor)}
        for driver, kind, credential in listed.list_credentials():
            found = known.get((driver, credential.identity)) if credential else None
            place = {"driver": driver, "kind": kind}
            may = may_open(self.actor, CREDENTIAL_MANAGE)
            yield {
                "driver": driver.capitalize(),
                "credential": credential,
                "address": reverse("mdm:credential", kwargs=place) if may else "",
                "mark": _mark(credential, found, self.at),
                "left": words_left(credential.expires_at, self.at)
                if credential and credential.expires_at
                else "",
                "list": found,
            }


def _mark(credential: ServiceCredential | None, found: DeviceList | None, at: Any) -> Any:
    if credential is None:
        return chip("No server token", tone="warning")
    if credential.expires_at is not None and credential.expires_at <= at:
        return chip("Token ran out", tone="bad")
    if credential.trouble:
        return chip("In trouble", tone="bad")
    if found is None or found.finished_at is None:
        return chip("Not read yet", tone="info")
    return chip("Read", tone="good")


class Listed(DetailPage[ListedDevice]):
    """One device of a maker's list, with what the maker says of it."""

    permit = AUTOMATED_VIEW
    thing = "device of the list"

    def rows(self) -> QuerySet[ListedDevice]:
        return with_standing(listed.listed_visible_to(self.actor))

    def heading(self) -> str:
        return f"{self.object.model or self.object.family} {self.object.serial}".strip()

    def state(self) -> Any:
        standing = self.object.standing  # type: ignore[attr-defined]  # annotated
        return chip(standing, tone=STANDINGS[standing])

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automated enrolment", reverse("mdm:automated")),)

    def buttons(self) -> Sequence[Button]:
        return list(self._buttons())

    def _buttons(self) -> Iterator[Button]:
        row, key = self.object, {"key": self.object.pk}
        if row.removed_at is not None:
            return
        if row.device_id is None and row.device_class:
            yield Button("Take into the inventory", "mdm:listed-take-in", DEVICE_MANAGE, key, "")
        words = "Assign the profile again" if row.wants_profile else "Assign the profile"
        yield Button(words, "mdm:listed-assign", AUTOMATED_MANAGE, key)
        if row.wants_profile:
            yield Button("Take the profile away", "mdm:listed-keep-out", AUTOMATED_MANAGE, key)

    def facts(self) -> Sequence[Fact]:
        return list(self._facts())

    def _facts(self) -> Iterator[Fact]:
        row = self.object
        if row.device is not None:
            address = device_address(self.request, row.device)
            yield Fact("Device", row.device.asset_tag, address)
            yield Fact("Holder", row.device.holder.name if row.device.holder else "Nobody")
        else:
            yield Fact("Device", "Bought, not yet in the inventory")
        yield Fact("Description", row.description, note=row.colour)
        yield Fact("Asset tag in the list", row.asset_tag)
        yield Fact("Given to our server", when(row.assigned_at), note=row.assigned_by)
        yield Fact("List", str(row.list))
        yield Fact("Profile", row.profile_id or "None", note=row.profile_status)
        yield Fact("Assigned", when(row.profile_assigned_at))
        if row.outcome:
            words = self._meaning(row)
            yield Fact("Last assignment", words or row.outcome, note=self._again(row))
        yield Fact("Asked to be enrolled", when(row.asked_at))
        if row.removed_at is not None:
            yield Fact("Left the list", when(row.removed_at))

    @staticmethod
    def _meaning(row: ListedDevice) -> str:
        able = automating_driver(row.driver)
        return able.outcome_words(row.outcome) if able else ""

    def _again(self, row: ListedDevice) -> str:
        if row.assign_due_at is None:
            return "It is not tried again by itself."
        return f"It is tried again by itself; {row.assign_attempts} times so far."


@panel("device", title="Automated enrolment", order=27, permit=AUTOMATED_VIEW)
def in_the_list(request: HouseRequest, device: Device) -> Body | None:
    """How the device stands in its maker's list, where it is in one."""
    rows = with_standing(listed.listed_visible_to(request.actor)).filter(device=device)
    found = rows.order_by("removed_at").first()
    if found is None:
        return None
    standing = found.standing  # type: ignore[attr-defined]  # annotated
    return Body("mdm/panels/listed.html", row=found, mark=chip(standing, tone=STANDINGS[standing]))


@card(order=36, permit=AUTOMATED_MANAGE)
def bought_and_unknown(request: HouseRequest) -> Counted:
    """What stands in a maker's list and not in the inventory (G-12)."""
    count = yield listed.listed_visible_to(request.actor).filter(listed.UNKNOWN)
    if not count:
        return None
    address = reverse("mdm:automated") + "?show=unknown"
    sentence = "In a maker's list, and not in the inventory yet."
    return Card("Bought and unknown", count, address, sentence, tone="warning")
