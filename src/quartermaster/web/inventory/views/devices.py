"""Pages of devices: the lists, one device, and the forms that enter and correct it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory import actions, queries
from quartermaster.inventory.models import IDENTIFIERS, Device, DeviceStatus, Ownership, Platform
from quartermaster.inventory.permits import DEVICE_MANAGE, DEVICE_VIEW, EQUIPMENT_IMPORT
from quartermaster.inventory.rules import device_verbs
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.inventory.rules.privacy import field_title
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle.actions.handovers import register_as_found
from quartermaster.lifecycle.loss_permits import LOSS_REPORT
from quartermaster.lifecycle.permits import HANDOVER_AS_FOUND
from quartermaster.lifecycle.return_permits import RETURN_OPEN, WRITE_OFF_DECIDE
from quartermaster.org.queries import departments_visible_to
from quartermaster.web.inventory import forms
from quartermaster.web.inventory.filters import DeviceFilters, HotspotFilters
from quartermaster.web.inventory.tables import STATUS_TONES, DeviceTable, HotspotTable
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, FormPage, ListPage

# A verb of the device's life that a page leads to: how its button reads, where, and for whom.
VERBS = {
    "assign": ("Hand out", "handover:device", DEVICE_MANAGE),
    "take back": ("Give it back", "returns:open", RETURN_OPEN),
    "report lost": ("Report a loss or damage", "losses:report-device", LOSS_REPORT),
    "retire": ("Entered by mistake", "surplus:mistake", WRITE_OFF_DECIDE),
    "end registration": ("End the registration", "personal:leave", DEVICE_MANAGE),
}
_FINAL = {"report lost", "retire", "end registration"}


class Devices(ListPage[Device]):
    """The devices that the actor may see."""

    permit = DEVICE_VIEW
    title = "Devices"
    table_class = DeviceTable
    filters = DeviceFilters
    search = (
        "asset_tag",
        "serial",
        "imei",
        "imei2",
        "model__name",
        "holder__given_name",
        "holder__family_name",
    )
    search_hint = "Asset tag, serial number, IMEI, model or holder"
    empty = "No device is in the inventory yet. Register one, or import a file."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[Device]:
        return queries.devices_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Register a device", "inventory:device-new", DEVICE_MANAGE, look=""),
            Button("Import", "inventory:import-devices", EQUIPMENT_IMPORT),
            Button("Models", "inventory:models", DEVICE_MANAGE),
            Button("Labels", "custody:labels", DEVICE_MANAGE),
        )


class Hotspots(ListPage[Device]):
    """Mobile hot-spots, each with the line through which it is managed (S-1)."""

    permit = DEVICE_VIEW
    title = "Mobile hot-spots"
    lead = "A hot-spot has no device management of its own: it is managed through its line."
    table_class = HotspotTable
    filters = HotspotFilters
    search = ("asset_tag", "serial", "imei", "sims__line__number", "holder__family_name")
    search_hint = "Asset tag, serial number, IMEI, number or holder"
    empty = "No hot-spot is in the inventory yet."
    noun = ("hot-spot", "hot-spots")

    def rows(self) -> QuerySet[Device]:
        return queries.hotspots_visible_to(self.actor)

    def found(self, rows: QuerySet[Device], words: str) -> QuerySet[Device]:
        """A hot-spot that had several SIMs is found once."""
        return super().found(rows, words).distinct()


class DevicePage(DetailPage[Device]):
    """One device, with what every room knows of it."""

    permit = DEVICE_VIEW
    kind = "device"
    thing = "device"

    def rows(self) -> QuerySet[Device]:
        return queries.devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Devices", reverse("inventory:devices")),)

    def state(self) -> Any:
        device = self.object
        return chip(device.get_status_display(), tone=STATUS_TONES[device.status])

    def facts(self) -> Sequence[Fact]:
        device = self.object
        channel = queries.management_channel(device).value
        facts = [
            Fact("Model", str(device.model) if device.model else "—"),
            Fact("Class", device.get_device_class_display()),
            Fact(
                "Platform",
                "—" if device.platform == Platform.NONE else device.get_platform_display(),
            ),
            Fact("Ownership", device.get_ownership_display()),
            Fact("Managed by", channel[:1].upper() + channel[1:]),
            Fact(
                "Holder",
                device.holder or "Nobody",
                person_address(self.request, device.holder),
            ),
            self._department(),
        ]
        facts += [
            Fact(_title(name), value)
            for name in IDENTIFIERS
            if (value := device.identifiers.get(name))
        ]
        if device.acquired_on:
            facts.append(Fact("Acquired on", when(device.acquired_on)))
        if device.confirmed_at:
            facts.append(Fact("Last confirmed", when(device.confirmed_at, self.at)))
        if device.note:
            facts.append(Fact("Note", device.note))
        return facts

    def _department(self) -> Fact:
        place = self.object.department
        seen = departments_visible_to(self.actor).filter(id=place.id).exists()
        address = reverse("org:department", kwargs={"key": place.pk}) if seen else ""
        note = "" if place.covered else "Excluded: the City's requirements are not enforced here."
        return Fact("Department", place.name, address, note)

    def buttons(self) -> Sequence[Button]:
        device, kwargs = self.object, {"key": self.object.pk}
        if device.status == DeviceStatus.RETIRED:
            return ()
        held = device.holder_id is not None
        # what is lost or in repair comes back by its case, and what was used leaves by a lot
        away = device.status in {DeviceStatus.LOST, DeviceStatus.IN_REPAIR}
        barred = {"take back", "retire"} if away else set()
        barred |= {"retire"} if device.needs_sanitising else set()
        theirs = {"person_id": device.holder_id, "department_id": device.department_id}
        barred |= set() if reach(self.actor, LOSS_REPORT).covers(**theirs) else {"report lost"}
        return (
            *(
                Button(*VERBS[v], kwargs, look=_look(v))
                for v in device_verbs(device.status, personal=device.personal, held=held)
                if v in VERBS and v not in barred
            ),
            *self._as_found(),
            Button("Change", "inventory:device-change", DEVICE_MANAGE, kwargs),
        )

    def _as_found(self) -> Sequence[Button]:
        if self.object.status != DeviceStatus.IN_STOCK:
            return ()
        kwargs = {"key": self.object.pk}
        return (Button("Enter as found", "handover:device-found", HANDOVER_AS_FOUND, kwargs),)


class NewDevice(FormPage):
    """Register a device by hand."""

    permit = DEVICE_MANAGE
    title = "Register a device"
    form_class = forms.NewDeviceForm
    submit = "Register"
    done = "{} was registered."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Devices", reverse("inventory:devices")),)

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def act(self, form: Any) -> Device:
        data = dict(form.cleaned_data)
        department, holder, model = (data.pop(n) for n in ("department", "holder", "model"))
        reason, details = data.pop("reason"), DeviceDetails.of(**data)
        given: dict[str, Any] = {
            "details": details,
            "department_id": department.id if department else None,
            "model_id": model.id if model else None,
            "actor": self.actor,
            "at": self.at,
        }
        if holder is not None and details.ownership is Ownership.CITY:
            return register_as_found(holder_id=holder.id, reason=reason, **given)
        return actions.register(holder_id=holder.id if holder else None, **given)

    def next_address(self, outcome: Any) -> str:
        return reverse("inventory:device", kwargs={"key": outcome.pk})


class ChangeDevice(FormPage):
    """Correct what is held about a device."""

    permit = DEVICE_MANAGE
    title = "Change the device"
    form_class = forms.DeviceForm
    submit = "Save"
    done = "{} was changed."

    @property
    def device(self) -> Device:
        if not hasattr(self, "_device"):
            self._device = queries.device_seen_by(self.actor, self.kwargs["key"])
        return self._device

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("inventory:device", kwargs={"key": self.device.pk})
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(self.device.asset_tag, here),
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"actor": self.actor}

    def make_form(self) -> Any:
        """The form; a personal device has no identifier to ask for (G-1)."""
        form = super().make_form()
        form.fields["department"].required = True
        if self.device.personal:
            for name in IDENTIFIERS:
                form.fields.pop(name, None)
        return form

    def initial(self) -> dict[str, Any]:
        return {name: getattr(self.device, name) for name in forms.DeviceForm.base_fields}

    def act(self, form: Any) -> Device:
        data = dict(form.cleaned_data)
        department, model = data.pop("department"), data.pop("model")
        return actions.change_details(
            device_id=self.device.id,
            details=DeviceDetails.of(**data, ownership=self.device.ownership),
            department_id=department.id,
            model_id=model.id if model else None,
            actor=self.actor,
            at=self.at,
        )


def _look(verb: str) -> str:
    return "secondary" if verb in _FINAL else "outline"


def _title(name: str) -> str:
    title = field_title(name)
    return title[:1].upper() + title[1:]
