"""Changing a state: one row, from exactly the states that the table names."""

from quartermaster.inventory.rules.custody import Cause
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, Permit, require
from quartermaster.lifecycle.models import Recovery, RecoveryCharge, RecoveryItem
from quartermaster.lifecycle.rules.recoveries import OWED, RECOVERY, OwedState, RecoveryState

Thing = RecoveryItem | RecoveryCharge


def move(recovery: Recovery, verb: str, **more: object) -> None:
    """Take one step of a recovery; `Conflict` where it does not lead on from where it stands."""
    step = RECOVERY.transitions[verb]
    rows = Recovery.objects.filter(id=recovery.id, state__in=step.sources)
    changed = rows.update(state=step.target.value, **more)
    recovery.refresh_from_db()
    if changed != 1:
        RECOVERY.target(verb, RecoveryState(recovery.state))
        raise Conflict("It changed at the same time; look at it again.")


def move_owed(thing: Thing, verb: str, **more: object) -> None:
    """Take one step of a thing or charge."""
    step = OWED.transitions[verb]
    rows = type(thing).objects.filter(id=thing.id, state__in=step.sources)
    changed = rows.update(state=step.target.value, **more)
    thing.refresh_from_db()
    if changed != 1:
        OWED.target(verb, OwedState(thing.state))
        raise Conflict("It changed at the same time; look at it again.")


def cause_of(recovery: Recovery) -> Cause:
    """What an order to a carrier comes of."""
    return Cause("Its holder left.", "lifecycle.recovery", recovery.id)


def permitted(actor: Actor, asked: Permit, recovery: Recovery) -> None:
    """Ask the permit for whom it is about; nobody settles what they owe themselves."""
    require(actor, asked, person_id=recovery.person_id, department_id=recovery.department_id)
    if actor.person_id == recovery.person_id:
        raise Refused("Nobody settles a recovery of their own; another person must.")


def about(thing: Thing, doing: Act, tag: str, **data: object) -> None:
    """Write an entry on the recovery, naming the thing."""
    doing.record(f"lifecycle.recovery.{tag}", thing.recovery, thing=str(thing), **data)
