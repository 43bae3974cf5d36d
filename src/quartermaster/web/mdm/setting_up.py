"""The pages that a device opens while it is set up: who it is for signs in and acknowledges."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from quartermaster.kernel.errors import HouseError
from quartermaster.mdm import actions
from quartermaster.mdm.actions.admitting import listed_for, require_current_system
from quartermaster.mdm.errors import InvitationUnusable, UpdateRequired
from quartermaster.mdm.makers import Asking, automating_driver, automating_drivers
from quartermaster.mdm.ways import Way
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.web.guard import PUBLIC, SIGNED_IN
from quartermaster.web.mdm.arriving import disclosure_in
from quartermaster.web.pages import Page
from quartermaster.web.pages.forms import FormPage, blame

KEPT = "asking"
KEPT_FOR = timedelta(hours=1)
FORBIDDEN = 403


def _kept(driver: str, asking: Asking, at: datetime) -> dict[str, Any]:
    """What the session remembers of a device that has proven itself."""
    return {
        "driver": driver,
        "external_id": asking.external_id,
        "serial": asking.serial,
        "system": asking.system,
        "os_version": asking.os_version,
        "can_update": asking.can_update,
        "signed_at": asking.signed_at.isoformat() if asking.signed_at else "",
        "at": at.isoformat(),
    }


def _remembered(kept: Mapping[str, Any] | None, at: datetime) -> tuple[str, Asking]:
    if not kept or datetime.fromisoformat(kept["at"]) + KEPT_FOR <= at:
        raise InvitationUnusable(
            "This page is for a device that is being set up. Start it anew and follow its steps."
        )
    asking = Asking(
        external_id=kept["external_id"],
        serial=kept["serial"],
        system=kept["system"],
        os_version=kept["os_version"],
        can_update=kept["can_update"],
        signed_at=datetime.fromisoformat(kept["signed_at"]) if kept["signed_at"] else None,
    )
    return kept["driver"], asking


@method_decorator(never_cache, name="dispatch")
class Begin(Page):
    """Where a maker sends the web view of a device in its set-up (S-2)."""

    permit = PUBLIC
    title = "Set up a device of the City"
    template_name = "mdm/set_up_nobody.html"

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        headers = {name.lower(): value for name, value in self.request.headers.items()}
        for driver, able in automating_drivers():
            asking = able.asking(headers, self.at)
            if asking is None:
                continue
            found = listed_for(driver=driver.name, asking=asking)
            assert found.device is not None
            try:
                require_current_system(device=found.device, asking=asking, at=self.at)
            except UpdateRequired as problem:
                body, media_type = able.update_required(problem.version)
                return HttpResponse(body, status=FORBIDDEN, content_type=media_type)
            self.request.session[KEPT] = _kept(driver.name, asking, self.at)
            return HttpResponseRedirect(reverse("mdm:automated-enrol"))
        return self.show()


class AgreeForm(forms.Form):
    """Nothing is filled in; the button says it."""


@method_decorator(never_cache, name="dispatch")
class Enrol(FormPage):
    """The person who holds the device in their hands gets its profile (S-2, G-10)."""

    permit = SIGNED_IN
    title = "Set up your device"
    template_name = "mdm/set_up.html"
    form_class = AgreeForm
    submit = "Set up this device"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if KEPT not in self.request.session:
            return HttpResponseRedirect(reverse("mdm:automated-begin"))
        return super().get(*args, **kwargs)

    def context(self) -> dict[str, Any]:
        driver, asking = _remembered(self.request.session.get(KEPT), self.at)
        device = listed_for(driver=driver, asking=asking).device
        assert device is not None
        due = acknowledgement_due(self.actor.person_id, self.at) if self.actor.person_id else None
        here = urlencode({"next": reverse("mdm:automated-enrol")})
        return {
            **super().context(),
            "device": device,
            "mine": device.holder_id in {None, self.actor.person_id},
            "due": due,
            "acknowledge": f"{reverse('policy:acknowledge')}?{here}",
            "disclosure": disclosure_in(Way.AUTOMATED, device),
            "city": settings.CITY,
        }

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        driver, asking = _remembered(self.request.session.get(KEPT), self.at)
        able = automating_driver(driver)
        try:
            invited = actions.admit(
                driver=driver,
                asking=asking,
                person_id=self.actor.person_id,
                actor=self.actor,
                at=self.at,
            )
        except HouseError as problem:
            form.is_valid()  # it has nothing that could be wrong
            blame(form, problem)
            return self.again(form, problem.status)
        assert able is not None
        body, media_type = able.enrolment_profile(invited.token, self.at)
        del self.request.session[KEPT]
        return HttpResponse(body, content_type=media_type)
