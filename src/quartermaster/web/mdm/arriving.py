"""What somebody sees on the device that comes in: by an invitation's link, or by signing in."""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from quartermaster.inventory.models import Device, Ownership, Platform
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.mdm import actions, queries
from quartermaster.mdm.abilities import EnrolsByAccount
from quartermaster.mdm.driver import Context, Disclosure, driver_for, is_managed
from quartermaster.mdm.models import Invitation
from quartermaster.mdm.ways import ACCOUNT_WAYS, Way
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.web.guard import PUBLIC, SIGNED_IN
from quartermaster.web.mdm.browsers import browser_of
from quartermaster.web.mdm.enrolling import code_of, link_of
from quartermaster.web.middleware import leading_to
from quartermaster.web.pages import FormPage, Page
from quartermaster.web.pages.forms import blame

LAST_BY_PROFILE = {"ios": 17, "ipados": 17, "macos": 14}  # a user's profile; by account from then
NEW = "new"


def disclosure_in(way: str, device: Device) -> Disclosure:
    """What the City will and will not see of a device that comes in this way."""
    context = replace(queries.context_of(device), way=way)
    return driver_for(device.platform).disclosure(context)


@method_decorator(never_cache, name="dispatch")
class Enrol(Page):
    """What somebody sees who opens the link of an invitation, before anything is installed."""

    permit = PUBLIC
    title = "Enrol this device"
    template_name = "mdm/enrol.html"

    def context(self) -> dict[str, Any]:
        token = self.kwargs["token"]
        invitation = queries.invitation_with(token, self.at)
        device = invitation.device
        browser = browser_of(self.request.headers.get("User-Agent", ""))
        link = link_of(token)
        return {
            "device": device,
            "disclosure": disclosure_in(invitation.way, device),
            "profile": f"{settings.DEVICES_URL}/enrol/{token}",
            "city": settings.CITY,
            "here": browser.is_of(device.platform),
            "browser": browser,
            "too_new": self._too_new(invitation, browser.version),
            "link": link,
            "code": code_of(link),
            "expires_at": invitation.expires_at,
        }

    @staticmethod
    def _too_new(invitation: Invitation, version: int) -> bool:
        """Whether the system takes a user's profile no longer, and wants a sign-in instead."""
        last = LAST_BY_PROFILE.get(invitation.device.platform, version)
        return invitation.way == Way.USER and version > last


class ByAccountForm(forms.Form):
    """Which device it is, and the owner's consent."""

    device = forms.ChoiceField(label="Which device is this?", widget=forms.RadioSelect)
    consent = forms.BooleanField(
        label="I have read this and agree to it.", help_text="Your consent is dated and kept."
    )

    def __init__(
        self, *args: Any, choices: list[tuple[str, str]], personal: bool, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["device"].choices = choices  # type: ignore[attr-defined]
        if not personal:
            del self.fields["consent"]


@method_decorator(never_cache, name="dispatch")
class ByAccount(FormPage):
    """Signed in on the device: the disclosure, the consent, and back to the device (S-2, G-2)."""

    permit = SIGNED_IN
    title = "Enrol this device"
    template_name = "mdm/by_account.html"
    form_class = ByAccountForm
    submit = "Go on"
    missing = "Say which device this is, and agree to the above."

    @property
    def way(self) -> str:
        way, platform = self.kwargs["way"], self.kwargs["platform"]
        if way not in ACCOUNT_WAYS or not is_managed(platform):
            raise NotFound("No device enrols at this address.")
        return str(way)

    @property
    def personal(self) -> bool:
        return self.way == Way.ACCOUNT_DRIVEN_USER

    def devices(self) -> list[Device]:
        """The actor's own devices that may be the one in their hand."""
        rows = queries.devices_to_invite(self.actor).filter(
            holder_id=self.actor.person_id,
            platform=self.kwargs["platform"],
            ownership=Ownership.PERSONAL if self.personal else Ownership.CITY,
        )
        return list(rows.exclude(status="retired"))

    def form_arguments(self) -> dict[str, Any]:
        choices = [(str(device.pk), self._label(device)) for device in self.devices()]
        if self.personal:
            choices.append((NEW, "A device of my own that the City does not know yet"))
        return {"choices": choices, "personal": self.personal}

    def initial(self) -> dict[str, Any]:
        devices = self.devices()
        if not devices and self.personal:
            return {"device": NEW}
        return {"device": str(devices[0].pk)} if len(devices) == 1 and not self.personal else {}

    @staticmethod
    def _label(device: Device) -> str:
        enrolled = queries.enrolment_now(device.id) is not None
        again = " (enrolled already; it enrols anew)" if enrolled else ""
        return f"{device.asset_tag}{again}"

    def context(self) -> dict[str, Any]:
        platform = self.kwargs["platform"]
        ownership = Ownership.PERSONAL if self.personal else Ownership.CITY
        context = Context(ownership=ownership, platform=platform, way=self.way)
        person_id = self.actor.person_id
        here = self.request.get_full_path()
        return {
            **super().context(),
            "disclosure": driver_for(platform).disclosure(context),
            "device": {"personal": self.personal},
            "system": Platform(platform).label,
            "due": person_id is not None and acknowledgement_due(person_id, self.at) is not None,
            "acknowledge": f"{reverse('policy:acknowledge')}?{urlencode({'next': here})}",
            "nothing": not self.personal and not self.devices(),
        }

    def show(self, **more: Any) -> HttpResponse:
        """The page, whose form may lead to the device's own address."""
        page = super().show(**more)
        page["Content-Security-Policy"] = leading_to(self._return_to("").partition(":")[0])
        return page

    def _return_to(self, token: str) -> str:
        driver = driver_for(self.kwargs["platform"])
        if not isinstance(driver, EnrolsByAccount):
            raise NotFound("No device enrols at this address.")
        return driver.return_address(token)

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        chosen = form.cleaned_data["device"]
        devices = {str(device.pk): device for device in self.devices()}
        try:
            granted = actions.grant_by_account(
                way=self.way,
                platform=self.kwargs["platform"],
                device=None if chosen == NEW else devices[chosen],
                consent=form.cleaned_data.get("consent", False),
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        # 308 to an address of its own scheme: what Apple's sign-in session waits for
        return HttpResponse(status=308, headers={"Location": self._return_to(granted.token)})
