"""Orders over ThingSpace, against an emulation of it on a real socket."""

import json
from datetime import date, timedelta

import pytest

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders.accesses import callback_key_of
from quartermaster.billing.actions.line_orders.reading import read_line, read_usage
from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.drivers.carriers.thingspace import client as tokens
from quartermaster.inventory.carriers import Stranger
from quartermaster.inventory.rules.custody import Cause
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from quartermaster.simulators.carriers_api.thingspace import throttled
from tests.factories import inventory as things
from tests.factories import line_orders as make
from tests.factories import orders as purchases

pytestmark = pytest.mark.django_db
HOUR, MINUTE, DAY = timedelta(hours=1), timedelta(minutes=1), timedelta(days=1)


def state(order):
    order.refresh_from_db()
    return order.state


def paths(api):
    return [asked.path.removeprefix("/m2m/v1") for asked in api.asked]


@pytest.fixture
def listening(thingspace, live_server):
    """The carrier calls the house, as it was told to."""
    access = CarrierAccess.objects.get()
    thingspace.listener = {
        "url": f"{live_server.url}/api/v1/carriers/{access.id}/{callback_key_of(access)}",
        "username": "quartermaster",
        "password": "say-friend",
    }
    return thingspace


@pytest.mark.clause("G-9", "G-11")
def test_its_word_is_asked_for_until_it_comes(line, thingspace, at):
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), make.status(line)) == ("sent", "active")
    assert order.reference in thingspace.requests
    make.tick(at + 2 * MINUTE)
    assert state(order) == "sent"
    thingspace.complete(call=False)
    make.tick(at + 20 * MINUTE)
    assert (state(order), make.status(line)) == ("confirmed", "suspended")


def test_both_tokens_are_used_for_as_long_as_they_last(line, thingspace, at):
    for hour, kind in enumerate(["suspend", "restore"]):
        make.asked(line, at + hour * HOUR, kind)
        make.tick(at + hour * HOUR)
        thingspace.complete(call=False)
        make.tick(at + hour * HOUR + 30 * MINUTE)
    log_ins = [path for path in paths(thingspace) if path.endswith(("token", "login"))]
    assert log_ins == ["/ts/v1/oauth2/token", "/session/login"]
    assert make.status(line) == "active"
    thingspace.session = ""  # twenty minutes without a request
    assert read_line(line_id=line.id, actor=make.HOUSE, at=at).condition == "active"
    thingspace.bearer = ""  # an hour
    assert read_line(line_id=line.id, actor=make.HOUSE, at=at).condition == "active"


@pytest.mark.django_db(transaction=True)
def test_its_message_settles_the_order_at_once(line, listening, at):
    order = make.asked(line, at)
    make.tick(at)
    assert listening.complete() == [204]
    assert (state(order), make.status(line)) == ("confirmed", "suspended")
    assert (order.restores_on, order.settled_by) == (date(2027, 2, 20), "carrier")
    assert listening.tell(listening.message(listening.requests[order.reference])) == 204
    assert state(order) == "confirmed"


@pytest.mark.django_db(transaction=True)
def test_a_message_of_failure_refuses_it_with_its_reason(line, listening, at):
    listening.lines[0].state = "pre-active"
    order = make.asked(line, at)
    make.tick(at)
    assert listening.complete() == [204]
    assert (state(order), order.answer) == (
        "refused",
        "The device is not in the state active.",
    )


@pytest.mark.django_db(transaction=True)
def test_a_stranger_settles_nothing(line, listening, at, client):
    order = make.asked(line, at)
    make.tick(at)
    assert state(order) == "sent"
    message = listening.message(listening.requests[order.reference])
    good = listening.listener["url"]
    access = CarrierAccess.objects.get()
    for url in (
        good[:-1],
        good.replace(str(access.id), str(new_id())),
        f"{good.rpartition('/')[0]}/x",
    ):
        listening.listener["url"] = url
        assert listening.tell(message) == 403
    listening.listener["url"] = good
    for wrong in ({"password": ""}, {"password": "guess"}, {"username": "root"}):
        assert listening.tell({**message, **wrong}) == 403
    for body in (b"[]", b"{", b"[" * 50_000, b"\xff"):
        answer = client.post(_path(good), body, content_type="application/json")
        assert answer.status_code == 403
    large = client.post(_path(good), b" " * 70_000, content_type="application/json")
    assert large.status_code == 422
    assert (state(order), make.status(line)) == ("sent", "active")


def _path(url):
    return "/api/v1/" + url.partition("/api/v1/")[2]


def test_nothing_is_read_before_the_address_proves_itself(thingspace, at):
    access = CarrierAccess.objects.get()
    words = {"actor": make.HOUSE, "at": at}
    with pytest.raises(Stranger, match="no address"):
        verbs.hear_carrier(access_id=access.id, key="x", body=b"{", **words)
    manual = make.access(at, carrier="Other")
    assert callback_key_of(manual) == ""
    with pytest.raises(Stranger, match="no address"):
        verbs.hear_carrier(access_id=manual.id, key="", body=b"{}", **words)
    key = callback_key_of(access)
    odd = {"username": "quartermaster", "password": "say-friend"}
    for more in ({}, {"status": "Success"}, {"status": "Pending", "requestId": "1"}):
        body = json.dumps({**odd, **more}).encode()
        assert verbs.hear_carrier(access_id=access.id, key=key, body=body, **words) == 0
    body = json.dumps({**odd, "status": "Success", "requestId": "of another"}).encode()
    assert verbs.hear_carrier(access_id=access.id, key=key, body=body, **words) == 0


