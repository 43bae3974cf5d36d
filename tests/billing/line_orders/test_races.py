"""Several at once: one order, one letter, one word."""

from functools import partial

import pytest

from quartermaster.billing.models import LineOrder
from quartermaster.kernel.errors import Conflict
from quartermaster.notify.models import Message
from tests.factories import line_orders as make
from tests.races import at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


def test_asked_for_by_many_at_once_it_is_asked_of_the_carrier_once(cast, at):
    make.access(at)
    line = make.line(cast.ana)
    found = at_once(*[lambda: make.asked(line, at).id] * MANY)
    assert len(set(found)) == LineOrder.objects.count() == 1
    assert Message.objects.filter(template="billing/line_orders/letter").count() == 1


def test_several_workers_send_it_once(cast, at):
    line = make.line(cast.ana)
    make.access(at)
    order = make.asked(line, at, terms={"due_at": at.replace(hour=20)})
    at_once(*[lambda: make.tick(at.replace(hour=21))] * MANY)
    order.refresh_from_db()
    assert order.state == "sent"
    assert Message.objects.filter(template="billing/line_orders/letter").count() == 1


def test_the_word_is_entered_once(cast, at):
    line = make.line(cast.ana)
    order = make.asked(line, at)
    found = at_once(*[partial(make.confirmed, order, at, reference=f"LW-{n}") for n in range(MANY)])
    assert sum(1 for one in found if isinstance(one, Conflict)) == MANY - 1
    order.refresh_from_db()
    assert (order.state, make.status(line)) == ("confirmed", "suspended")
