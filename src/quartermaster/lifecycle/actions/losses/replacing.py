"""Replacing a lost device: by what the work takes, out of stock first (G-11)."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q

from quartermaster.inventory.queries import device_for_update
from quartermaster.inventory.rules.details import CAPABILITIES
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.losses.common import end_step, require_on, the_loss
from quartermaster.lifecycle.actions.losses.requesting import call_off_request
from quartermaster.lifecycle.actions.losses.telling import tell_holder
from quartermaster.lifecycle.loss_events import ReplacementWanted
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE
from quartermaster.lifecycle.models import Loss, Replacement, ReplacementState
from quartermaster.lifecycle.queries.losses import candidates_for
from quartermaster.lifecycle.rules.losses import StepKind
from quartermaster.lifecycle.rules.requests import ItemState


def choose_replacement(
    *,
    loss: Loss,
    device_id: UUID,
    needs: Sequence[str],
    reason: str = "",
    actor: Actor,
    at: datetime,
) -> Replacement:
    """Reserve a device that meets the needs; one that lacks something takes a reason (G-11)."""
    with act(actor, at) as doing:
        found = _undecided(loss, actor)
        wanted = _known(needs)
        device_for_update(device_id)
        offers = {item.offer.device_id: item for item in candidates_for(found, wanted)}
        candidate = offers.get(device_id)
        if candidate is None:
            raise Conflict("This device is not free: choose another one out of the list.")
        if not candidate.fits and not reason.strip():
            raise InvalidInput(
                f"It lacks {', '.join(candidate.missing)}. Say why it will do.", field="reason"
            )
        try:
            with transaction.atomic():
                made = _keep(
                    found,
                    wanted,
                    ReplacementState.CHOSEN,
                    doing,
                    device_id=device_id,
                    reason=reason.strip()[:300],
                )
        except IntegrityError as race:
            raise Conflict("Somebody chose this device at this moment.") from race
        end_step(found, StepKind.REPLACE, doing, f"{candidate.offer.tag} was chosen.")
        tell_holder(found, "replacement", doing)
    return made


def order_replacement(
    *, loss: Loss, needs: Sequence[str], reason: str, actor: Actor, at: datetime
) -> Replacement:
    """Have a replacement ordered, as nothing in stock will do (G-11, G-12)."""
    with act(actor, at) as doing:
        found = _undecided(loss, actor)
        why = said(reason, "Say what is needed that stock has not", 300)
        wanted = _known(needs)
        made = _keep(found, wanted, ReplacementState.ORDERED, doing, reason=why)
        end_step(found, StepKind.REPLACE, doing, "To be ordered.")
        if found.held_by_id is not None:
            doing.emit(
                ReplacementWanted(
                    loss_id=found.id,
                    person_id=found.held_by_id,
                    device_class=str(found.device.device_class),
                    needs=tuple(wanted),
                )
            )
    return made


def need_no_replacement(*, loss: Loss, reason: str, actor: Actor, at: datetime) -> Replacement:
    """Note that nothing takes the place of the lost device (G-11)."""
    with act(actor, at) as doing:
        found = _undecided(loss, actor)
        why = said(reason, "Say why none is needed", 300)
        made = _keep(found, [], ReplacementState.NONE, doing, reason=why)
        end_step(found, StepKind.REPLACE, doing, "None needed.")
    return made


def note_handed_out(device_id: UUID, holder_id: UUID, doing: Act) -> None:
    """A device that was chosen as replacement, or asked for as one, is with whom it was for."""
    rows = Replacement.objects.select_for_update(of=("self",)).select_related("loss")
    chosen = Q(device_id=device_id, state=ReplacementState.CHOSEN)
    asked = Q(
        request__items__device_id=device_id,
        request__items__state=ItemState.FULFILLED,
        state=ReplacementState.ORDERED,
    )
    for item in rows.filter(chosen | asked, loss__held_by_id=holder_id):
        Replacement.objects.filter(id=item.id).update(
            state=ReplacementState.GIVEN, device_id=device_id, given_at=doing.at
        )
        doing.record("lifecycle.loss.replacement-given", item.loss, device=str(device_id))


def not_needed(loss: Loss, reason: str, doing: Act) -> None:
    """What was chosen and not handed out yet is free again."""
    rows = Replacement.objects.filter(
        loss=loss, state__in=[ReplacementState.CHOSEN, ReplacementState.ORDERED]
    )
    for wanted in rows.exclude(request=None):
        call_off_request(wanted, reason, doing)
    none = {"device": None, "request": None, "request_made": False, "reason": reason[:300]}
    if rows.update(state=ReplacementState.NONE, **none):
        doing.record("lifecycle.loss.replacement-called-off", loss, reason=reason)


def _undecided(loss: Loss, actor: Actor) -> Loss:
    found = the_loss(loss.id)
    require_on(actor, LOSS_HANDLE, found)
    given = Replacement.objects.filter(loss=found, state=ReplacementState.GIVEN).exists()
    if given:
        raise Conflict("A replacement was handed out already.")
    if found.device.personal:
        raise Conflict("The City does not replace a personal device.")
    return found


def _known(needs: Sequence[str]) -> list[str]:
    odd = [name for name in needs if name not in CAPABILITIES]
    if odd:
        raise InvalidInput(f"“{odd[0][:40]}” is no capability.", field="needs")
    return sorted(set(needs))


def _keep(
    loss: Loss, needs: list[str], state: ReplacementState, doing: Act, **more: object
) -> Replacement:
    values = {
        "needs": needs,
        "state": state,
        "device_id": None,
        "request_id": None,
        "request_made": False,
        "reason": "",
        "decided_at": doing.at,
        "decided_by": doing.actor.label[:200],
        **more,
    }
    before = Replacement.objects.filter(loss=loss, state=ReplacementState.ORDERED).first()
    if before is not None and state is not ReplacementState.ORDERED:
        call_off_request(before, "Something else takes its place.", doing)
    made, _ = Replacement.objects.update_or_create(loss=loss, defaults=values)
    doing.record(
        f"lifecycle.loss.replacement-{state.value}",
        loss,
        needs=needs,
        reason=str(values["reason"]),
    )
    return made
