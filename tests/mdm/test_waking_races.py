"""Two workers wake at once: each device is woken by one of them."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connections

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, waking
from quartermaster.mdm.models import Wake
from tests.factories.mdm import order

HOUSE = system("test")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-10")
def test_two_workers_at_once_wake_each_device_once(pushing, monkeypatch):
    monkeypatch.setattr(waking, "BATCH", 5)
    phones = [pushing.listener() for _ in range(40)]
    at = now()
    actions.queue_for_many(wanted=[(p, [order()]) for p in phones], actor=HOUSE, at=at)
    start = Barrier(2)

    def work(_number):
        try:
            start.wait(10)
            return waking.wake_due(at)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(2) as workers:
        done = list(workers.map(work, range(2)))
    done.append(waking.wake_due(at))  # what one worker held while the other looked
    assert sum(done) == 40
    assert len(pushing.reached) == len(set(pushing.reached)) == 40
    assert Wake.objects.filter(outcome="delivered", locked_until=None).count() == 40
