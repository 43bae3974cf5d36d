"""That there is a hold, on the pages of devices and people, for those who may know it."""

from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Person
from quartermaster.records import holds
from quartermaster.records.permits import HOLD_KNOW, HOLD_VIEW
from quartermaster.web.panels import Body, panel

_PANEL = "holds/panels/held.html"


@panel("device", title="Legal hold", order=1, permit=HOLD_KNOW)
def of_device(request: Any, device: Device) -> Body | None:
    """A device stays as it is (G-2, C-2)."""
    if not holds.is_held(request.actor, device=device):
        return None
    keys = {key.rpartition("/")[2] for key in holds.keys_on_device(device)}
    shown = holds.holds_visible_to(request.actor).filter(id__in=keys)
    return Body(_PANEL, what="device", holds=list(shown), details=_details(request))


@panel("person", title="Legal hold", order=1, permit=HOLD_KNOW)
def of_person(request: Any, person: Person) -> Body | None:
    """A person must keep what they have (G-2)."""
    if not holds.is_held(request.actor, person=person):
        return None
    keepers = holds.live_keepers().filter(person=person)
    shown = holds.holds_visible_to(request.actor).filter(id__in=keepers.values("hold_id"))
    return Body(_PANEL, what="person", holds=list(shown), details=_details(request))


def _details(request: Any) -> bool:
    return reach(request.actor, HOLD_VIEW).everything
