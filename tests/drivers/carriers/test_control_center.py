"""Orders over Control Center's API, against an emulation of it on a real socket."""

from datetime import timedelta

import pytest

from quartermaster.billing.actions.line_orders.reading import read_line, read_usage
from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.inventory.carriers import Declined, Locked
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.notify.models import Message
from quartermaster.simulators.carriers_api import control_center
from quartermaster.simulators.carriers_api.serving import Answer
from tests.factories import inventory as things
from tests.factories import line_orders as make
from tests.factories import orders as purchases

pytestmark = pytest.mark.django_db
HOUR, MINUTE = timedelta(hours=1), timedelta(minutes=1)


def state(order):
    order.refresh_from_db()
    return order.state


@pytest.mark.clause("G-9", "G-11")
def test_a_line_is_suspended_restored_and_cancelled_at_once(line, sim, center, at):
    device = center.devices[sim.iccid]
    for step, (kind, there, here) in enumerate(
        [
            ("suspend", "DEACTIVATED", "suspended"),
            ("restore", "ACTIVATED", "active"),
            ("cancel", "RETIRED", "cancelled"),
        ]
    ):
        order = make.asked(line, at + step * HOUR, kind)
        assert (order.state, make.status(line) == here) == ("asked", False)
        assert make.tick(at + step * HOUR) == 1
        assert (state(order), device.status, make.status(line)) == ("confirmed", there, here)
        assert (order.adapter, order.settled_by) == ("control-center", "test")
    assert not Message.objects.filter(template="billing/line_orders/letter").exists()


def test_a_change_that_shows_later_is_asked_after(line, sim, center, at):
    center.lag = 2
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), make.status(line)) == ("sent", "active")
    assert make.tick(at) == 0
    make.tick(at + 5 * MINUTE)
    make.tick(at + 30 * MINUTE)
    assert (state(order), make.status(line)) == ("confirmed", "suspended")


def test_what_is_so_already_is_not_asked_for_again(line, sim, center, at):
    center.devices[sim.iccid].status = "DEACTIVATED"
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), order.answer) == ("confirmed", "It was so already.")
    assert [asked.method for asked in center.asked] == ["GET"]


def test_a_rate_plan_is_changed_by_its_name(line, sim, center, at):
    contract = purchases.contract(at)
    good, bad = (purchases.plan(contract, at, name) for name in ("City 5 GB", "Unheard of"))
    order = make.asked(line, at, "change_plan", plan_id=good.id)
    make.tick(at)
    line.refresh_from_db()
    assert (state(order), line.plan) == ("confirmed", "City 5 GB")
    assert center.devices[sim.iccid].rate_plan == "City 5 GB"
    other = make.asked(line, at + HOUR, "change_plan", plan_id=bad.id)
    make.tick(at + HOUR)
    assert (state(other), "Invalid rate plan" in other.answer) == ("refused", True)


def test_another_sim_is_asked_of_people(line, center, at):
    order = make.asked(line, at, "swap_sim", sim_id=things.SimFactory().id)
    assert (order.state, order.adapter) == ("sent", "manual")


def test_a_sim_that_it_does_not_know_is_refused_and_told(line, center, at):
    center.devices.clear()
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), make.status(line)) == ("refused", "active")
    assert "does not know this ICCID" in order.answer


@pytest.mark.parametrize(
    "fault",
    [control_center.too_many(600), control_center.fault(), Answer(200, {"items": [1]})],
    ids=["too many", "fault", "nonsense"],
)
def test_what_is_worth_it_is_asked_again(line, sim, center, at, fault):
    center.faults.append(fault)
    order = make.asked(line, at)
    make.tick(at)
    if fault.status != 200:
        assert (state(order), bool(order.trouble), order.attempts) == ("asked", True, 1)
        assert order.due_at > at
        assert CarrierAccess.objects.get().trouble == order.trouble
        if fault.status == 429:
            assert order.due_at == at + 600 * timedelta(seconds=1)
        assert make.tick(at + timedelta(seconds=1)) == 0
    make.tick(at + 11 * MINUTE)
    make.tick(at + 40 * MINUTE)
    assert (state(order), order.trouble, make.status(line)) == ("confirmed", "", "suspended")
    assert CarrierAccess.objects.get().trouble == ""


def test_others_wait_too_where_the_account_asks_too_often(line, center, cast, at):
    other = make.line(cast.rex)
    center.put(other.sims.get().iccid)
    center.faults.append(control_center.too_many(600))
    first, second = make.asked(line, at), make.asked(other, at)
    make.tick(at)
    assert len(center.asked) == 1
    assert {state(first), state(second)} == {"asked"}
    make.tick(at + 11 * MINUTE)
    assert {state(first), state(second)} == {"confirmed"}


