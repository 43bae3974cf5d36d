"""Whatever happens in whatever order: a request keeps its promises."""

from datetime import timedelta

import pytest
from django.conf import settings as house
from django.db import transaction
from hypothesis import event, example, given, settings
from hypothesis import strategies as st

from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import purchasing, requests
from quartermaster.lifecycle.models import Request, Reservation
from quartermaster.lifecycle.rules import requests as rules
from quartermaster.lifecycle.rules.requests import (
    ITEM,
    LIVE_REQUESTS,
    OPEN_ITEMS,
    REQUEST,
    ItemState,
    RequestState,
)
from quartermaster.org.roles import Role
from tests.factories import requests as make

HOUSE = system("test")
WHO = ["ana", "cole", "sue", "ida", "rex", "ben", "house"]


@pytest.mark.clause("G-7")
def test_every_state_is_reached_and_nothing_is_authorised_unrecommended():
    assert REQUEST.reachable() == set(RequestState)
    assert REQUEST.terminal == set(RequestState) - LIVE_REQUESTS
    assert ITEM.reachable() == set(ItemState)
    assert ITEM.terminal == set(ItemState) - OPEN_ITEMS
    into = {
        (t.verb, source)
        for t in REQUEST.transitions.values()
        if t.target in rules.AUTHORISED
        for source in t.sources - rules.AUTHORISED
    }
    assert into == {("authorise", RequestState.RECOMMENDED)}
    assert set(rules.PERIODS) == set(rules.OWNERS) == LIVE_REQUESTS
    assert {*rules.PERIODS.values(), "expire"} == set(rules.REQUEST_DAYS)


def test_the_settings_name_every_period():
    assert set(house.REQUEST_DAYS) == set(rules.REQUEST_DAYS)


@pytest.mark.parametrize("machine", [REQUEST, ITEM])
def test_no_verb_leads_out_of_where_it_does_not_begin(machine):
    for step in machine.transitions.values():
        for state in machine.states:
            if state in step.sources:
                assert machine.target(step.verb, state) is step.target
                continue
            with pytest.raises(HouseError):
                machine.target(step.verb, state)


class Undone(Exception):  # noqa: N818 (it undoes a run, nothing went wrong)
    """Ends a run, so that the next begins with nothing."""


_WHOLE_WAY = [("recommend", "cole"), ("authorise", "ida"), ("hand out", "ida")]
moves = st.one_of(
    st.tuples(st.just("wait"), st.integers(1, 40)),
    st.tuples(
        st.sampled_from(
            [
                "recommend",
                "decline",
                "authorise",
                "refuse",
                "withdraw",
                "order",
                "cancel",
                "reserve",
                "release",
                "hand out",
            ]
        ),
        st.sampled_from(WHO),
    ),
)


@pytest.mark.django_db
@pytest.mark.clause("G-7", "G-12")
def test_whatever_happens_a_request_holds(cast, at):
    people = {name: cast.acting(getattr(cast, name)) for name in WHO[:5]}
    people["ben"] = cast.acting(make.another(cast, Role.SECURITY_APPROVER, "Ben Abara"))
    people["house"] = HOUSE
    phone = make.phone_in_stock()

    @settings(max_examples=40)
    @example(["ana"], _WHOLE_WAY)
    @example(["cole"], [("recommend", "ida"), ("authorise", "ida"), ("authorise", "ben")])
    @example(["ana"], [*_WHOLE_WAY[:2], ("release", "ida"), ("order", "ida"), ("wait", 40)])
    @given(
        st.lists(st.sampled_from(["ana", "cole", "sue", "ida"]), min_size=1, max_size=2),
        st.lists(moves, min_size=3, max_size=14),
    )
    def play(askers, taken):
        with pytest.raises(Undone), transaction.atomic():
            _play(cast, people, phone, askers, taken, at)
            raise Undone

    play()


def _play(cast, people, phone, askers, taken, at):
    open_ones = []
    for name in askers:
        person = cast.ana if name == "sue" else getattr(cast, name)
        open_ones.append(make.asked(cast, at, person=person, asker=getattr(cast, name)))
    now = at
    for number, (what, more) in enumerate(taken):
        if what == "wait":
            now += timedelta(days=more)
        else:
            _act(open_ones[number % len(open_ones)], what, people[more], phone, now)
        schedule.take_steps(now)
        for request in open_ones:
            request.refresh_from_db()
            _holds(request, now)
        live = Reservation.objects.filter(ended_at=None, device=phone)
        assert live.count() <= 1  # one device is kept once


def _act(request, what, actor, phone, now):
    item = request.items.get()
    words = {"actor": actor, "at": now}
    kept = item.reservations.filter(ended_at=None).exists()
    free = not Reservation.objects.filter(device=phone, ended_at=None).exists()
    stock = make.supplies(request, phone) if free else make.supplies(request)
    verbs = {
        "recommend": lambda: requests.recommend(request=request, **words),
        "decline": lambda: requests.decline(request=request, reason="x", **words),
        "authorise": lambda: requests.authorise(request=request, supplies=stock, **words),
        "refuse": lambda: requests.refuse(request=request, reason="x", **words),
        "withdraw": lambda: requests.withdraw(request=request, reason="x", **words),
        "order": lambda: purchasing.step_item(item, "place the order"),
        "cancel": lambda: purchasing.step_item(item, "cancel the order"),
        "reserve": lambda: requests.reserve(item_id=item.id, thing_id=phone.id, **words),
        "release": lambda: requests.release(item_id=item.id, **words),
        "hand out": lambda: requests.hand_out_item(item_id=item.id, thing_id=phone.id, **words),
    }
    try:
        verbs[what]()
    except HouseError:
        after = Request.objects.get(id=request.id)
        assert after.state == request.state  # what is refused changes nothing
        assert item.reservations.filter(ended_at=None).exists() == kept


def _holds(request, now):
    event(request.state)
    item = request.items.get()
    own = {request.person_id, request.asker_id}
    assert not own & {request.recommended_by_id, request.authorised_by_id}
    if request.authorised_by_id is not None:
        assert request.recommended_by_id is not None
        assert request.authorised_by_id != request.recommended_by_id
    assert (request.closed_at is None) == (request.state in LIVE_REQUESTS)
    kept = item.reservations.filter(ended_at=None).exists()
    assert kept == (item.state == ItemState.RESERVED)
    if request.state in LIVE_REQUESTS:
        assert request.wake_at > now  # the clock took what was due
        assert item.state in OPEN_ITEMS
        assert (item.state == ItemState.ASKED) == (request.state != RequestState.AUTHORISED)
    else:
        done = ItemState.FULFILLED if request.state == "fulfilled" else ItemState.DROPPED
        assert item.state == done
    assert Device.objects.get().holder is None  # a request moves no thing by itself
