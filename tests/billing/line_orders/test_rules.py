"""The way of an order, whatever happens in whatever order; and the pure rules beside it."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.models import LineOrder
from quartermaster.billing.rules.line_orders import (
    A_DAY,
    LINE_ORDER,
    LONGEST_POLL,
    SETTLED_ORDERS,
    LineOrderKind,
    LineOrderState,
    Standing,
    next_poll,
    pause,
    when_sendable,
    why_not,
)
from quartermaster.inventory.models import LIVE, LineStatus
from quartermaster.kernel.errors import HouseError
from tests.cast import AT, make_cast
from tests.factories import line_orders as make

HOUR = timedelta(hours=1)
pytestmark = pytest.mark.clause("G-9")


def test_every_state_is_reached_and_what_is_settled_stays_settled():
    assert LINE_ORDER.reachable() == frozenset(LineOrderState)
    assert LINE_ORDER.terminal == SETTLED_ORDERS


@given(
    st.lists(st.integers(0, 200).map(lambda hours: AT - hours * HOUR)),
    st.integers(1, 6) | st.none(),
)
def test_a_carrier_never_gets_more_in_a_day_than_it_takes(sent, a_day):
    when = when_sendable(sent, a_day, AT)
    assert when >= AT
    if a_day is None:
        assert when == AT
    else:
        recent = [one for one in sent if when - A_DAY < one]
        assert len(recent) < a_day


@given(st.integers(0, 1000), st.timedeltas(timedelta(0), timedelta(hours=5)) | st.none())
def test_pauses_grow_and_end(attempts, after):
    assert timedelta(0) < next_poll(attempts) <= LONGEST_POLL
    assert pause(attempts, after) == max(next_poll(attempts), after or timedelta(0))


@given(st.sampled_from(LineOrderKind), st.sampled_from(LineStatus), st.booleans(), st.booleans())
def test_only_a_line_that_lives_is_ordered_about(kind, status, back, suspending):
    no = why_not(kind, Standing(status, back, suspending))
    if status not in LIVE:
        assert no == "The line has ended."
    elif kind is LineOrderKind.CANCEL:
        assert no == ""


_DEEDS = st.sampled_from(
    ["suspend", "restore", "cancel", "confirm", "refuse", "call off", "hasten", "wait", "later"]
)


def _do(deed, line, at):
    orders = LineOrder.objects.filter(line=line, settled_at=None)
    order = orders.order_by("-asked_at").first()
    words = {"actor": make.HOUSE, "at": at}
    if deed in {"suspend", "restore", "cancel"}:
        make.asked(line, at, deed)
    elif deed == "later":
        make.asked(line, at, "suspend", terms={"due_at": at + 9 * HOUR})
    elif deed == "wait" or order is None:
        make.tick(at)
    elif deed == "confirm":
        verbs.confirm_line_order(order_id=order.id, reference="R", **words)
    elif deed == "refuse":
        verbs.refuse_line_order(order_id=order.id, answer="No", **words)
    elif deed == "call off":
        verbs.call_off_line_order(order_id=order.id, reason="No", **words)
    else:
        verbs.hasten_line_order(order_id=order.id, reason="Now", **words)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None)
@given(st.lists(_DEEDS, max_size=14))
def test_whatever_happens_the_line_says_what_the_carrier_said_last(deeds):
    with transaction.atomic():
        line, at = make.line(make_cast().ana, phone=False), AT
        for deed in deeds:
            at += 5 * HOUR
            with suppress(HouseError), transaction.atomic():
                _do(deed, line, at)
        said = LineOrder.objects.filter(line=line, state="confirmed")
        last = said.order_by("-settled_at", "-id").values_list("kind", flat=True).first()
        meant = {"suspend": "suspended", "cancel": "cancelled"}.get(last, "active")
        assert make.status(line) == meant
        open_now = LineOrder.objects.filter(line=line, settled_at=None)
        kinds = list(open_now.values_list("kind", flat=True))
        assert len(kinds) == len(set(kinds))
        assert all(order.due_at is not None for order in open_now)
        transaction.set_rollback(True)
