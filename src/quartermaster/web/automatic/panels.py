"""What automatic action adds to the page of a device: its access, and what was done to it."""

from typing import Any

from django.urls import reverse

from quartermaster.compliance import access, automatic
from quartermaster.compliance.permits import ACCESS_RESTRICT, FINDING_VIEW
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.mdm.driver import is_managed
from quartermaster.web.automatic.words import ACTS
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel

_MOST = 5
_TONES = {"admitted": "good", "restricted": "bad", "denied": "neutral"}
_WORDS = {"admitted": "Admitted", "restricted": "Restricted", "denied": "Not admitted"}


@panel("device", title="Access to City services", order=29, permit=FINDING_VIEW)
def access_panel(request: Any, device: Device) -> Body | None:
    """Whether City services that ask admit the device, why not, and what rules did (G-10)."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    if not is_managed(device.platform) or not reach(request.actor, FINDING_VIEW).covers(**place):
        return None
    answer = access.access_of(device)
    may = reach(request.actor, ACCESS_RESTRICT).covers(**place)
    rows = access.restrictions_visible_to(request.actor).filter(device=device, lifted_at=None)
    acts = automatic.acts_on_device(request.actor, device.id)[:_MOST]
    by_hand = rows.filter(act=None).exists()
    return Body(
        "automatic/device.html",
        answer=answer,
        mark=chip(_WORDS[answer.decision], tone=_TONES[answer.decision]),
        restrictions=[
            (item, reverse("automatic:lift", kwargs={"key": item.pk}) if may else "")
            for item in rows
        ],
        acts=[
            (item, chip(item.get_state_display(), raw=item.state, tone=ACTS[item.state]))
            for item in acts
        ],
        restrict=reverse("automatic:restrict", kwargs={"key": device.pk})
        if may and not by_hand
        else "",
    )
