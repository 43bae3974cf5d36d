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

from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.mdm import actions, queries
from quartermaster.mdm.driver import Disclosure, driver_for, is_managed
from quartermaster.mdm.permits import DEVICE_INVITE
from quartermaster.web.guard import PUBLIC
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb, Page
from quartermaster.web.pages.forms import blame


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
    """The owner's consent, of a personal device."""

    consent = forms.BooleanField(
        label="The owner has read this and agrees to it.",
        help_text="The consent is dated and kept.",
    )

    def __init__(self, *args: Any, personal: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not personal:
            del self.fields["consent"]


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
        return {"personal": self.object.personal}

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
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        link = link_of(invited.token)
        self.template_name = "mdm/invited.html"  # type: ignore[misc]
        return self.show(link=link, code=code_of(link), invitation=invited.invitation)


@method_decorator(never_cache, name="dispatch")
class Enrol(Page):
    """What somebody sees who opens the link of an invitation, before anything is installed."""

    permit = PUBLIC
    title = "Enrol this device"
    template_name = "mdm/enrol.html"

    def context(self) -> dict[str, Any]:
        token = self.kwargs["token"]
        invitation = queries.invitation_with(token, self.at)
        return {
            "device": invitation.device,
            "disclosure": disclosure_of(invitation.device),
            "profile": f"{settings.DEVICES_URL}/enrol/{token}",
            "city": settings.CITY,
        }
