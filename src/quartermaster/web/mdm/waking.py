"""Waking on the pages: how the last wake of a device went, and waking it by hand."""

from datetime import timedelta
from typing import Any

from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.mdm import actions, queries
from quartermaster.mdm.abilities import waking_driver
from quartermaster.mdm.models import Enrolment, Wake
from quartermaster.mdm.permits import COMMAND_SEND, ENROLMENT_VIEW
from quartermaster.mdm.rules.waking import MOST_WAKES
from quartermaster.mdm.states import EnrolmentState
from quartermaster.web.marks import chip
from quartermaster.web.mdm.acts import OnEnrolment
from quartermaster.web.mdm.tables import WAKES
from quartermaster.web.panels import Body, panel

COARSE = timedelta(seconds=30)  # a device that calls again within it is not noted again


class WakeNow(OnEnrolment):
    """Wake the device though nothing waits for it (G-10)."""

    permit = COMMAND_SEND
    title = "Wake now"
    sentence = "{} is asked to call us at once."
    submit = "Wake it"

    def consequences(self) -> tuple[str, ...]:
        return (
            "The device fetches what waits for it, if anything does.",
            "One that is switched off, or has no network, comes when it has.",
        )

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        actions.wake_now(enrolment=self.object, actor=self.actor, at=self.at)
        return f"{self.object.device.asset_tag} is being woken."


@panel("device", title="Waking", order=26, permit=ENROLMENT_VIEW)
def waking(request: Any, device: Device) -> Body | None:
    """When the device was woken, and whether it can be."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    if not reach(request.actor, ENROLMENT_VIEW).covers(**place):
        return None
    enrolment = (
        queries.enrolments_visible_to(request.actor)
        .select_related("wake")
        .filter(device=device, state=EnrolmentState.ENROLLED)
        .first()
    )
    if enrolment is None or waking_driver(enrolment.driver) is None:
        return None
    row: Wake | None = getattr(enrolment, "wake", None)
    may = reach(request.actor, COMMAND_SEND).covers(**place)
    return Body(
        "mdm/panels/waking.html",
        enrolment=enrolment,
        wake=row,
        mark=mark_of(row),
        silent=_silent(enrolment, row),
        again_at=row.due_at if row and row.due_at and row.due_at > request.at else None,
        given_up=row is not None and row.due_at is None and row.attempts >= MOST_WAKES,
        may=may and (row is None or row.cannot_since is None) and enrolment.sealed_push_token,
    )


def mark_of(row: Wake | None) -> Any:
    """The outcome of the last wake, as a chip; None where there was none."""
    if row is None or not row.outcome:
        return None
    words = "Cannot be woken" if row.cannot_since else row.get_outcome_display()
    return chip(words, tone=WAKES[row.outcome])


def _silent(enrolment: Enrolment, row: Wake | None) -> bool:
    """Whether it was woken and surely has not called since; when it calls is noted coarsely."""
    if row is None or row.woken_at is None or row.cannot_since is not None:
        return False
    seen = enrolment.last_seen_at
    if seen is not None and seen >= row.woken_at - COARSE:
        return False
    return not enrolment.commands.filter(answered_at__gte=row.woken_at).exists()
