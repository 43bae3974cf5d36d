"""Simulated devices that come by account, over both doors: as their systems do it."""

import httpx
import pytest
from django.core.wsgi import get_wsgi_application

from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.models import Command, Enrolment, UserChannel
from quartermaster.mdm.queries import context_of, posture_of
from quartermaster.mdm.ways import Way
from quartermaster.org.models import User as LogIn
from quartermaster.simulators.apple import Holder, Refused, User, enrol_by_account, iphone, mac
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
PASSWORD = "correct horse battery"


@pytest.fixture
def holder(cast):
    """Ana with her browser, at the people's door."""
    user = LogIn(person=cast.ana, email=cast.ana.email)
    user.set_password(PASSWORD)
    user.save()
    door = httpx.WSGITransport(app=get_wsgi_application())
    with httpx.Client(transport=door, timeout=30) as web:
        yield Holder(web, cast.ana.email, PASSWORD)


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


@pytest.mark.clause("G-1", "G-2", "G-3", "G-10")
def test_a_personal_phone_comes_by_account_and_tells_little(holder, client):
    state = iphone(serial="F2LX0000ABCD", imei="354403065577123", passcode="137924")
    phone = CheckedDevice(client, state)
    with devices_door() as door:
        enrol_by_account(phone, holder, door)
        outbox.deliver_due(now())
        assert phone.connect()
        outbox.deliver_due(now())
    device = Device.objects.get()
    enrolment = Enrolment.objects.get()
    assert (enrolment.way, enrolment.state) == ("account-driven-user", "enrolled")
    assert (device.serial, device.imei, device.udid) == ("", "", "")
    facts = posture_of(device.id)
    assert facts["os.version"].value == state.os_version
    assert "device.serial" not in facts
    kept = b"".join(bytes(row.answer or b"") for row in Command.objects.all())
    assert state.serial.encode() not in kept
    assert state.udid.encode() not in kept


@pytest.mark.clause("G-10")
def test_a_mac_has_a_channel_for_each_of_its_users(holder, client, invited):
    device, path = invited("MAC-1", platform="macos", device_class="laptop")
    machine, ana = CheckedDevice(client, mac(serial="C02XX1234567")), User("ana", "Ana Reyes")
    with devices_door() as door:
        machine.enrol(f"{door}{path}")
        machine.log_in(ana)
        channel = UserChannel.objects.get()
        assert (channel.user_id, channel.short_name) == (ana.guid, "ana")
        orders = [
            order
            for order in driver_named("apple").inventory(context_of(device))
            if order.kind == "ProfileList"
        ]
        actions.queue_for_user(channel=channel, orders=orders, actor=system("test"), at=now())
        assert "ProfileList" not in machine.connect()
        assert machine.connect_as(ana) == ["ProfileList"]
        machine.check_out()
    assert Command.objects.get(user_channel=channel).state == "acknowledged"
    channel.refresh_from_db()
    assert channel.left_at is not None


@pytest.mark.clause("G-10")
def test_a_mac_of_the_city_comes_by_account_with_every_right(holder, client, invited):
    device, _ = invited("MAC-2", platform="macos", device_class="laptop", serial="C02XX1234567")
    holder.device = str(device.pk)
    machine = CheckedDevice(client, mac(serial="C02XX1234567"))
    with devices_door(account_enrolment='{"Mac": "device"}') as door:
        enrol_by_account(machine, holder, door)
        outbox.deliver_due(now())
        assert machine.connect()
    enrolment = Enrolment.objects.get()
    assert (enrolment.device, enrolment.way) == (device, "account-driven-device")
    assert machine.state.rights == 8191


@pytest.mark.clause("G-1", "G-2")
def test_an_older_phone_comes_as_its_users_own_by_a_profile(client, cast, assigned, token_for):
    device = assigned("BYO-1", ownership="personal")
    token = token_for(device, consent=True, way=Way.USER)
    state = iphone(os_version="17.7", build="21H16", serial="F2LX0000ABCD", passcode="137924")
    phone = CheckedDevice(client, state)
    with devices_door() as door:
        phone.enrol(f"{door}/enrol/{token}")
        outbox.deliver_due(now())
        assert phone.connect()
    enrolment = Enrolment.objects.get()
    assert (enrolment.way, enrolment.external_id) == ("user", phone.enrollment_id)
    assert state.user_enrolled


def test_who_does_not_agree_brings_nothing_in(holder, client):
    holder.agrees = False
    phone = CheckedDevice(client, iphone())
    with devices_door() as door, pytest.raises(Refused):
        enrol_by_account(phone, holder, door)
    assert (Device.objects.count(), Enrolment.objects.count()) == (0, 0)


def test_a_kind_of_device_that_does_not_come_so_is_told(holder, client):
    phone = CheckedDevice(client, iphone())
    with devices_door(account_enrolment="{}") as door, pytest.raises(Refused) as refused:
        enrol_by_account(phone, holder, door)
    assert refused.value.response.json()["code"] == "com.apple.well-known.failed"
