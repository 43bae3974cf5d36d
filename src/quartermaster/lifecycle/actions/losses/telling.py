"""Mail about losses: to the holder at every step, to whom a step is owed by."""

from collections.abc import Iterable

from django.conf import settings

from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.models import Loss, LossStep
from quartermaster.lifecycle.queries.delegations import stand_ins_of
from quartermaster.lifecycle.rules.losses import OWNERS, Owner, StepKind
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

_HOLDER = {
    "reported": "the report was received, and ITMD was told. Should you find the device, say so on"
    " the page below at once: it is then not erased",
    "erasing": "ITMD asked for the device to be erased. A second person must confirm it; until it"
    " is sent, finding the device still stops it",
    "erased": "the device confirmed that it was erased",
    "unconfirmed": "the order to erase was sent, and the device has not confirmed it",
    "called-off": "the device is not erased; the search goes on",
    "found": "the device was found. It was not erased",
    "found-late": "the device was found after the order to erase had been sent",
    "written-off": "the device was written off",
    "repair": "the device was sent to repair",
    "repaired": "the device is fit for use",
    "given-up": "the device is beyond repair, and is given back to ITMD",
    "decided": "ITMD decided on responsibility. Read it on the page below",
    "replacement": "a device that can do the same work was chosen for you. ITMD hands it to you",
    "asked-side": "ITMD decides whether somebody is responsible for this. You may state your side"
    " before; you do not have to",
    "closed": "the case is closed. The device is your own, and stays yours",
}


def page(loss: Loss) -> str:
    return f"{settings.WEB_URL}/losses/{loss.id}/"


def tell_holder(loss: Loss, what: str, doing: Act) -> None:
    """Tell whose device it was what was done; once for each step of that kind and instant."""
    person = loss.held_by
    if person is None or person.standing != Standing.ACTIVE:
        return
    _send(loss, "holder", f"{what}:{doing.at:%Y%m%d%H%M%S}", [person], doing, said=_HOLDER[what])


def tell_owners(step: LossStep, doing: Act, urgency: str = "due") -> None:
    """Tell whose step it is. ``urgency``: "due" (asked now) or "reminder" (the time is over)."""
    key = f"step:{step.id}:{urgency}:{step.reminders}"
    people = owners_of(step, doing)
    _send(step.loss, "owner", key, people, doing, step=step, urgency=urgency)


def owners_of(step: LossStep, doing: Act) -> list[Person]:
    """The people whose step it is; nobody decides on what they lost themselves."""
    loss = step.loss
    if OWNERS[StepKind(step.kind)] is Owner.EMPLOYEE:
        return [loss.held_by] if loss.held_by and loss.held_by.standing == Standing.ACTIVE else []
    found: set[Person] = set(people_with_role(Role.ITMD_ADMIN, doing.at))
    if step.kind != StepKind.DECIDE:
        found |= set(people_with_role(Role.ITMD_HELPDESK, doing.at))
    found |= set(stand_ins_of([one.id for one in found], doing.at))
    return sorted((one for one in found if one.id != loss.held_by_id), key=lambda one: one.number)


def _send(
    loss: Loss,
    template: str,
    what: str,
    people: Iterable[Person],
    doing: Act,
    attachments: Iterable[StoredFile] = (),
    **more: object,
) -> None:
    for person in people:
        post.send(
            template=f"lifecycle/losses/{template}",
            to=person.email,
            name=person.name,
            context={"loss": loss, "device": loss.device, "link": page(loss), **more},
            key=f"loss:{loss.id}:{what}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=loss,
            attachments=tuple(attachments),
        )
