"""A simulated device connects because it was woken: command, wake, push service, door, answer."""

import threading

import httpx
import pytest

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, waking
from quartermaster.mdm.models import Command, Enrolment, Wake
from quartermaster.mdm.rules.waking import SETTLE
from quartermaster.simulators.apple import iphone
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
HOUSE = system("test")


@pytest.mark.clause("G-10")
def test_a_phone_comes_because_it_was_woken(invited, pushing):
    _, path = invited("PH-1")
    came = threading.Event()
    with devices_door() as door, httpx.Client(timeout=30) as client:
        phone = CheckedDevice(client, iphone())

        def wake():
            phone.connect()
            came.set()

        phone.on_token = lambda token, topic: pushing.service.register(token, topic, wake)
        phone.enrol(f"{door}{path}")
        assert Enrolment.objects.get().topic == pushing.topic
        outbox.deliver_due(now())  # it is asked what it is, and told what is required
        assert Command.objects.filter(state="queued").exists()
        assert waking.wake_due(now() + SETTLE) == 1
        assert came.wait(30)
        assert not Command.objects.exclude(state="acknowledged").exists()
        outbox.deliver_due(now())
        row = Wake.objects.get()
        assert (row.outcome, row.attempts) == ("delivered", 1)
        waking.wake_due(row.due_at)
        row.refresh_from_db()
        assert (row.due_at, len(pushing.service.received)) == (None, 1)


def test_a_phone_whose_management_was_removed_is_not_woken(invited, pushing):
    _, path = invited("PH-2")
    with devices_door() as door, httpx.Client(timeout=30) as client:
        phone = CheckedDevice(client, iphone())
        phone.on_token = pushing.service.register
        phone.enrol(f"{door}{path}")
        enrolment = Enrolment.objects.get()
        actions.refresh_posture(enrolment=enrolment, actor=HOUSE, at=now())
        phone.check_out()
        assert waking.wake_due(now() + SETTLE) == 0
    assert pushing.service.received == []
