"""Two people erase a missing device; the case follows what became of it, and lines come after."""

from datetime import timedelta

import pytest

from quartermaster.audit.queries import entries_about
from quartermaster.inventory import holds
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.models import LossStep
from quartermaster.mdm import actions as mdm
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.errors import NotPossible, OnHold
from quartermaster.mdm.models import Command
from quartermaster.mdm.poll import Outcome
from quartermaster.mdm.posture import Fact
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment
from tests.factories import inventory as make
from tests.factories import line_orders as carriers
from tests.factories import losses
from tests.factories import mdm as enrol
from tests.factories.destruction import approved

pytestmark = pytest.mark.django_db(transaction=True)
HOUSE = system("losses")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def tick(at):
    outbox.deliver_due(at)
    return verbs.take_loss_steps(actor=HOUSE, at=at)


def state(loss):
    loss.refresh_from_db()
    return loss.state


def asked(loss, ida, at):
    verbs.ask_erasure(loss=loss, reason="Not found in its pouch", actor=ida, at=at)
    loss.refresh_from_db()
    return loss


@pytest.mark.clause("G-10", "G-11")
def test_it_is_erased_by_two_and_the_line_is_suspended_after_its_word(loss, phone, ida, ben, at):
    asked(loss, ida, at)
    assert (state(loss), loss.erasure.state) == ("erasing", "requested")
    losses.sent(loss, ben, at)
    tick(at + HOUR)
    assert (state(loss), losses.line_of(phone).status) == ("erasing", "active")
    losses.answered(phone, at + 2 * HOUR)
    tick(at + 2 * HOUR)
    order = losses.order_for(loss)
    assert (state(loss), order.state, order.sent_at) == ("erased", "sent", at + 2 * HOUR)
    assert losses.line_of(phone).status == "active"
    losses.carrier_says_so(loss, at + 3 * HOUR)
    assert losses.line_of(phone).status == "suspended"
    done = LossStep.objects.filter(state="done").order_by("kind").values_list("kind", flat=True)
    assert list(done) == ["erase", "second"]


@pytest.mark.clause("G-11")
def test_a_line_waits_no_longer_than_the_span(loss, phone, ida, ben, at):
    asked(loss, ida, at)
    losses.sent(loss, ben, at)
    assert tick(at + 23 * HOUR) > 0  # reminders
    assert losses.line_of(phone).status == "active"
    tick(at + 24 * HOUR)
    carriers.tick(at + 24 * HOUR)
    assert (losses.order_for(loss).state, state(loss)) == ("sent", "erasing")


@pytest.mark.clause("G-11")
def test_silence_is_no_proof(loss, phone, ida, ben, at):
    asked(loss, ida, at)
    losses.sent(loss, ben, at)
    losses.answered(phone, at + 2 * HOUR, Outcome.FAILED)
    tick(at + 2 * HOUR)
    assert (state(loss), losses.order_for(loss).state) == ("unconfirmed", "sent")
    told = Message.objects.filter(template="lifecycle/losses/holder", about_id=str(loss.id))
    assert any("has not confirmed it" in message.text for message in told)
    asked(loss, ida, at + 3 * HOUR)
    assert state(loss) == "erasing"


@pytest.mark.clause("G-11")
def test_a_refused_erasure_leaves_the_search_open(loss, ida, ben, at):
    asked(loss, ida, at)
    mdm.refuse_destruction(request_id=loss.erasure_id, reason="Too early", actor=ben, at=at)
    tick(at + HOUR)
    assert state(loss) == "searching"
    open_now = set(LossStep.objects.filter(state="open").values_list("kind", flat=True))
    assert {"erase"} <= open_now
    assert "second" not in open_now


@pytest.mark.clause("G-11")
def test_an_erasure_that_was_planned_is_asked_in_the_name_of_who_planned_it(loss, ida, ben, at):
    with pytest.raises(InvalidInput):
        verbs.plan_erasure(loss=loss, after_hours=0, actor=ida, at=at)
    with pytest.raises(Refused):
        verbs.plan_erasure(loss=loss, after_hours=12, actor=HOUSE, at=at)
    verbs.plan_erasure(loss=loss, after_hours=12, actor=ida, at=at)
    tick(at + 11 * HOUR)
    assert state(loss) == "searching"
    tick(at + 12 * HOUR)
    assert (state(loss), loss.erasure.requester_id, loss.erase_at) == (
        "erasing",
        ida.person_id,
        None,
    )
    with pytest.raises(Refused, match="other than who asked"):
        approved(loss.erasure, ida, at + 12 * HOUR)


