"""Several at once: one order, one letter, one word."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from quartermaster.billing.models import LineOrder
from quartermaster.kernel.errors import Conflict
from quartermaster.notify.models import Message
from tests.factories import line_orders as make

pytestmark = pytest.mark.django_db(transaction=True)
MANY, PATIENCE = 4, 30


def together(work):
    """What came of each of several who do the same at the same moment."""
    barrier = Barrier(MANY, timeout=PATIENCE)

    def run(number):
        try:
            barrier.wait()
            return work(number)
        except Conflict as problem:
            return problem
        finally:
            connections.close_all()

    with ThreadPoolExecutor(MANY) as pool:
        return list(pool.map(run, range(MANY)))


def test_asked_for_by_many_at_once_it_is_asked_of_the_carrier_once(cast, at):
    make.access(at)
    line = make.line(cast.ana)
    found = together(lambda _: make.asked(line, at).id)
    assert len(set(found)) == LineOrder.objects.count() == 1
    assert Message.objects.filter(template="billing/line_orders/letter").count() == 1


def test_several_workers_send_it_once(cast, at):
    line = make.line(cast.ana)
    make.access(at)
    order = make.asked(line, at, terms={"due_at": at.replace(hour=20)})
    together(lambda _: make.tick(at.replace(hour=21)))
    order.refresh_from_db()
    assert order.state == "sent"
    assert Message.objects.filter(template="billing/line_orders/letter").count() == 1


def test_the_word_is_entered_once(cast, at):
    line = make.line(cast.ana)
    order = make.asked(line, at)
    found = together(lambda number: make.confirmed(order, at, reference=f"LW-{number}"))
    assert sum(1 for one in found if isinstance(one, Conflict)) == MANY - 1
    order.refresh_from_db()
    assert (order.state, make.status(line)) == ("confirmed", "suspended")
