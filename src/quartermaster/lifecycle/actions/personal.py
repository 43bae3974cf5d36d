"""Leaving with one's own device: the City's data go, nothing else; the consent is kept (G-2)."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.actions import retire
from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require, system
from quartermaster.lifecycle.models import Leaving
from quartermaster.lifecycle.permits import PERSONAL_LEAVE
from quartermaster.lifecycle.rules.handovers import require_reason
from quartermaster.mdm import holds
from quartermaster.mdm.actions import cancel_invitation, close_enrolment, end_enrolment
from quartermaster.mdm.errors import OnHold
from quartermaster.mdm.models import DeviceSoftware, Enrolment, Invitation
from quartermaster.mdm.powers import powers_over
from quartermaster.mdm.queries import enrolment_now
from quartermaster.mdm.states import INVITATION
from quartermaster.notify import actions as post
from quartermaster.org.models import Person

HOUSE = system("personal devices")
NOTHING = "The device was not under management: the City had put nothing on it."
OWN_WISH = "By the owner's own wish."


def leave_personal(*, device_id: UUID, reason: str = "", actor: Actor, at: datetime) -> Leaving:
    """End the registration of a personal device, by its owner at any time, or by ITMD (G-2, G-10).

    What the City put on it leaves it, and nothing else; the consent stays on record.

    Raises:
        OnHold: a legal hold is on it; the records custodian is to be asked first.
        Conflict: it is the City's, or left already.
    """
    with act(actor, at) as doing:
        device = device_for_update(device_id)
        require(
            actor,
            PERSONAL_LEAVE,
            person_id=device.holder_id,
            department_id=device.department_id,
        )
        owner = _owner_of(device)
        own = actor.person_id is not None and actor.person_id == owner.id
        why = reason if own and reason.strip() else (OWN_WISH if own else reason)
        why = require_reason(why, "Say why the registration ends")
        if said := holds.hold_on(device, at):
            raise OnHold(f"{said} Speak with the records custodian before it leaves.")
        enrolment = enrolment_now(device.id)
        removed = _removed(device, enrolment, at)
        consented = _consent_of(device)
        _let_go(device, enrolment, own=own, doing=doing)
        made = Leaving.objects.create(
            device=device,
            person=owner,
            own_wish=own,
            reason=why,
            consented_at=consented,
            enrolled=enrolment is not None,
            removed=removed,
            left_at=at,
            left_by=actor.label,
        )
        doing.record(
            "lifecycle.personal.left",
            made,
            device=device.asset_tag,
            owner=str(owner.id),
            own_wish=own,
            reason=why,
            removed=removed,
            consented_at=consented.isoformat() if consented else None,
        )
        _tell(made, doing)
    return made


def _owner_of(device: Device) -> Person:
    if not device.personal:
        raise Conflict(f"{device} is the City's; it is returned, and does not leave.")
    if device.status == DeviceStatus.RETIRED or device.holder is None:
        raise Conflict(f"{device} left already.")
    return device.holder


def _removed(device: Device, enrolment: Enrolment | None, at: datetime) -> list[str]:
    """What goes, by the driver's word, with the names of the City's own applications on it."""
    if enrolment is None:
        return [NOTHING]
    there = DeviceSoftware.objects.filter(device=device).exclude(installed_at=None)
    names = sorted(set(there.values_list("software__title", flat=True)))
    named = [f"Applications of the City that go: {', '.join(names)}."] if names else []
    return [*powers_over(device, at).removed, *named]


def _consent_of(device: Device) -> datetime | None:
    """The last consent to the disclosure; its invitation is kept for ever."""
    rows = Invitation.objects.filter(device=device, consented_at__isnull=False)
    return rows.order_by("-consented_at").values_list("consented_at", flat=True).first()


def _let_go(device: Device, enrolment: Enrolment | None, *, own: bool, doing: Act) -> None:
    waiting = Invitation.objects.filter(
        device=device, state__in=INVITATION.transitions["cancel"].sources
    )
    for invitation in waiting.select_related("device"):
        cancel_invitation(invitation=invitation, actor=HOUSE, at=doing.at)
    if enrolment is not None and own:
        close_enrolment(enrolment, "its owner left with it", doing)
    elif enrolment is not None:  # many at once by one person take two, as for every removal
        end_enrolment(
            enrolment=enrolment,
            reason="the registration ended",
            actor=doing.actor,
            at=doing.at,
        )
    retire(device_id=device.id, actor=HOUSE, at=doing.at)


def _tell(leaving: Leaving, doing: Act) -> None:
    post.send(
        template="lifecycle/personal/left",
        to=leaving.person.email,
        name=leaving.person.name,
        context={
            "device": leaving.device.asset_tag,
            "removed": leaving.removed,
            "own": leaving.own_wish,
            "reason": leaving.reason,
            "consented_at": leaving.consented_at,
        },
        key=f"lifecycle.personal/{leaving.id}/left",
        about=leaving,
        actor=doing.actor,
        at=doing.at,
    )
