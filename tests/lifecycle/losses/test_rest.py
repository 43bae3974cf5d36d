"""Damage, replacement by capability, the police report, the employee's side and the decision."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.inventory import actions as inventory
from quartermaster.jobs import outbox
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.loss_errors import NotHeardYet
from quartermaster.lifecycle.models import Loss, LossStep, Replacement
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules import losses as rules
from quartermaster.lifecycle.rules.losses import LossState, Responsibility
from quartermaster.lifecycle.rules.replacements import Offer, needs_of, ranked
from tests.factories import inventory as make
from tests.factories import losses

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def broken(db, phone, ana, at):
    return losses.reported(phone, ana, at, "damaged")


def fresh(loss):
    loss.refresh_from_db()
    loss.device.refresh_from_db()
    return loss


@pytest.mark.clause("G-11")
def test_a_damaged_phone_is_repaired_and_back_with_its_holder(broken, ida, ana, at):
    assert (broken.state, broken.device.status) == ("damaged", "assigned")
    due = (at + 7 * DAY).date()
    for wrong in (
        {"vendor": " ", "cost_cents": 1, "due_on": due},
        {"vendor": "Fix It", "cost_cents": -1, "due_on": due},
        {"vendor": "Fix It", "cost_cents": 10_000_01, "due_on": due},
        {"vendor": "Fix It", "cost_cents": 1, "due_on": (at - DAY).date()},
    ):
        with pytest.raises(InvalidInput):
            verbs.send_to_repair(loss=broken, **wrong, actor=ida, at=at)
    verbs.send_to_repair(
        loss=broken, vendor="Fix It", cost_cents=89_00, due_on=due, actor=ida, at=at
    )
    assert (fresh(broken).state, broken.device.status) == ("in_repair", "in_repair")
    step = LossStep.objects.get(kind="repair")
    assert step.due_at.date() in {due, due + DAY}
    verbs.mark_repaired(loss=broken, note="New screen", actor=ida, at=at + 3 * DAY)
    assert (fresh(broken).state, broken.device.status) == ("repaired", "assigned")
    assert (broken.device.holder_id, broken.cost_cents) == (ana.person_id, 89_00)


@pytest.mark.clause("G-11")
def test_fit_as_it_is_or_beyond_repair(broken, phone, ida, ana, at):
    verbs.mark_repaired(
        loss=broken, note="It was dirty", whither=verbs.Whither.STOCK, actor=ida, at=at
    )
    assert fresh(broken).device.status == "in_stock"
    other = losses.reported(losses.phone(broken.held_by, at), ana, at, "damaged")
    verbs.give_up(loss=other, reason="The board is broken", actor=ida, at=at)
    assert (fresh(other).state, other.device.status) == ("beyond_repair", "assigned")
    with pytest.raises(Conflict):
        verbs.give_up(loss=other, reason="Again", actor=ida, at=at)
    again = losses.reported(phone, ida, at, "damaged", caller_check="Seen")
    for verb in (verbs.ask_erasure, verbs.mark_found):
        with pytest.raises(Conflict, match="not missing"):
            more = {"where": "Here"} if verb is verbs.mark_found else {"reason": "No"}
            verb(loss=again, **more, actor=ida, at=at)


@pytest.mark.clause("G-11")
def test_a_replacement_meets_the_needs_whatever_its_model(db, loss, cast, ida, at):
    other = make.DeviceModelFactory(
        manufacturer="Samsung", platform="android", capabilities=["5G", "camera", "rugged"]
    )
    rugged = make.DeviceFactory(model=other, platform="android", department=cast.water)
    weak = make.DeviceFactory(model=make.DeviceModelFactory(capabilities=["LTE"]))
    used = make.DeviceFactory(model=other, platform="android", holder=cast.sue)
    inventory.unassign(device_id=used.id, actor=ida, at=at)
    make.HotspotFactory()
    found = queries.candidates_for(loss, ["5G", "camera"])
    assert [(item.offer.tag, item.missing) for item in found] == [
        (rugged.asset_tag, ()),
        (weak.asset_tag, ("5G", "camera")),
    ]
    choose = {"loss": loss, "needs": ["5G", "camera"], "actor": ida, "at": at}
    with pytest.raises(InvalidInput, match="It lacks 5G, camera"):
        verbs.choose_replacement(device_id=weak.id, **choose)
    with pytest.raises(Conflict, match="not free"):
        verbs.choose_replacement(device_id=used.id, **choose)
    with pytest.raises(InvalidInput, match="no capability"):
        verbs.choose_replacement(device_id=rugged.id, **{**choose, "needs": ["teleporting"]})
    verbs.choose_replacement(device_id=rugged.id, **choose)
    second = losses.reported(losses.phone(cast.sue, at), cast.acting(cast.sue), at)
    assert rugged.id not in {c.offer.device_id for c in queries.candidates_for(second, [])}


@pytest.mark.clause("G-11")
@pytest.mark.django_db(transaction=True)
def test_handed_out_it_is_given(loss, cast, ida, at):
    spare = make.DeviceFactory(model=loss.device.model)
    verbs.choose_replacement(loss=loss, device_id=spare.id, needs=["5G"], actor=ida, at=at)
    Loss.objects.filter(id=loss.id).update(held_by=cast.sue)
    inventory.assign(device_id=spare.id, holder_id=cast.sue.id, actor=ida, at=at)
    outbox.deliver_due(at)
    assert Replacement.objects.get().state == "given"
    with pytest.raises(Conflict, match="handed out already"):
        verbs.need_no_replacement(loss=loss, reason="x", actor=ida, at=at)


@pytest.mark.clause("G-11", "G-12")
def test_nothing_in_stock_will_do(db, loss, ida, at):
    with pytest.raises(InvalidInput):
        verbs.order_replacement(loss=loss, needs=["rugged"], reason=" ", actor=ida, at=at)
    verbs.order_replacement(
        loss=loss, needs=["rugged"], reason="Works in wet shafts", actor=ida, at=at
    )
    assert Replacement.objects.get().state == "ordered"
    verbs.need_no_replacement(loss=loss, reason="The post ends", actor=ida, at=at)
    assert Replacement.objects.get().state == "none"


@pytest.mark.clause("G-11", "E-1")
def test_the_employee_is_heard_before_it_is_decided(db, loss, ida, ana, cast, at):
    decide = {
        "loss": loss,
        "responsibility": Responsibility.CARELESS,
        "reason": "Left on a bus twice",
        "actor": ida,
    }
    with pytest.raises(NotHeardYet):
        verbs.decide_responsibility(**decide, at=at)
    for who in (cast.sue, cast.cole, cast.rex, cast.ida):
        with pytest.raises(Refused):
            verbs.state_side(loss=loss, text="Hers", actor=cast.acting(who), at=at)
    verbs.state_side(loss=loss, text="My bag was torn.", actor=ana, at=at)
    for who in (cast.ana, cast.sue, cast.cole, cast.rex):
        with pytest.raises(Refused):
            verbs.decide_responsibility(**{**decide, "actor": cast.acting(who)}, at=at)
    verbs.decide_responsibility(**decide, at=at)
    loss.refresh_from_db()
    assert (loss.responsibility, loss.decided_by) == ("careless", cast.ida)
    with pytest.raises(Conflict, match="decided already"):
        verbs.decide_responsibility(**decide, at=at)
    with pytest.raises(Conflict, match="It is decided"):
        verbs.state_side(loss=loss, text="And", actor=ana, at=at)
    assert [s.text for s in queries.statements_visible_to(ida, loss)] == ["My bag was torn."]
    assert not queries.statements_visible_to(cast.acting(cast.cole), loss).exists()


@pytest.mark.clause("G-11")
def test_silence_does_not_hold_it_up_for_ever(db, loss, ida, at):
    verbs.decide_responsibility(
        loss=loss, responsibility=Responsibility.NONE, reason="Stolen", actor=ida, at=at + 6 * DAY
    )
    assert not Delivery.objects.filter(tag="lifecycle.loss.referred").exists()


@pytest.mark.clause("G-11")
def test_nobody_decides_on_their_own_loss(db, cast, ida, at):
    own = losses.reported(losses.phone(cast.ida, at), ida, at)
    with pytest.raises(Refused, match="their own loss"):
        verbs.decide_responsibility(
            loss=own, responsibility=Responsibility.NONE, reason="Me", actor=ida, at=at + 6 * DAY
        )
    with pytest.raises(IntegrityError, match="judges_their_own"), transaction.atomic():
        Loss.objects.filter(id=own.id).update(
            responsibility="none", decision="x", decided_by=cast.ida, decided_at=at
        )


def test_a_police_report_is_of_the_past(db, phone, ana, ida, at):
    loss = losses.reported(phone, ana, at, "stolen")
    assert loss.steps.filter(kind="police", state="open").exists()
    enter = {"loss": loss, "actor": ida, "at": at}
    with pytest.raises(InvalidInput):
        verbs.enter_police_report(number="P-1", reported_on=(at + DAY).date(), **enter)
    verbs.enter_police_report(number="P-1", reported_on=at.date(), **enter)
    assert loss.steps.get(kind="police").state == "done"


def test_each_state_is_reached_and_ends():
    for machine, start in ((rules.LOSS, "searching"), (rules.DAMAGE, "damaged")):
        assert machine.initial == start
    reached = rules.LOSS.reachable() | rules.DAMAGE.reachable()
    assert reached == set(LossState)
    ends = (rules.LOSS.terminal & rules.LOSS.reachable()) | (
        rules.DAMAGE.terminal & rules.DAMAGE.reachable()
    )
    assert ends == set(LossState) - rules.LIVE_LOSSES
    found = [t for t in rules.LOSS.transitions.values() if t.target in rules.FOUND]
    assert not any(t.sources & rules.FOUND for t in rules.LOSS.transitions.values())
    assert {s for t in found for s in t.sources} == rules.MISSING


names = st.sampled_from(["5G", "camera", "rugged", "eSIM"])
offers = st.builds(
    lambda tag, kind, platform, able, near: Offer(
        new_id(), tag, kind, platform, frozenset(able), near
    ),
    st.text("ABC123", min_size=1, max_size=4),
    st.sampled_from(["smartphone", "tablet"]),
    st.sampled_from(["ios", "android"]),
    st.sets(names),
    st.booleans(),
)


@pytest.mark.clause("G-11")
@given(st.sets(names), st.lists(offers, max_size=12))
def test_what_meets_the_needs_goes_first_and_nothing_of_another_class(wanted, given_offers):
    found = ranked(needs_of("smartphone", "ios", wanted), given_offers)
    assert {c.offer for c in found} == {o for o in given_offers if o.device_class == "smartphone"}
    lacking = [len(candidate.missing) for candidate in found]
    assert lacking == sorted(lacking)
    for candidate in found:
        assert candidate.fits == (wanted <= candidate.offer.capabilities)
