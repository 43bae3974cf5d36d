"""One person under a hold: acknowledging, and being let go alone."""

from datetime import datetime
from uuid import UUID

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, require
from quartermaster.records.actions.holds.common import move, pace
from quartermaster.records.actions.holds.telling import tell_keeper
from quartermaster.records.errors import NoticeChanged
from quartermaster.records.events import PersonLetGo
from quartermaster.records.models import HoldAcknowledgement, HoldKeeper
from quartermaster.records.permits import HOLD_MANAGE, NOTICE_ACKNOWLEDGE
from quartermaster.records.rules.holds import (
    KEEPER,
    LONGEST_REASON,
    SHORTEST_REASON,
    KeeperState,
    said,
)


def acknowledge_notice(*, keeper_id: UUID, version: int, actor: Actor, at: datetime) -> HoldKeeper:
    """Say that one read a notice and keeps what it names; with or without a device (G-2).

    ``version`` is the number of the words that were shown.
    """
    with act(actor, at) as doing:
        keeper = _locked(keeper_id)
        require(actor, NOTICE_ACKNOWLEDGE, person_id=keeper.person_id)
        KEEPER.target("acknowledge", KeeperState(keeper.state))
        if keeper.terms.number != version:
            raise NoticeChanged("The notice was changed since. Read it again as it is now.")
        HoldAcknowledgement.objects.create(
            keeper=keeper, terms=keeper.terms, asked_at=keeper.asked_at, made_at=at
        )
        move(keeper, "acknowledge", due_at=pace().after_acknowledging(at))
        doing.record(
            "records.keeper.acknowledged",
            keeper,
            person=str(keeper.person_id),
            terms=keeper.terms.number,
        )
    return keeper


def release_keeper(*, keeper_id: UUID, reason: str, actor: Actor, at: datetime) -> HoldKeeper:
    """Let one person go from a hold, with a reason; they are told (G-2)."""
    require(actor, HOLD_MANAGE)
    why = said(reason, "reason", LONGEST_REASON, SHORTEST_REASON)
    with act(actor, at) as doing:
        keeper = _locked(keeper_id)
        let_go(keeper, why, doing)
    return keeper


def let_go(keeper: HoldKeeper, why: str, doing: Act) -> None:
    """End one person's part in a hold."""
    move(
        keeper,
        "release",
        due_at=None,
        released_at=doing.at,
        released_by_id=doing.actor.person_id,
        release_reason=why,
    )
    doing.record("records.keeper.released", keeper, person=str(keeper.person_id))
    doing.emit(PersonLetGo(keeper_id=keeper.id, person_id=keeper.person_id))
    tell_keeper(keeper, "released", doing)


def _locked(keeper_id: UUID) -> HoldKeeper:
    rows = HoldKeeper.objects.select_for_update(of=("self",)).select_related(
        "hold", "terms", "person"
    )
    keeper = rows.filter(id=keeper_id).first()
    if keeper is None:
        raise NotFound("There is no such notice.")
    return keeper