@pytest.mark.clause("G-11")
def test_who_may_ask_no_longer_asks_no_more(loss, cast, ida, at):
    verbs.plan_erasure(loss=loss, after_hours=12, actor=ida, at=at)
    RoleAssignment.objects.filter(person=cast.ida).update(ended_at=at)
    tick(at + 12 * HOUR)
    assert (state(loss), loss.erase_at) == ("searching", None)
    assert "lifecycle.loss.erasure-not-asked" in {entry.tag for entry in entries_about(loss)}


@pytest.mark.clause("G-11")
def test_a_hold_blocks_it_and_nothing_can_be_erased_that_hears_nothing(loss, phone, cast, ida, at):
    @holds.register
    def held(device, _at):
        return {"court": "A court asked for it."} if device.id == phone.id else {}

    try:
        with pytest.raises(OnHold):
            asked(loss, ida, at)
    finally:
        holds.forget(held)
    assert state(loss) == "searching"
    hotspot = losses.reported(losses.hotspot(cast.ana), cast.acting(cast.ana), at)
    with pytest.raises(NotPossible, match="Suspending its line is the control"):
        asked(hotspot, ida, at)


@pytest.mark.clause("G-2", "G-10")
def test_of_a_personal_device_only_what_the_city_put_there_is_removed(cast, ida, ben, at):
    device = make.PersonalDeviceFactory(holder=cast.ana)
    enrol.enrolled(device, at)
    loss = losses.reported(device, cast.acting(cast.ana), at)
    with pytest.raises(NotPossible, match="its holder's own"):
        verbs.locate(loss=loss, reason="Where is it", actor=ida, at=at)
    asked(loss, ida, at)
    assert loss.erasure.kind == "removal"
    with pytest.raises(Conflict, match="stop that first"):
        verbs.close_personal(loss=loss, reason="Not found", actor=ida, at=at)
    losses.sent(loss, ben, at)
    losses.answered(device, at + 2 * HOUR)
    tick(at + 2 * HOUR)
    verbs.close_personal(loss=loss, reason="Not found", actor=ida, at=at + DAY)
    device.refresh_from_db()
    assert (state(loss), device.status) == ("closed", "retired")


@pytest.mark.clause("G-10", "G-11")
def test_only_a_lost_device_is_located_and_its_holder_is_told(loss, phone, ida, cast, at):
    with pytest.raises(NotPossible, match="lost mode"):
        verbs.locate(loss=loss, reason="To find it", actor=ida, at=at)
    keep_facts(phone.id, {"lost_mode": Fact(True, "test", at)})
    verbs.locate(loss=loss, reason="To find it", actor=ida, at=at)
    assert Command.objects.filter(kind="DeviceLocation", reason="To find it").count() == 1
    for who in (cast.ana, cast.sue, cast.cole, cast.rex):
        with pytest.raises(Refused):
            verbs.locate(loss=loss, reason="Curious", actor=cast.acting(who), at=at)
    verbs.mark_found(loss=loss, where="In the van", actor=cast.acting(cast.ana), at=at)
    with pytest.raises(Conflict, match="not missing any longer"):
        verbs.locate(loss=loss, reason="To find it", actor=ida, at=at)


def test_steps_are_reminded_of_and_not_for_ever(loss, at):
    for day in range(20):
        tick(at + timedelta(days=100 + day))
    reminded = LossStep.objects.filter(kind="erase").get()
    assert (reminded.reminders, reminded.remind_at) == (5, None)


def test_only_itmd_takes_the_steps(loss, cast, at):
    for who in (cast.ana, cast.sue, cast.cole, cast.rex):
        actor = cast.acting(who)
        for refused in (
            lambda a=actor: verbs.ask_erasure(loss=loss, reason="x", actor=a, at=at),
            lambda a=actor: verbs.plan_erasure(loss=loss, after_hours=2, actor=a, at=at),
            lambda a=actor: verbs.close_personal(loss=loss, reason="x", actor=a, at=at),
        ):
            with pytest.raises(Refused):
                refused()
    loss.id = loss.device_id
    with pytest.raises(NotFound):
        verbs.ask_erasure(loss=loss, reason="x", actor=cast.acting(cast.ida), at=at)
