"""What the verbs on returns share."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.rules.returns import RETURN, ReturnState
from quartermaster.mdm import posture
from quartermaster.mdm.models import StoredFact
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing

HOUSE = system("returns")


def the_return(return_id: UUID) -> Return:
    """The return to change, locked until the transaction ends."""
    rows = Return.objects.select_for_update(of=("self",)).select_related(
        "device__model", "holder", "department"
    )
    found = rows.filter(id=return_id).first()
    if found is None:
        raise NotFound("There is no such return.")
    return found


def require_expected(row: Return) -> None:
    RETURN.target("receive", ReturnState(row.state))


def move(row: Return, verb: str, at: datetime, **more: Any) -> None:
    step = RETURN.transitions[verb]
    rows = Return.objects.filter(id=row.id, state__in=sorted(step.sources))
    fields = {"state": step.target, "closed_at": at, "remind_at": None, **more}
    if rows.update(**fields) != 1:
        row.refresh_from_db()
        RETURN.target(verb, ReturnState(row.state))
        raise Conflict("The return was changed in the meantime. Look at it again.")
    row.refresh_from_db()


def activation_locked(device: Device) -> bool | None:
    """Whether a device says that it is locked to an account; None where nobody knows."""
    fact = StoredFact.objects.filter(device=device, key=posture.ACTIVATION_LOCKED).first()
    return bool(fact.value) if fact is not None else None


def tell(
    row: Return,
    template: str,
    what: str,
    people: Sequence[Person],
    doing: Act,
    attachments: Sequence[StoredFile] = (),
    **more: object,
) -> None:
    for person in people:
        if person.standing != Standing.ACTIVE:
            continue
        post.send(
            template=f"lifecycle/returns/{template}",
            to=person.email,
            name=person.name,
            context={
                "row": row,
                "device": row.device,
                "link": f"{settings.WEB_URL}/returns/{row.id}/",
                **more,
            },
            key=f"return:{row.id}:{what}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=row,
            attachments=tuple(attachments),
        )
