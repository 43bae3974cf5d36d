"""Looking into a total that does not agree, and saying what became of it."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Actor, reach, require
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.usage.actions.common import locked
from quartermaster.usage.import_permits import DIFFERENCE_RESOLVE
from quartermaster.usage.models import Difference
from quartermaster.usage.queries.imports import differences_visible_to
from quartermaster.usage.rules.imports import DIFFERENCE, DifferenceState, reason_of


def assign(*, difference_id: UUID, person_id: UUID, actor: Actor, at: datetime) -> Difference:
    """Give a difference to somebody of ITMD to look into (G-12)."""
    require(actor, DIFFERENCE_RESOLVE)
    with act(actor, at) as doing:
        row = _locked(difference_id, actor)
        person = Person.objects.filter(pk=person_id).first()
        if person is None or not reach(actor_for(person, at), DIFFERENCE_RESOLVE).everything:
            raise InvalidInput("Choose somebody who may resolve it.", field="person")
        _move(row, "assign")
        row.assigned_to, row.assigned_at = person, at
        row.save(update_fields=["state", "assigned_to", "assigned_at"])
        doing.record("usage.difference.assigned", row, person=str(person.pk))
    return row


def resolve(*, difference_id: UUID, reason: str, actor: Actor, at: datetime) -> Difference:
    """Say what became of a difference, and close it (G-12)."""
    require(actor, DIFFERENCE_RESOLVE)
    said = reason_of(reason)
    with act(actor, at) as doing:
        row = _locked(difference_id, actor)
        _move(row, "resolve")
        row.closed_at, row.closed_label, row.reason = at, actor.label[:200], said
        row.save(update_fields=["state", "closed_at", "closed_label", "reason"])
        _record(row, doing)
    return row


def _record(row: Difference, doing: Act) -> None:
    doing.record(
        "usage.difference.resolved", row, number=row.number, cents=row.cents, reason=row.reason
    )


def _locked(key: UUID, actor: Actor) -> Difference:
    seen = differences_visible_to(actor).values("pk")
    return locked(Difference.objects.filter(pk__in=seen), key, "difference")


def _move(row: Difference, verb: str) -> None:
    """The row is locked, so that its state is what it was when it was read."""
    row.state = DIFFERENCE.target(verb, DifferenceState(row.state)).value