def test_after_many_times_in_vain_a_person_writes(line, center, at):
    center.faults += [control_center.fault()] * 8
    order = make.asked(line, at)
    for hour in range(8):
        assert state(order) == "asked"
        make.tick(at + 2 * hour * HOUR)
    assert (state(order), order.adapter, order.by_hand) == ("sent", "manual", True)
    assert order.mailed_to == "rep@carrier.example"
    told = Message.objects.filter(template="billing/line_orders/itmd")
    assert any("machine did not take it" in mail.text for mail in told)


def test_a_wrong_key_is_tried_once_and_people_write_until_it_is_mended(line, center, cast, at):
    center.key = "another"
    order = make.asked(line, at)
    make.tick(at)
    access = CarrierAccess.objects.get()
    assert (state(order), order.adapter, access.locked) == ("sent", "manual", True)
    other = make.line(cast.rex)
    assert make.asked(other, at).adapter == "manual"
    assert len(center.asked) == 1
    with pytest.raises(Locked):
        read_line(line_id=line.id, actor=make.HOUSE, at=at)
    make.verbs.set_access(
        details=make.AccessDetails(
            carrier=access.carrier,
            adapter=access.adapter,
            address=access.address,
            values={"username": center.username, "api_key": "another"},
        ),
        access_id=access.id,
        actor=make.HOUSE,
        at=at,
    )
    third = make.line(cast.sue)
    center.put(third.sims.get().iccid)
    mended = make.asked(third, at)
    make.tick(at)
    assert state(mended) == "confirmed"


def test_nobody_there_is_no_refusal(line, center, at):
    access = CarrierAccess.objects.get()
    CarrierAccess.objects.update(address="http://127.0.0.1:9")
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), "could not be reached" in order.trouble) == ("asked", True)
    CarrierAccess.objects.update(address=access.address)
    make.tick(at + HOUR)
    assert state(order) == "confirmed"


@pytest.mark.clause("G-9")
def test_how_a_line_stands_and_what_it_used_is_asked_for(line, sim, center, at):
    center.devices[sim.iccid].usage = (5_000_000, 12, 90)
    reading = read_line(line_id=line.id, actor=make.HOUSE, at=at)
    assert (reading.condition, reading.plan, reading.iccid) == ("active", "City pooled", sim.iccid)
    span = {"from_on": at.date(), "until_on": at.date() + timedelta(days=400)}
    used = read_usage(line_id=line.id, **span, actor=make.HOUSE, at=at)
    assert (used.kilobytes, used.messages, used.seconds) == (4882, 12, 90)
    past = {"from_on": at.date() - timedelta(days=60), "until_on": at.date() - timedelta(days=30)}
    with pytest.raises(Declined, match="running cycle"):
        read_usage(line_id=line.id, **past, actor=make.HOUSE, at=at)
    with pytest.raises(InvalidInput):
        read_usage(line_id=line.id, from_on=at.date(), until_on=at.date(), actor=make.HOUSE, at=at)


def test_a_line_without_a_sim_is_not_known_there(center, cast, at):
    line = things.LineFactory(department=cast.water)
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), "by its SIM" in order.answer) == ("refused", True)


def test_what_it_restores_by_itself_is_seen_there(line, sim, center, at):
    order = make.asked(line, at)
    CarrierAccess.objects.update(restores_after_days=30)
    make.tick(at)
    make.tick(at + timedelta(days=23))
    make.tick(at + timedelta(days=30))
    back = LineOrder.objects.get(kind="restore")
    assert (state(order), back.by_itself, back.state) == ("confirmed", True, "sent")
    center.devices[sim.iccid].status = "ACTIVATED"
    make.tick(at + timedelta(days=31))
    assert (state(back), make.status(line)) == ("confirmed", "active")


def test_secrets_are_sealed_and_asked_for(center, at):
    access = CarrierAccess.objects.get()
    assert center.key.encode() not in bytes(access.secrets)
    assert center.key not in repr(access.values)
    for values, what in (({}, "User of the API"), ({"username": "x"}, "API key")):
        with pytest.raises(InvalidInput, match=what):
            make.access(at, carrier="Other", adapter="control-center", values=values)
    for address in ("http://carrier.example", "ftp://x", "https://u:p@x", "https://x/?y", ""):
        if address:
            with pytest.raises(InvalidInput):
                make.access(
                    at,
                    carrier="Other",
                    adapter="control-center",
                    address=address,
                    values={"username": "x", "api_key": "y"},
                )
    LineOrder.objects.all()
    with pytest.raises(Conflict, match="There is an access"):
        make.access(at)
