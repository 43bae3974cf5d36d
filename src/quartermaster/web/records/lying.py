"""What still lies on devices: announced, ageing, and how each ends (C-2)."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.kernel.errors import InvalidInput
from quartermaster.records import capture
from quartermaster.records.actions import capture as actions
from quartermaster.records.models import Announcement
from quartermaster.records.permits import (
    ANNOUNCEMENT_VIEW,
    RECORD_ANNOUNCE,
    RECORD_ANNOUNCE_FOR,
    RECORD_SAVE,
)
from quartermaster.records.rules.capture import AnnouncedState, Origin, Source
from quartermaster.web.links import device_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    FormPage,
    ListPage,
)
from quartermaster.web.records.forms import AnnounceForForm, AnnounceForm, EndForm
from quartermaster.web.records.saving import OfAuthor
from quartermaster.web.records.tables import ANNOUNCED, AnnouncedTable

_WAY = "Still on devices"


class AnnouncedFilters(Filters):
    """By state: what is still on a device, unless another is chosen."""

    state = django_filters.ChoiceFilter(
        choices=[("all", "All"), *((item.value, item.label) for item in AnnouncedState)],
        empty_label="Still on the device",
        label="State",
        method="by_state",
    )

    def by_state(
        self, rows: QuerySet[Announcement], _name: str, value: str
    ) -> QuerySet[Announcement]:
        return rows if value == "all" else rows.filter(state=value)

    def filter_queryset(self, queryset: QuerySet[Announcement]) -> QuerySet[Announcement]:
        rows: QuerySet[Announcement] = super().filter_queryset(queryset)
        if self.form.cleaned_data.get("state"):
            return rows
        return rows.filter(state=AnnouncedState.PENDING)


class Lying(ListPage[Announcement]):
    """Records that were announced and are not saved yet, the oldest first."""

    permit = ANNOUNCEMENT_VIEW
    title = _WAY
    lead = "City records move off devices as soon as practical. These are still there."
    table_class = AnnouncedTable
    filters = AnnouncedFilters
    search = ("about", "person__given_name", "person__family_name", "device__asset_tag")
    search_hint = "What, holder or device"
    empty = "Nothing is announced that is not saved."
    noun = ("record", "records")

    def rows(self) -> QuerySet[Announcement]:
        return capture.announcements_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Announce one", "records:announce", RECORD_ANNOUNCE, look=""),)


class Announced(DetailPage[Announcement]):
    """One record that lies, or lay, on a device."""

    permit = ANNOUNCEMENT_VIEW
    thing = "announcement"

    def rows(self) -> QuerySet[Announcement]:
        return capture.announcements_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("records:lying")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=ANNOUNCED[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        record = getattr(row, "record", None)
        facts = [
            Fact("Holder", row.person.name, person_address(self.request, row.person)),
            Fact("Kind", row.get_source_display()),
            Fact(
                "Device",
                row.device.asset_tag if row.device else "Not named",
                device_address(self.request, row.device) if row.device else "",
            ),
            Fact("Announced", full_time(row.announced_at), note=row.get_origin_display()),
            Fact("Reminders", row.reminders),
        ]
        if record is not None:
            seen = capture.records_visible_to(self.actor).filter(id=record.id).exists()
            address = reverse("records:record", kwargs={"key": record.pk}) if seen else ""
            facts.append(Fact("Saved as", record.number, address))
        if row.closed_at:
            facts.append(Fact("Ended", full_time(row.closed_at), note=row.reason))
        return facts

    def buttons(self) -> Sequence[Button]:
        row = self.object
        if row.state != AnnouncedState.PENDING:
            return ()
        own = row.person_id == self.actor.person_id
        end = Button("It does not come", "records:end", RECORD_ANNOUNCE, {"key": row.pk})
        return (_SaveNow(row.pk), end) if own else (end,)


class _SaveNow(Button):
    """To the page on which it is saved."""

    def __init__(self, key: UUID) -> None:
        super().__init__("Save it now", "records:save", RECORD_SAVE, {}, "")
        object.__setattr__(self, "_key", key)

    @property
    def address(self) -> str:
        return f"{super().address}?announced={self._key}"  # type: ignore[attr-defined]


class Announce(OfAuthor, FormPage):
    """Announce a record of one's own that has to wait (C-2)."""

    permit = RECORD_SAVE
    title = "A record that has to wait"
    lead = "It is on a device and cannot be saved this moment: say so, and you are reminded."
    form_class = AnnounceForm
    submit = "Announce it"
    done = "Noted. You are reminded until it is saved."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("records:lying")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"devices": self.devices()}

    def act(self, form: Any) -> Announcement:
        given = form.cleaned_data
        if self.actor.person_id is None:
            raise InvalidInput("A person announces what is on a device of theirs.")
        return actions.announce(
            person_id=self.actor.person_id,
            about=given["about"],
            source=Source(given["source"]),
            device_id=UUID(given["device"]) if given["device"] else None,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("records:announced", kwargs={"key": outcome.pk})


class AnnounceFor(ActPage[Device]):
    """Announce what is on a device that somebody lost, returns or leaves behind (C-2, C-4)."""

    permit = RECORD_ANNOUNCE_FOR
    thing = "device"
    title = "A record is on this device"
    form_class = AnnounceForForm
    submit = "Announce it"
    done = "Noted. Its holder is told, and reminded until it is saved."

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor).filter(holder__isnull=False)

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def explain(self) -> str:
        return f"{self.object.holder} has {self.object.asset_tag}, and a record on it is not saved."

    def act(self, form: Any) -> Announcement:
        given = form.cleaned_data
        assert self.object.holder_id is not None  # `rows` asks for it
        return actions.announce(
            person_id=self.object.holder_id,
            about=given["about"],
            source=Source(given["source"]),
            device_id=self.object.pk,
            origin=Origin(given["origin"]),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("records:announced", kwargs={"key": outcome.pk})


class End(ActPage[Announcement]):
    """Say why something that was announced does not come (C-2)."""

    permit = RECORD_ANNOUNCE
    thing = "announcement"
    title = "It does not come"
    sentence = "“{}” was announced, and is not going to be saved."
    form_class = EndForm
    submit = "Say so"
    look = "secondary"
    done = "It is on record."

    def rows(self) -> QuerySet[Announcement]:
        return capture.announcements_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("records:announced", kwargs={"key": self.object.pk})
        return (Crumb(_WAY, reverse("records:lying")), Crumb(str(self.object), address))

    def act(self, form: Any) -> Announcement:
        verbs = {"give up": actions.give_up, "withdraw": actions.withdraw}
        return verbs[form.cleaned_data["how"]](
            announcement_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