def test_no_more_than_it_takes_in_a_day_is_sent(line, thingspace, at):
    for step in range(6):
        when = at + step * HOUR
        order = make.asked(line, when, "restore" if step % 2 else "suspend")
        make.tick(when)
        thingspace.complete(call=False)
        make.tick(when + 30 * MINUTE)
        assert state(order) == ("confirmed" if step < 5 else "asked"), step
    assert order.due_at == at + DAY
    assert thingspace.lines[0].actions == 5


def test_after_a_crash_it_is_not_asked_for_twice(line, thingspace, at):
    order = make.asked(line, at)
    make.tick(at)
    thingspace.complete(call=False)
    # the worker died before it wrote the key down: the order is as if it had not been sent
    LineOrder.objects.filter(id=order.id).update(
        state="asked", sent_at=None, reference="", adapter="", due_at=at
    )
    make.tick(at + HOUR)
    assert (state(order), order.answer) == ("confirmed", "It was so already.")
    assert len(thingspace.requests) == 1


def test_a_password_that_is_wrong_is_tried_once(line, thingspace, cast, at):
    tokens.forget()
    thingspace.password = "changed"
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), order.adapter) == ("sent", "manual")
    assert make.asked(make.line(cast.rex), at).adapter == "manual"
    make.tick(at + HOUR)
    assert thingspace.failed_log_ins == 1


def test_where_it_is_asked_too_often_it_is_asked_later(line, thingspace, at):
    thingspace.faults.append(throttled(900))
    order = make.asked(line, at)
    make.tick(at)
    assert (state(order), order.due_at) == ("asked", at + 15 * MINUTE)
    make.tick(at + 16 * MINUTE)
    assert state(order) == "sent"


def test_a_plan_and_a_sim_are_seen_on_the_line_itself(line, sim, thingspace, at):
    plan = purchases.plan(purchases.contract(at), at, "5GB_SHARE")
    order = make.asked(line, at, "change_plan", plan_id=plan.id)
    make.tick(at)
    make.tick(at + 5 * MINUTE)
    assert state(order) == "sent"
    thingspace.complete(call=False)
    make.tick(at + 30 * MINUTE)
    assert (state(order), thingspace.lines[0].plan) == ("confirmed", "5GB_SHARE")
    fresh = things.SimFactory()
    swap = make.asked(line, at + HOUR, "swap_sim", sim_id=fresh.id)
    make.tick(at + HOUR)
    thingspace.complete(call=False)
    make.tick(at + 2 * HOUR)
    assert (state(swap), line.sims.get(retired=False)) == ("confirmed", fresh)


def test_a_line_is_cancelled_and_a_strange_one_declined(line, thingspace, cast, at):
    order = make.asked(line, at, "cancel")
    make.tick(at)
    thingspace.complete(call=False)
    make.tick(at + HOUR)
    assert (state(order), make.status(line)) == ("confirmed", "cancelled")
    other = make.asked(make.line(cast.rex), at + HOUR)
    make.tick(at + HOUR)
    assert (state(other), "does not know this line" in other.answer) == ("refused", True)


def test_an_order_at_the_machine_is_given_to_a_person(line, thingspace, cast, at):
    order = make.asked(line, at)
    make.tick(at)
    ida = cast.acting(cast.ida)
    with pytest.raises(Conflict, match="machine gives its word"):
        make.confirmed(order, at, actor=ida)
    handed = verbs.hand_over_line_order(order_id=order.id, reason="Slow", actor=ida, at=at + HOUR)
    assert (state(handed), handed.adapter) == ("sent", "manual")
    make.confirmed(handed, at + 2 * HOUR, actor=ida)
    assert make.status(line) == "suspended"


def test_found_again_what_the_machine_took_is_restored_after_its_word(line, thingspace, at):
    cause = Cause("Lost", "lifecycle.loss", new_id())
    order = make.asked(line, at, terms={"cause": cause})
    make.tick(at)
    (back,) = verbs.undo_for(cause=cause, reason="Found", actor=make.HOUSE, at=at + MINUTE)
    make.tick(at + MINUTE)
    assert (state(order), state(back)) == ("sent", "asked")
    thingspace.complete(call=False)
    make.tick(at + 30 * MINUTE)
    assert state(order) == "confirmed"
    make.tick(at + 31 * MINUTE)
    thingspace.complete(call=False)
    make.tick(at + 60 * MINUTE)
    assert (state(back), make.status(line)) == ("confirmed", "active")


@pytest.mark.clause("G-9")
def test_sums_of_a_period_come_in_pages(line, thingspace, at):
    thingspace.page = 2
    thingspace.lines[0].days = [
        (f"2026-10-{day:02}", 1024 * day, 1) for day in (1, 2, 3, 4, 30)
    ] + [("2026-11-01", 10**9, 99)]
    used = read_usage(
        line_id=line.id,
        from_on=date(2026, 10, 1),
        until_on=date(2026, 11, 1),
        actor=make.HOUSE,
        at=at,
    )
    assert (used.kilobytes, used.messages, used.seconds) == (40, 5, None)
