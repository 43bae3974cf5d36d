"""Devices that are retired are let go, and nobody lets the fleet go by retiring it."""

from datetime import timedelta

import pytest

from quartermaster.inventory.events import DeviceRetired
from quartermaster.jobs import outbox
from quartermaster.jobs.acts import act
from quartermaster.jobs.models import Delivery
from quartermaster.kernel.permits import system
from quartermaster.mdm.models import Certificate, Enrolment
from tests.factories import mdm
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-10", "C-3")]
HOUSE = system("test")


@pytest.fixture
def fleet(at, settings):
    settings.ERASE_LIMIT_FLEET, settings.ERASE_LIMIT_PERCENT = 2, 0
    enrolments = [
        mdm.enrolled(DeviceFactory(holder=PersonFactory()), at, f"UDID-{number}")
        for number in range(4)
    ]
    for enrolment in enrolments:
        mdm.certificate(enrolment, at)
    return enrolments


def retire(enrolments, at):
    with act(HOUSE, at) as doing:
        for enrolment in enrolments:
            doing.emit(DeviceRetired(enrolment.device_id))
    outbox.deliver_due(at)


def managed():
    return Enrolment.objects.filter(state="enrolled").count()


def test_a_retired_device_is_let_go(fleet, at):
    retire(fleet[:1], at)
    ended = Enrolment.objects.get(state="ended")
    assert (ended.id, ended.end_reason) == (fleet[0].id, "the device was retired")
    assert Certificate.objects.get(revoked_at=at).enrolment_id == ended.id


def test_no_more_are_let_go_in_a_day_than_may_be_destroyed(fleet, at):
    for enrolment in fleet:
        retire([enrolment], at)
    assert managed() == 2
    waiting = Delivery.objects.filter(tag="inventory.device.retired", delivered_at=None)
    assert waiting.count() == 2
    assert all("the limit is 2" in said for said in waiting.values_list("last_error", flat=True))
    outbox.deliver_due(at + timedelta(hours=2))
    assert managed() == 2
    outbox.deliver_due(at + timedelta(days=1, hours=2))
    assert managed() == 0


def test_the_limit_grows_with_the_fleet(fleet, at, settings):
    settings.ERASE_LIMIT_PERCENT = 75
    retire(fleet, at)
    assert managed() == 2  # of four, three may go; of the three that are left, two
