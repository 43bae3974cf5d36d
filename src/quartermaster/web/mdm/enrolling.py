"""Enrolling: the invitation with its link, and what somebody sees who opens the link."""

from collections.abc import Sequence
from typing import Any

import segno
from django import forms
from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.cache import never_cache

from quartermaster.inventory.actions import register_own
from quartermaster.inventory.models import Device, DeviceClass, Platform
from quartermaster.inventory.permits import DEVICE_REGISTER_OWN
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.mdm import actions, queries
from quartermaster.mdm.abilities import HasUserWays
from quartermaster.mdm.driver import Disclosure, driver_for, is_managed
from quartermaster.mdm.permits import DEVICE_INVITE
from quartermaster.mdm.ways import Way
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.pages.forms import blame

KINDS = {
    "iphone": ("iPhone", DeviceClass.SMARTPHONE, Platform.IOS),
    "ipad": ("iPad", DeviceClass.TABLET, Platform.IPADOS),
    "mac": ("Mac", DeviceClass.LAPTOP, Platform.MACOS),
    "android-phone": ("Android phone", DeviceClass.SMARTPHONE, Platform.ANDROID),
    "android-tablet": ("Android tablet", DeviceClass.TABLET, Platform.ANDROID),
    "windows": ("Windows laptop", DeviceClass.LAPTOP, Platform.WINDOWS),
}
WAYS_IN_WORDS = {
    Way.PROFILE: "As a device, with few rights (any system)",
    Way.USER: "As a user, kept apart from personal data (iOS 13 to 17, macOS 10.15 to 14)",
}


def link_of(token: str) -> str:
    """The address that an invitation is taken up at."""
    return settings.WEB_URL + reverse("mdm:enrol", kwargs={"token": token})


def code_of(link: str) -> SafeString:
    """The link as a QR code: SVG without any style, as the content security policy asks."""
    drawn = segno.make(link, error="m").svg_inline(scale=5, border=4, svgclass="house-code")
    return mark_safe(drawn)  # noqa: S308 (numbers and paths, made of our own link)


def disclosure_of(device: Device) -> Disclosure:
    """What the City will and will not see of this device."""
    if not is_managed(device.platform):
        return Disclosure()
    return driver_for(device.platform).disclosure(queries.context_of(device))


class InviteForm(forms.Form):
    """The owner's consent, of a personal device, and how it comes in where there is a choice."""

    way = forms.ChoiceField(label="How it comes in", widget=forms.RadioSelect)
    consent = forms.BooleanField(
        label="The owner has read this and agrees to it.",
        help_text="The consent is dated and kept.",
    )

    def __init__(self, *args: Any, personal: bool, ways: Sequence[Way], **kwargs: Any) -> None:
        given = kwargs.get("data")
        if given is not None:
            kwargs["data"] = {"way": Way.PROFILE.value, **given.dict()}
        super().__init__(*args, **kwargs)
        self.fields["way"].choices = [(way.value, WAYS_IN_WORDS[way]) for way in ways]  # type: ignore[attr-defined]
        if not personal:
            del self.fields["consent"]
        if len(ways) < 2:  # noqa: PLR2004 (no choice)
            del self.fields["way"]


def ways_of(device: Device) -> Sequence[Way]:
    """The ways in which a device comes by a link; a device of the City comes in one alone."""
    driver = driver_for(device.platform) if is_managed(device.platform) else None
    if device.personal and isinstance(driver, HasUserWays):
        return driver.ways_by_link()
    return (Way.PROFILE,)


@method_decorator(never_cache, name="dispatch")
class Invite(ActPage[Device]):
    """Invite a device to enrol; of a personal one, with its owner's consent (S-2, G-2)."""

    permit = DEVICE_INVITE
    thing = "device"
    title = "Enrol the device"
    template_name = "mdm/invite.html"
    form_class = InviteForm
    submit = "Make the link"
    missing = "The owner must agree to this first."

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_invite(self.actor)

    def explain(self) -> str:
        return (
            f"You get a link for {self.object.asset_tag}. It works once, for a week, and is"
            " shown this one time. A link made earlier stops working."
        )

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("My devices", reverse("mdm:mine")),
            Crumb(self.object.asset_tag, device_address(self.request, self.object)),
        )

    def form_arguments(self) -> dict[str, Any]:
        return {"personal": self.object.personal, "ways": ways_of(self.object)}

    def initial(self) -> dict[str, Any]:
        return {"way": Way.PROFILE.value}

    def context(self) -> dict[str, Any]:
        return {**super().context(), "disclosure": disclosure_of(self.object)}

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            invited = actions.invite(
                device=self.object,
                consent=form.cleaned_data.get("consent", False),
                way=Way(form.cleaned_data.get("way") or Way.PROFILE),
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        link = link_of(invited.token)
        self.template_name = "mdm/invited.html"  # type: ignore[misc]
        return self.show(link=link, code=code_of(link), invitation=invited.invitation)


class RegisterOwnForm(forms.Form):
    """What kind of device it is; nothing else is kept of it."""

    kind = forms.ChoiceField(label="What kind of device is it?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [  # type: ignore[attr-defined]
            (code, label) for code, (label, _, platform) in KINDS.items() if is_managed(platform)
        ]


class RegisterOwn(FormPage):
    """Register a device of one's own, to use it for City work (S-1, S-2, G-2)."""

    permit = DEVICE_REGISTER_OWN
    title = "Register a device of my own"
    lead = (
        "The City keeps no serial number and no telephone number of it. The next page says what"
        " the City will see before anything is installed."
    )
    form_class = RegisterOwnForm
    submit = "Register"
    done = "{} is registered."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("My devices", reverse("mdm:mine")),)

    def act(self, form: Any) -> Device:
        _, device_class, platform = KINDS[form.cleaned_data["kind"]]
        return register_own(
            device_class=device_class, platform=platform, actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Device) -> str:
        return reverse("mdm:invite", kwargs={"key": outcome.pk})
