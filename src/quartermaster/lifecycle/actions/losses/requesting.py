"""What is to be ordered in place of a lost device is requested as anything is (G-7, G-11, G-12)."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.actions.losses.common import open_step, the_loss
from quartermaster.lifecycle.actions.losses.telling import tell_owners
from quartermaster.lifecycle.actions.requests.asking import make_request
from quartermaster.lifecycle.actions.requests.moving import move as move_request
from quartermaster.lifecycle.actions.requests.telling import tell_people
from quartermaster.lifecycle.calendar import today
from quartermaster.lifecycle.loss_permits import LOSS_KEEP
from quartermaster.lifecycle.models import Loss, Replacement, ReplacementState, Request
from quartermaster.lifecycle.queries.requests import live, request_for_update
from quartermaster.lifecycle.queries.second import has_line
from quartermaster.lifecycle.rules.details import ItemDetails, RequestDetails
from quartermaster.lifecycle.rules.losses import StepKind
from quartermaster.lifecycle.rules.requests import OPEN_ITEMS, ItemKind, RequestState


def request_replacement(*, loss_id: UUID, actor: Actor, at: datetime) -> Request | None:
    """Open a request for what takes a lost device's place, or go on with an open one (G-11, G-7).

    It asks for what the work takes, and not for the model; stock is offered first. Where it cannot
    be asked for, such as for an excluded department, ITMD has the step to choose again.
    """
    with act(actor, at) as doing:
        require(actor, LOSS_KEEP)
        loss = the_loss(loss_id)
        rows = Replacement.objects.select_for_update()
        wanted = rows.filter(loss=loss, state=ReplacementState.ORDERED, request=None).first()
        if wanted is None or loss.held_by_id is None:
            return None
        try:
            open_ = _open_one(loss, wanted)
            found = open_ or make_request(
                person_id=loss.held_by_id, details=_details(loss, wanted, at), doing=doing
            )
        except HouseError as problem:
            doing.record("lifecycle.loss.replacement-not-asked", loss, reason=problem.message)
            tell_owners(open_step(loss, StepKind.REPLACE, doing), doing)
            return None
        Replacement.objects.filter(id=wanted.id).update(request=found, request_made=open_ is None)
        doing.record("lifecycle.loss.replacement-requested", loss, request=str(found.id))
    return found


def follow_request(*, request_id: UUID, actor: Actor, at: datetime) -> int:
    """A request that ended without a device leaves the choice open again (G-11)."""
    with act(actor, at) as doing:
        require(actor, LOSS_KEEP)
        request = Request.objects.get(id=request_id)
        if request.state == RequestState.FULFILLED:
            return 0
        rows = Replacement.objects.select_for_update().filter(
            request=request, state=ReplacementState.ORDERED
        )
        wanted = rows.first()
        if wanted is None:
            return 0
        Replacement.objects.filter(id=wanted.id).update(request=None, request_made=False)
        loss = the_loss(wanted.loss_id)
        doing.record(
            "lifecycle.loss.replacement-fell-through", loss, request=request.get_state_display()
        )
        tell_owners(open_step(loss, StepKind.REPLACE, doing), doing)
    return 1


def call_off_request(wanted: Replacement, reason: str, doing: Act) -> None:
    """The device was found: what was asked for because of it is withdrawn, and nothing else."""
    if wanted.request_id is None:
        return
    request = request_for_update(wanted.request_id)
    if request.closed_at is not None or not wanted.request_made:
        return
    move_request(request, "withdraw", doing, closing_reason=reason)
    doing.record("lifecycle.request.withdrawn", request, reason=reason)
    tell_people(request, doing)


def _open_one(loss: Loss, wanted: Replacement) -> Request | None:
    """A live request of theirs that asks for such a device already."""
    rows = live(Request.objects.filter(person=loss.held_by)).order_by("asked_at", "id")
    for request in rows:
        for item in request.items.filter(
            kind=ItemKind.DEVICE,
            device_class=loss.device.device_class,
            state__in=values(OPEN_ITEMS),
        ):
            if set(wanted.needs) <= set(item.capabilities):
                return request
    return None


def _details(loss: Loss, wanted: Replacement, at: datetime) -> RequestDetails:
    device = loss.device
    said = f"In place of {device.asset_tag}, {loss.get_kind_display().lower()}: {wanted.reason}"
    item = ItemDetails.of(
        kind=ItemKind.DEVICE,
        device_class=device.device_class,
        cellular=has_line(device),
        capabilities=wanted.needs,
    )
    return RequestDetails.of(need=said[:1000], wanted_from=today(at), items=(item,))
