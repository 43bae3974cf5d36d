"""What the verbs on hand-outs share: locked rows, the one step, and telling people."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.permits import Actor, system
from quartermaster.lifecycle.models import Handover, HandoverItem
from quartermaster.lifecycle.rules.handovers import HANDOVER, HandoverState
from quartermaster.notify import actions as post
from quartermaster.org.models import Person

HOUSE = system("hand-out")


def the_handover(handover_id: UUID) -> Handover:
    """The hand-out to change, locked; verbs on it come one after another."""
    rows = Handover.objects.select_for_update(of=("self",)).select_related(
        "holder__department", "department"
    )
    found = rows.filter(id=handover_id).first()
    if found is None:
        raise NotFound("There is no such hand-out.")
    return found


def the_item(item_id: UUID) -> HandoverItem:
    """A thing of a hand-out that is not signed yet, with its hand-out locked."""
    key = HandoverItem.objects.filter(id=item_id).values_list("handover_id", flat=True).first()
    if key is None:
        raise NotFound("There is no such thing in a hand-out.")
    handover = the_handover(key)
    require_prepared(handover)
    return handover.items.select_related("device", "accessory", "handover__holder").get(id=item_id)


def require_prepared(handover: Handover) -> None:
    HANDOVER.target("sign", HandoverState(handover.state))


def not_for_oneself(actor: Actor, holder_id: UUID) -> None:
    """Nobody at ITMD hands out to themselves."""
    if actor.speaks_for(holder_id):
        raise Refused("Nobody hands out to themselves; another person at ITMD must.")


def move(handover: Handover, verb: str, doing: Act, **changes: object) -> None:
    """Take one step from exactly the state that was read; what was kept for it is let go."""
    step = HANDOVER.transitions[verb]
    rows = Handover.objects.filter(id=handover.id, state__in=sorted(step.sources))
    fields = {"state": step.target.value, "closed_at": doing.at, "remind_at": None, **changes}
    if rows.update(**fields) != 1:
        handover.refresh_from_db()
        HANDOVER.target(verb, HandoverState(handover.state))
        raise Conflict("This hand-out changed in the meantime. Look at it again.")
    handover.items.filter(live=True).update(live=False)
    handover.refresh_from_db()


def address(handover: Handover, *, sign: bool = False) -> str:
    return f"{settings.WEB_URL}/hand-outs/{handover.id}/{'sign/' if sign else ''}"


def tell(
    handover: Handover,
    template: str,
    doing: Act,
    *,
    to: Person | None = None,
    key: str = "",
    files: tuple[StoredFile, ...] = (),
    **context: Any,
) -> None:
    """Mail about a hand-out to its holder, or to somebody else."""
    person = to or handover.holder
    post.send(
        template=f"lifecycle/handovers/{template}",
        to=person.email,
        name=person.name,
        context={
            "number": handover.number,
            "holder": handover.holder.name,
            "things": [str(item) for item in handover.items.order_by("id")],
            "until": handover.expires_at,
            "link": address(handover),
            **context,
        },
        key=f"lifecycle.handover/{handover.id}/{template}/{key or person.id}",
        about=handover,
        attachments=files,
        actor=doing.actor,
        at=doing.at,
    )


def day_of(at: datetime) -> str:
    return localdate(at).isoformat()
