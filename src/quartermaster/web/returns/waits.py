"""Returns and sanitisations whose next step is the reader's."""

from django.db.models import Q
from django.urls import reverse

from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.queries.returns import (
    devices_to_sanitise,
    returns_visible_to,
    sanitisations_visible_to,
)
from quartermaster.lifecycle.return_permits import RETURN_RECEIVE, RETURN_STATE, SANITISE
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("To give back", permit=RETURN_STATE, order=8)
def to_give_back(request: HouseRequest) -> Steps:
    """What the reader has and is asked for (C-3)."""
    rows = returns_visible_to(request.actor).filter(
        state="expected", holder_id=request.actor.person_id
    )
    if not (yield rows):
        return
    for row in rows.order_by("due_at", "id"):
        verb = "Bring it to ITMD" if row.stated_at else "State that nothing is left, and bring it"
        yield _wait(f"{verb}: {row.device}", row, row.get_reason_display())


@waits("Returns to receive", permit=RETURN_RECEIVE, order=33)
def to_receive(request: HouseRequest) -> Steps:
    """What its holder is done with, or what should be back (C-3)."""
    rows = returns_visible_to(request.actor).filter(state="expected")
    due = rows.filter(Q(stated_at__isnull=False) | Q(due_at__lte=request.at))
    others = due.exclude(holder_id=request.actor.person_id)
    if not (yield others):
        return
    for row in others.order_by("due_at", "id"):
        verb = "Receive" if row.stated_at else "Ask after"
        yield _wait(f"{verb}: {row.device} from {row.holder}", row, row.get_reason_display())


@waits("To be sanitised", permit=SANITISE, order=35)
def to_sanitise(request: HouseRequest) -> Steps:
    """What stands in quarantine, and what somebody else did and the reader verifies (C-3)."""
    done = sanitisations_visible_to(request.actor).filter(state="done")
    others = done.exclude(operator_id=request.actor.person_id).order_by("done_at", "id")
    for row in others if (yield others) else ():
        address = reverse("returns:verify", kwargs={"key": row.pk})
        yield Wait(f"Verify: {row}", address, note=f"Done by {row.operator}")
    devices = devices_to_sanitise(request.actor).order_by("asset_tag")
    for device in devices if (yield devices) else ():
        address = reverse("returns:sanitise", kwargs={"key": device.pk})
        yield Wait(f"Sanitise: {device}", address, note=device.department.name)


def _wait(title: str, row: Return, note: str) -> Wait:
    return Wait(title, reverse("returns:return", kwargs={"key": row.pk}), row.due_at, note)
