"""Forms of the room. They gather plain values; the room's own models judge them."""

from typing import Any

from django import forms

from quartermaster.inventory.models import (
    AccessoryKind,
    DeviceClass,
    DeviceModel,
    Ownership,
    Platform,
)
from quartermaster.inventory.rules.details import CAPABILITIES
from quartermaster.web.org.forms import DepartmentChoice, OfActor, PersonField, day

_EITHER = "Not needed where a model is chosen."


def identifier(label: str, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, max_length=60, required=False, **more)


class DeviceForm(OfActor):
    """A device, apart from whose it is and where."""

    asset_tag = forms.CharField(
        label="Asset tag", max_length=30, required=False, help_text="Made up if left empty."
    )
    model = forms.ModelChoiceField(
        label="Model", queryset=DeviceModel.objects.all(), required=False, empty_label="Another"
    )
    device_class = forms.ChoiceField(
        label="Class",
        choices=[("", "As the model"), *DeviceClass.choices],
        required=False,
        help_text=_EITHER,
    )
    platform = forms.ChoiceField(
        label="Platform",
        choices=[("", "As the model"), *Platform.choices],
        required=False,
        help_text=_EITHER,
    )
    department = DepartmentChoice(required=False, empty_label="The holder's")
    serial = identifier("Serial number")
    imei = identifier("IMEI", help_text="15 digits; dial *#06# to see it.")
    imei2 = identifier("Second IMEI")
    meid = identifier("MEID")
    eid = identifier("EID", help_text="32 digits, of the chip for eSIMs.")
    wifi_mac = identifier("Wi-Fi address")
    udid = identifier("UDID")
    acquired_on = day("Acquired on", required=False)
    note = forms.CharField(label="Note", max_length=300, required=False)

    field_order = ("asset_tag", "ownership", "model", "device_class", "platform", "holder")

    def clean(self) -> dict[str, Any]:
        """A model says class and platform where they are left open."""
        data = super().clean() or self.cleaned_data
        model = data.get("model")
        for name in ("device_class", "platform"):
            if not data.get(name) and model is not None:
                data[name] = getattr(model, name)
            elif not data.get(name) and name not in self.errors:
                self.add_error(name, "Choose one, or a model.")
        return data


class NewDeviceForm(DeviceForm):
    """A device to register, whoever's it is."""

    ownership = forms.ChoiceField(
        label="Whose device is it?",
        choices=Ownership.choices,
        initial=Ownership.CITY,
        widget=forms.RadioSelect,
        help_text="Of a personal device the City keeps no serial number, IMEI or other identifier.",
    )
    holder = PersonField(
        label="Holder",
        required=False,
        help_text="Personnel number. Needed for a personal device; empty: into stock, to be handed"
        " out from there.",
    )
    reason = forms.CharField(
        label="How it is known who has it",
        max_length=300,
        required=False,
        help_text="Needed where a City device is with somebody already: it is entered as found.",
    )


class LineForm(OfActor):
    """A line, apart from its place."""

    number = forms.CharField(label="Phone number", max_length=40)
    carrier = forms.CharField(label="Carrier", max_length=60)
    account = forms.CharField(label="Account", max_length=40, required=False)
    plan = forms.CharField(label="Plan", max_length=80, required=False)


class NewLineForm(LineForm):
    department = DepartmentChoice()
    holder = PersonField(label="Holder", required=False, help_text="Personnel number.")


class AssignLineForm(OfActor):
    holder = PersonField(
        label="Holder", required=False, help_text="Personnel number; empty: the department's own."
    )


class SimForm(forms.Form):
    """A SIM, loose or in place."""

    iccid = forms.CharField(label="ICCID", max_length=40, help_text="19 or 20 digits, from 89 on.")
    carrier = forms.CharField(label="Carrier", max_length=60)
    embedded = forms.BooleanField(label="It is the profile of an eSIM", required=False)
    eid = identifier("EID", help_text="For an eSIM: the chip that holds it.")


class PutForm(forms.Form):
    device = forms.CharField(
        label="Asset tag", max_length=30, required=False, help_text="Empty: take the SIM out."
    )


class AccessoryForm(forms.Form):
    asset_tag = forms.CharField(
        label="Asset tag", max_length=30, required=False, help_text="Made up if left empty."
    )
    kind = forms.ChoiceField(label="Kind", choices=AccessoryKind.choices)
    name = forms.CharField(label="Name", max_length=120)
    department = DepartmentChoice()


class ModelForm(forms.Form):
    """A make and model."""

    manufacturer = forms.CharField(label="Manufacturer", max_length=80)
    name = forms.CharField(label="Name", max_length=120)
    identifier = forms.CharField(label="Model identifier", max_length=60, required=False)
    device_class = forms.ChoiceField(label="Class", choices=DeviceClass.choices)
    platform = forms.ChoiceField(label="Platform", choices=Platform.choices)
    capabilities = forms.MultipleChoiceField(
        label="What a replacement must match",
        choices=[(name, name) for name in CAPABILITIES],
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
