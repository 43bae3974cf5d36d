"""Letting a thing or a charge go takes two people."""

from datetime import datetime

from quartermaster.inventory import actions as inventory
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.words import said
from quartermaster.lifecycle.actions.recoveries.moving import Thing, about, move_owed, permitted
from quartermaster.lifecycle.models import RecoveryItem
from quartermaster.lifecycle.recovery_permits import RECOVERY_PURSUE
from quartermaster.lifecycle.rules.recoveries import ItemKind, why_not_let_go


def ask_to_let_go(*, thing: Thing, reason: str, actor: Actor, at: datetime) -> Thing:
    """Ask that something be let go; a second person decides (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, thing.recovery)
        problem = why_not_let_go(ItemKind(thing.kind)) if isinstance(thing, RecoveryItem) else ""
        if problem:
            raise Conflict(problem)
        why = said(reason, "Say why it is let go")
        move_owed(thing, "ask to let go", asked_by_id=actor.person_id, note=why)
        about(thing, doing, "let-go-asked", reason=why)
    return thing


def agree_to_let_go(*, thing: Thing, actor: Actor, at: datetime) -> Thing:
    """Let it go, as the second person; an accessory leaves the ledger with it (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, thing.recovery)
        _another(thing, actor)
        move_owed(thing, "let go", agreed_by_id=actor.person_id, settled_at=at)
        if isinstance(thing, RecoveryItem):
            thing.steps.filter(done_at=None).update(done_at=at, outcome="Not needed: let go.")
            if thing.accessory_id is not None:
                key = thing.accessory_id
                inventory.unassign_accessory(accessory_id=key, actor=actor, at=at)
                inventory.retire_accessory(accessory_id=key, actor=actor, at=at)
        about(thing, doing, "let-go", reason=thing.note)
    return thing


def keep_due(*, thing: Thing, actor: Actor, at: datetime) -> Thing:
    """Not let it go: it stays due (C-4)."""
    with act(actor, at) as doing:
        permitted(actor, RECOVERY_PURSUE, thing.recovery)
        move_owed(thing, "keep due", asked_by=None, note="")
        about(thing, doing, "kept-due")
    return thing


def _another(thing: Thing, actor: Actor) -> None:
    if actor.person_id is None or actor.person_id == thing.asked_by_id:
        raise Refused("Whoever asked that it be let go does not agree to it; another person must.")
