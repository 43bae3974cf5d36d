"""Where a lost device was: shown one by one, to whoever may find it; each look is recorded."""

from collections.abc import Sequence
from math import log10
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from quartermaster.mdm import acting, actions
from quartermaster.mdm.models import Location
from quartermaster.mdm.permits import DEVICE_LOCATE
from quartermaster.web.links import device_address
from quartermaster.web.pages import ActPage, Crumb

SMALLEST, LARGEST = 6, 54  # radii of the sketch, of 60
NEAR, FAR = 5.0, 5_000.0  # metres


def radius(accuracy: float) -> int:
    """How large the circle of uncertainty is drawn: by its order of magnitude."""
    bounded = min(max(accuracy, NEAR), FAR)
    share = (log10(bounded) - log10(NEAR)) / (log10(FAR) - log10(NEAR))
    return round(SMALLEST + share * (LARGEST - SMALLEST))


@method_decorator(never_cache, name="dispatch")
class ShowLocation(ActPage[Location]):
    """Show where a lost device said that it was (G-11)."""

    permit = DEVICE_LOCATE
    thing = "location"
    title = "Show where it was"
    submit = "Show it"
    template_name = "pages/act.html"

    def rows(self) -> QuerySet[Location]:
        return acting.locations_visible_to(self.actor)

    def heading(self) -> str:
        return f"Where {self.object.command.enrolment.device.asset_tag} was"

    def explain(self) -> str:
        return "The place is shown on the next page. That you looked is recorded."

    def consequences(self) -> Sequence[str]:
        return ("The holder was told that the device was located, by whom and why.",)

    def crumbs(self) -> Sequence[Crumb]:
        device = self.object.command.enrolment.device
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(device.asset_tag, device_address(self.request, device)),
        )

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        place = actions.view_location(location=self.object, actor=self.actor, at=self.at)
        self.template_name = "mdm/location.html"  # type: ignore[misc]
        return self.show(place=place, radius=radius(place.accuracy))
