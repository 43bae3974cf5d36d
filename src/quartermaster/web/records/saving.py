"""The page on which a record is saved: on a phone, in a minute, without JavaScript too."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID, uuid4, uuid5

from django.conf import settings
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.inventory.models import Device, DeviceClass
from quartermaster.kernel.errors import InvalidInput
from quartermaster.records import capture
from quartermaster.records.actions import capture as actions
from quartermaster.records.models import Announcement, Record
from quartermaster.records.permits import RECORD_ANNOUNCE, RECORD_SAVE
from quartermaster.records.rules.capture import AnnouncedState, Residue, Source
from quartermaster.web.pages import Button, Crumb, FormPage
from quartermaster.web.records.forms import SaveForm

RECORDS = "My records"


class OfAuthor:
    """What the forms share: the devices of who saves, and whether a hold is on them."""

    actor: Any

    def devices(self) -> list[Device]:
        rows = Device.objects.filter(holder_id=self.actor.person_id)
        kinds = list(DeviceClass)  # telephones first: there are the messages
        return sorted(
            rows.order_by("ownership", "asset_tag"),
            key=lambda one: kinds.index(DeviceClass(one.device_class)),
        )

    def held(self) -> bool:
        person = self.actor.person_id
        return person is not None and capture.under_hold(person)


class Save(OfAuthor, FormPage):
    """Save a record (G-5, C-2)."""

    permit = RECORD_SAVE
    title = "Save a record"
    lead = "Messages, pictures and calls about City business belong to the City's records."
    template_name = "records/save.html"
    form_class = SaveForm
    submit = "Save the record"
    done = "Saved as {}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(RECORDS, reverse("records:records")),)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Choose from an export", "records:exports", RECORD_SAVE),
            Button("It has to wait", "records:announce", RECORD_ANNOUNCE),
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"devices": self.devices(), "held": self.held()}

    def announced(self) -> Announcement | None:
        """What had been announced and is saved now, where the address names it."""
        try:
            key = UUID(self.request.GET.get("announced", ""))
        except ValueError:
            return None
        rows = capture.announcements_visible_to(self.actor)
        return rows.filter(
            id=key, person_id=self.actor.person_id, state=AnnouncedState.PENDING
        ).first()

    def initial(self) -> dict[str, Any]:
        devices = self.devices()
        given: dict[str, Any] = {
            "key": uuid4(),
            "happened_on": localdate(self.at),
            "source": Source.MESSAGE.value,
            "device": str(devices[0].id) if devices else "",
            "residue": Residue.HELD.value if self.held() else "",
        }
        if announced := self.announced():
            given |= {
                "announced": announced.id,
                "about": announced.about,
                "source": announced.source,
                "device": str(announced.device_id or ""),
            }
        return given

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "held": self.held(),
            "largest": settings.RECORD_LARGEST_MB,
            "person": self.actor.person_id,
            "people": capture.people_before(self.actor),
        }

    def act(self, form: Any) -> Record:
        given = form.cleaned_data
        known = capture.records_visible_to(self.actor).filter(
            author_id=self.actor.person_id, key=given["key"]
        )
        if (record := known.first()) is not None:
            return record  # the button was pressed twice
        files = [*given["chosen"], *given["camera"]]
        keys = []
        for position, file in enumerate(files):
            key = uuid5(given["key"], str(position))
            actions.receive_item(
                content=file.file,
                name=file.name,
                declared=file.content_type or "",
                key=key,
                actor=self.actor,
                at=self.at,
            )
            keys.append(key)
        return saved(form, keys, self.actor, self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("records:record", kwargs={"key": outcome.pk})


def saved(form: SaveForm, keys: Sequence[UUID], actor: Any, at: Any) -> Record:
    """Save what the form says, of the files received under these keys."""
    given: Mapping[str, Any] = form.cleaned_data
    try:
        device = UUID(given["device"]) if given["device"] else None
    except ValueError as problem:
        raise InvalidInput("Choose one of your own devices.", field="device") from problem
    return actions.save_record(
        details=form.details(),
        items=keys,
        key=given["key"],
        device_id=device,
        announcement_id=given["announced"],
        actor=actor,
        at=at,
    )
