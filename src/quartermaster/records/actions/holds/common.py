"""What the verbs on holds share: asking somebody, moving a row, the pace."""

from datetime import timedelta

from django.conf import settings

from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.org.models import Standing
from quartermaster.records.models import HoldKeeper, HoldTerms
from quartermaster.records.rules.holds import KEEPER, KeeperState, Pace


def pace() -> Pace:
    """How this installation reminds."""
    return Pace(
        remind=timedelta(days=settings.HOLD_REMIND_DAYS),
        escalate_after=settings.HOLD_ESCALATE_AFTER,
        renotice=timedelta(days=settings.HOLD_RENOTICE_DAYS),
    )


def move(keeper: HoldKeeper, verb: str, **more: object) -> None:
    """Change the state of one person's row, conditionally; `Conflict` where it is not possible."""
    step = KEEPER.transitions[verb]
    rows = HoldKeeper.objects.filter(id=keeper.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, **more) != 1:
        keeper.refresh_from_db()
        KEEPER.target(verb, KeeperState(keeper.state))
        raise Conflict("It changed at the same time; look at it again.")
    keeper.refresh_from_db()


def ask_again(keeper: HoldKeeper, terms: HoldTerms, doing: Act) -> None:
    """Have a person acknowledge anew: the words changed, or a year has gone by."""
    at_work = keeper.person.standing == Standing.ACTIVE
    move(
        keeper,
        "ask again",
        terms=terms,
        asked_at=doing.at,
        reminders=0,
        escalated_at=None,
        due_at=pace().after_asking(doing.at) if at_work else None,
    )
    doing.record("records.keeper.asked", keeper, person=str(keeper.person_id), terms=terms.number)
