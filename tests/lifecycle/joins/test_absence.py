"""Who stands in for somebody takes every step of theirs, and none that is the absent's own."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import reach
from quartermaster.lifecycle import loss_permits, permits, return_permits
from quartermaster.lifecycle.actions import handovers, losses, returns
from quartermaster.lifecycle.actions.delegating import delegate
from quartermaster.lifecycle.queries.delegations import with_absent
from quartermaster.lifecycle.queries.handovers import handovers_visible_to
from quartermaster.lifecycle.queries.losses import losses_visible_to, steps_waiting_for
from quartermaster.lifecycle.queries.returns import returns_visible_to
from quartermaster.lifecycle.rules.handovers import Condition
from quartermaster.lifecycle.rules.losses import Responsibility
from quartermaster.lifecycle.rules.returns import Condition as Back
from quartermaster.lifecycle.rules.returns import ItemState
from tests.factories import handovers as ready
from tests.factories import inventory as make
from tests.factories import losses as lost
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def rex(cast, at):
    """Rex, who stands in for Ida for five days."""

    def acting(day=0):
        return with_absent(cast.acting(cast.rex), at + day * DAY)

    delegate(
        person_id=cast.ida.id,
        delegate_id=cast.rex.id,
        starts_on=at.date(),
        ends_on=(at + 4 * DAY).date(),
        actor=cast.acting(cast.ida),
        at=at,
    )
    return acting


def test_only_in_the_days_named(cast, rex, at):
    assert [rex(n).absent != () for n in range(6)] == [True] * 5 + [False]
    assert with_absent(cast.acting(cast.ana), at) == cast.acting(cast.ana)


@pytest.mark.clause("G-11")
def test_every_step_of_a_loss(cast, rex, loss, phone, ana, at):
    assert not losses_visible_to(rex(9)).exists()
    standing = rex()
    assert list(losses_visible_to(standing)) == [loss]
    kinds = {step.kind for step in steps_waiting_for(standing)}
    assert kinds == {"erase", "write_off", "replace", "decide"}
    losses.state_side(loss=loss, text="It fell out of the bag.", actor=ana, at=at)
    losses.enter_police_report(
        loss=loss, number="P-1", reported_on=at.date(), actor=standing, at=at
    )
    losses.need_no_replacement(loss=loss, reason="She has a tablet", actor=standing, at=at)
    losses.decide_responsibility(
        loss=loss, responsibility=Responsibility.NONE, reason="Fate", actor=standing, at=at
    )
    losses.mark_found(loss=loss, where="At the depot", actor=standing, at=at)
    for entry in Entry.objects.filter(tag__startswith="lifecycle.loss.", actor_label="Rex Moreau"):
        assert entry.data["standing_in_for"] == ["Ida Lindqvist"]
    with pytest.raises(Refused):
        lost.reported(phone, rex(9), at)


@pytest.mark.clause("C-3")
def test_every_step_of_a_return(cast, rex, phone, ana, ben, at):
    standing = rex()
    row = back.asked(phone, standing, at)
    assert list(returns_visible_to(standing)) == [row]
    with pytest.raises(Refused):  # her word is her own
        returns.state_nothing_left(row=row, confirmed=True, actor=standing, at=at)
    returns.state_nothing_left(row=row, confirmed=True, actor=ana, at=at)
    for item in row.items.filter(state="open"):
        returns.answer_item(item=item, state=ItemState.DONE, actor=standing, at=at)
    returns.receive_return(row=row, condition=Back.GOOD, actor=standing, at=at)
    back.sanitised(phone, standing, ben, at)
    phone.refresh_from_db()
    assert (phone.status, phone.needs_sanitising) == ("in_stock", False)


@pytest.mark.clause("S-2")
def test_every_step_of_a_hand_out_but_the_signature(cast, rex, ana, at):
    standing = rex()
    tablet = make.DeviceFactory(department=cast.water, platform="android")
    made = ready.prepared(cast.ana, at, tablet, actor=standing)
    assert list(handovers_visible_to(standing)) == [made]
    item = made.items.get()
    handovers.describe_item(
        item_id=item.id, condition=Condition.WORN, note="Scratched", actor=standing, at=at
    )
    with pytest.raises(Refused):
        ready.signed(made, at, actor=standing)
    handovers.cancel_handover(handover_id=made.id, reason="Not today", actor=standing, at=at)


@pytest.mark.clause("G-11", "C-3")
def test_nobody_decides_in_their_name_on_what_is_theirs(cast, rex, at):
    standing = rex()
    theirs = lost.reported(lost.phone(cast.ida, at), cast.acting(cast.ida), at, "damaged")
    losses.state_side(loss=theirs, text="A door.", actor=cast.acting(cast.ida), at=at)
    with pytest.raises(Refused, match="their own loss"):
        losses.decide_responsibility(
            loss=theirs, responsibility=Responsibility.NONE, reason="Fate", actor=standing, at=at
        )
    tablet = make.DeviceFactory(holder=cast.ida, platform="android", device_class="tablet")
    row = back.settled(
        back.asked(tablet, cast.acting(cast.ida), at), cast.acting(cast.ida), standing, at
    )
    with pytest.raises(Refused, match="their own device"):
        returns.receive_return(row=row, condition=Back.GOOD, actor=standing, at=at)
    spare = make.DeviceFactory(department=cast.itmd, platform="android")
    with pytest.raises(Refused, match="to themselves"):
        ready.prepared(cast.ida, at, spare, actor=standing)


def test_what_takes_a_second_person_or_ones_own_word_is_never_handed_on(cast, rex):
    standing = rex()
    for asked in (
        permits.HANDOVER_SIGN,
        loss_permits.LOSS_ANSWER,
        return_permits.RETURN_STATE,
        return_permits.SURPLUS_APPROVE,
        return_permits.WRITE_OFF_DECIDE,
    ):
        assert not asked.in_absence
        own = reach(cast.acting(cast.rex), asked)
        assert reach(standing, asked) == own
