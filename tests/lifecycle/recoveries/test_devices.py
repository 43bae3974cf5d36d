"""Devices that were not returned: locked by rule, erased by two people, and only then silent."""

from datetime import timedelta

import pytest

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import LineStatus
from quartermaster.lifecycle import recovery_schedule as schedule
from quartermaster.mdm.models import Command
from quartermaster.notify.models import Message
from tests.factories import destruction, mdm
from tests.factories import recoveries as make
from tests.factories.inventory import PersonalDeviceFactory

DAY = timedelta(days=1)
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("C-4", "G-10")]


@pytest.fixture
def phone(cast, at):
    device, *_ = make.equipped(cast.ana)
    return mdm.enrolled(device, at)


def test_it_is_locked_the_day_after_and_itmd_is_asked_to_erase_it(cast, at, phone):
    recovery = make.begun(cast.ana, at)
    schedule.follow_recoveries(at)
    assert not Command.objects.filter(kind="DeviceLock").exists()
    schedule.follow_recoveries(at + DAY)
    (command,) = Command.objects.filter(kind="DeviceLock")
    assert command.reason == "Ana Reyes left the City's service."
    assert b"This device belongs to the City" in bytes(command.payload)
    schedule.follow_recoveries(at + 7 * DAY)
    step = recovery.steps.get(kind="wipe")
    assert step.outcome == "Two people decide on it; told Ida Lindqvist."
    (mail,) = Message.objects.filter(template="lifecycle/recoveries/erase")
    assert f"/devices/{phone.device_id}/" in mail.text
    assert not Command.objects.filter(kind="EraseDevice").exists()


def test_a_personal_device_is_never_locked(cast, at):
    enrolment = mdm.enrolled(PersonalDeviceFactory(holder=cast.ana), at)
    make.begun(cast.ana, at)
    schedule.follow_recoveries(at + 8 * DAY)
    assert not Command.objects.filter(enrolment=enrolment, kind="DeviceLock").exists()
    (mail,) = Message.objects.filter(template="lifecycle/recoveries/erase")
    assert "City data on it is to be removed" in mail.text


def test_what_came_back_in_time_is_neither_locked_nor_erased(cast, at, phone):
    recovery = make.begun(cast.ana, at)
    ida = cast.acting(cast.ida)
    inventory.unassign(device_id=phone.device_id, actor=ida, at=at + DAY / 2)
    schedule.follow_recoveries(at + 8 * DAY)
    assert not Command.objects.filter(kind="DeviceLock").exists()
    steps = recovery.steps.filter(item__kind="device").values_list("outcome", flat=True)
    assert set(steps) == {"Not needed: it is settled."}


def test_the_line_waits_while_an_erasure_does(cast, at, phone):
    recovery = make.begun(cast.ana, at)
    line = recovery.items.get(kind="line").line
    destruction.account(cast.ida)
    request = destruction.asked([phone], cast.acting(cast.ida), at + 9 * DAY)
    schedule.follow_recoveries(at + 11 * DAY)
    line.refresh_from_db()
    assert line.status == LineStatus.ACTIVE
    step = recovery.steps.get(kind="suspend")
    assert (step.done_at, step.due_at) == (None, at + 12 * DAY)
    type(request).objects.filter(id=request.id).update(
        state="expired", closed_at=at + 11 * DAY, due_at=None
    )
    assert not line.orders.exists()
    schedule.follow_recoveries(at + 12 * DAY)
    assert line.orders.get().state == "sent"
