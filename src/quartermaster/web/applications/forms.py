"""Forms of applications: what is decided about one, a version, and who is to have it."""

import json
from typing import Any

from django import forms

from quartermaster.inventory.models import Device, Platform
from quartermaster.mdm.delivering import delivering
from quartermaster.mdm.driver import drivers
from quartermaster.mdm.models import LicencePool, Purpose
from quartermaster.org.models import Department
from quartermaster.web.pages.fields import reason_form


def platform_choices() -> list[tuple[str, str]]:
    """The systems to which something can be delivered."""
    names = {name for driver in drivers() if delivering(driver.name) for name in driver.platforms}
    return [(name, Platform(name).label) for name in sorted(names)]


class JsonField(forms.CharField):
    """A JSON object, typed by people; empty is an empty one."""

    widget = forms.Textarea(attrs={"rows": 4, "spellcheck": "false"})

    def clean(self, value: Any) -> dict[str, Any]:
        text = super().clean(value)
        if not text:
            return {}
        try:
            found = json.loads(text)
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            raise forms.ValidationError('Write it as JSON: {"server": "https://…", "port": 443}')
        return found


class TermsForm(forms.Form):
    """How it is delivered."""

    title = forms.CharField(label="Name", max_length=120)
    platforms = forms.MultipleChoiceField(
        label="For", choices=platform_choices, widget=forms.CheckboxSelectMultiple
    )
    keep_out_of_backups = forms.BooleanField(
        label="Keep its data out of back-ups", required=False, initial=True
    )
    remove_at_unenrolment = forms.BooleanField(
        label="Remove it when a device leaves management", required=False, initial=True
    )
    configuration = JsonField(
        label="Settings for it", required=False, help_text="As a JSON object; the maker says which."
    )
    secrets = JsonField(
        label="Secret settings",
        required=False,
        help_text="As above. They are sealed and never shown again.",
    )
    attributes = JsonField(
        label="Attributes",
        required=False,
        help_text='What the system does for it, such as {"Removable": false}.',
    )
    note = forms.CharField(label="Why", max_length=500, required=False)


class ChangeForm(TermsForm):
    """As it is, to be changed."""

    forget_secrets = forms.BooleanField(label="Forget the secret settings", required=False)


class StoreForm(TermsForm):
    """A product that the City owns licences of, or any by its number."""

    field_order = ("store_id", "title", "identifier")
    store_id = forms.RegexField(
        r"^[0-9]{1,20}$", label="Number in the store", help_text="Adam ID, such as 361309726."
    )
    identifier = forms.CharField(label="Identifier", max_length=155, help_text="Bundle identifier.")
    licensed = forms.BooleanField(label="By a licence of the City's", required=False, initial=True)


class OursForm(TermsForm):
    """An application of the City's own, with its first version."""

    field_order = ("title", "identifier", "file", "version")
    identifier = forms.CharField(label="Identifier", max_length=155, help_text="Bundle identifier.")
    file = forms.FileField(label="Package", help_text=".ipa for iPhone and iPad, .pkg for Mac.")
    version = forms.CharField(label="Version", max_length=60)


class VersionForm(forms.Form):
    """Another version."""

    file = forms.FileField(label="Package")
    version = forms.CharField(label="Version", max_length=60)
    platforms = forms.MultipleChoiceField(
        label="For", choices=platform_choices, widget=forms.CheckboxSelectMultiple
    )


class AssignForm(forms.Form):
    """A department or a device, and whether it must or may."""

    department = forms.ModelChoiceField(
        Department.objects.order_by("name"), required=False, empty_label="None"
    )
    device = forms.CharField(
        label="Or one device", required=False, max_length=40, help_text="Asset tag"
    )
    purpose = forms.ChoiceField(
        label="How",
        choices=[
            (Purpose.REQUIRED, "Required: it is installed"),
            (Purpose.OFFERED, "Offered: holders may have it installed"),
        ],
        initial=Purpose.REQUIRED,
        widget=forms.RadioSelect,
    )

    def clean_device(self) -> Device | None:
        tag = self.cleaned_data["device"].strip()
        if not tag:
            return None
        found = Device.objects.filter(asset_tag__iexact=tag).first()
        if found is None:
            raise forms.ValidationError(f"There is no device {tag}.")
        return found


ReasonForm = reason_form(500)


def pool_initial(pool: LicencePool | None) -> dict[str, Any]:
    """What is known of a product, filled in."""
    if pool is None:
        return {}
    return {
        "store_id": pool.store_id,
        "title": pool.title,
        "identifier": pool.identifier,
        "platforms": pool.platforms,
    }
