"""Records that may lie on what is lost, goes back, or stays with who leaves."""

from datetime import timedelta

import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import recoveries, returns
from quartermaster.lifecycle.models import RecoveryItem
from quartermaster.lifecycle.rules.returns import ItemState
from quartermaster.org.actions import separate
from quartermaster.records.actions import capture
from quartermaster.records.models import Announcement
from quartermaster.records.rules.capture import Origin, Source
from tests.factories import inventory as make
from tests.factories import losses
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
HOUSE = system("lifecycle")


def announced():
    rows = Announcement.objects.order_by("announced_at", "origin")
    return [(row.origin, row.state) for row in rows]


@pytest.mark.clause("C-2", "G-11")
def test_a_loss_announces_what_was_on_it_where_the_report_says_so(cast, phone, ana, at):
    other = losses.phone(cast.sue, at)
    losses.reported(other, cast.acting(cast.sue), at)
    assert announced() == []
    losses.reported(phone, ana, at, records_pending=True)
    row = Announcement.objects.get()
    assert (row.person, row.device, row.origin) == (cast.ana, phone, "loss")
    assert row.about == f"Records that were on {phone.asset_tag} when it was reported lost"
    assert row.announced_by is None  # the house said it, in her name to nobody


@pytest.mark.clause("C-2")
def test_the_statement_at_the_return_settles_it(cast, phone, ana, ida, at):
    row = back.asked(phone, ida, at)
    assert announced() == [("return", "pending")]
    returns.state_nothing_left(row=row, confirmed=True, actor=ana, at=at + DAY)
    assert announced() == [("return", "transferred")]


@pytest.mark.clause("C-2")
def test_who_said_that_something_is_on_it_saves_that_before_stating_the_contrary(
    cast, phone, ana, ida, at
):
    said = capture.announce(
        person_id=cast.ana.id,
        device_id=phone.id,
        about="Texts with the contractor",
        source=Source.MESSAGE,
        actor=ana,
        at=at,
    )
    row = back.asked(phone, ida, at)
    with pytest.raises(Conflict, match="Texts with the contractor"):
        returns.state_nothing_left(row=row, confirmed=True, actor=ana, at=at)
    capture.give_up(announcement_id=said.id, reason="Deleted by mistake", actor=ana, at=at)
    returns.state_nothing_left(row=row, confirmed=True, actor=ana, at=at)
    assert announced() == [("return", "transferred"), ("self", "lost")]


@pytest.mark.clause("C-2")
def test_what_cannot_be_said_at_the_return_is_given_up_with_the_reason(phone, ida, at):
    row = back.asked(phone, ida, at)
    item = row.items.get(code="records")
    returns.answer_item(
        item=item, state=ItemState.WAIVED, note="The screen is dead", actor=ida, at=at
    )
    given_up = Announcement.objects.get()
    assert (given_up.state, given_up.reason) == (
        "lost",
        "Not possible when it came back: The screen is dead",
    )


def test_a_return_called_off_withdraws_it_and_a_hot_spot_has_nothing_on_it(cast, phone, ida, at):
    row = back.asked(phone, ida, at)
    returns.cancel_return(row=row, reason="She needs it", actor=ida, at=at)
    assert announced() == [("return", "withdrawn")]
    back.asked(losses.hotspot(cast.sue), ida, at)
    assert Announcement.objects.count() == 1


@pytest.mark.clause("C-2", "C-4")
def test_who_leaves_gives_their_word_for_all_that_they_have(cast, phone, ida, at):
    make.DeviceFactory(holder=cast.ana, device_class="tablet")
    separate(person_id=cast.ana.id, on=at.date(), actor=ida, at=at)
    outbox.deliver_due(at)
    assert announced() == [("separation", "pending")] * 2
    outbox.deliver_due(at)
    word = RecoveryItem.objects.get(kind="records")
    recoveries.confirm_records(item=word, reason="Copied by Cole", actor=ida, at=at + DAY)
    assert announced() == [("separation", "transferred")] * 2


def test_who_stays_after_all_has_nothing_to_say(cast, phone, ida, at):
    recoveries.announce_recovery(
        person_id=cast.ana.id, on=(at + 9 * DAY).date(), actor=HOUSE, at=at
    )
    assert announced() == [(Origin.SEPARATION.value, "pending")]
    recoveries.call_off_recovery(person_id=cast.ana.id, actor=HOUSE, at=at)
    assert announced() == [("separation", "withdrawn")]
