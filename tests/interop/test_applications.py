"""Applications through the real door: licences, packages, holders who are asked, and leaving."""

from datetime import timedelta
from uuid import uuid4

import httpx
import pytest

from quartermaster.files.stores import current
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm.actions.credentials import import_credential
from quartermaster.mdm.actions.software import settle_due
from quartermaster.mdm.licences import sync
from quartermaster.mdm.models import DeviceSoftware, Licence
from quartermaster.mdm.queries import posture_of
from quartermaster.simulators.apple import App, SimulatedDevice, iphone
from quartermaster.simulators.apple.services.apps_and_books import apps_and_books
from tests.factories.software import AssignmentFactory, package, packaged
from tests.interop.doors import devices_door

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
NOTES = App("com.shop.notes", "Notes", "3.1")
NUMBER = 361309726
CONTENT = bytes(range(256)) * 2000


@pytest.fixture
def client():
    with httpx.Client(timeout=30) as made:
        yield made


class Days:
    """The worker's rounds, each a while later than the one before."""

    def __init__(self):
        self.ahead = timedelta()

    def work(self, **later):
        self.ahead += timedelta(**later)
        at = now() + self.ahead
        outbox.deliver_due(at)
        sync.work(at)
        settle_due(at)
        outbox.deliver_due(at)


def play(phone, days, rounds=6):
    for _ in range(rounds):
        phone.connect()
        days.work(minutes=7)


@pytest.fixture
def days():
    return Days()


@pytest.fixture
def shop(settings):
    with apps_and_books() as opened:
        settings.APPS_AND_BOOKS_URL = opened.address
        yield opened


def row(identifier):
    return DeviceSoftware.objects.get(software__identifier=identifier)


@pytest.mark.clause("G-4", "G-10")
def test_a_supervised_phone_gets_its_licence_and_loses_all_when_it_leaves(
    invited, client, shop, days, settings, cast
):
    device, path = invited("PH-1", serial="F2LX0000ABCD")
    AssignmentFactory(
        software__identifier=NOTES.identifier,
        software__store_id=str(NUMBER),
        department=cast.water,
    )
    shop.buy(NUMBER, NOTES, 1)
    state = iphone(serial="F2LX0000ABCD", supervised=True, apps=[App("com.own.game", "Game")])
    state.shop = shop
    with devices_door() as door:
        settings.DEVICES_URL = door
        import_credential(
            driver="apple", kind="apps", content=shop.token, actor=system("t"), at=now()
        )
        days.work()
        assert shop.subscription is not None  # the door took the test notification
        phone = SimulatedDevice(client, state)
        phone.enrol(f"{door}{path}")
        days.work()
        days.work(minutes=1)
        assert shop.deliver_notices() > 0
        assert Licence.objects.get().state == "held"
        play(phone, days)
        assert row(NOTES.identifier).state == "installed"
        found = {
            item["identifier"]: item["managed"]
            for item in posture_of(device.id)["software.installed"].value
        }
        assert found == {NOTES.identifier: True, "com.own.game": False}
        phone.check_out()
        days.work()
        days.work(minutes=2)
    assert [app.identifier for app in state.apps] == ["com.own.game"]
    assert row(NOTES.identifier).state == "removed"
    assert (Licence.objects.get().state, shop.assignments) == ("returned", set())


@pytest.mark.clause("G-10")
def test_a_package_is_fetched_in_parts_and_its_hash_checked(invited, client, days, settings, cast):
    _, path = invited("PH-2")
    ours = packaged(identifier="com.city.inspect", title="Inspections")
    made = package(ours, CONTENT, "1.0")
    AssignmentFactory(software=ours, department=cast.water)
    state = iphone(supervised=True)
    phone = SimulatedDevice(client, state)
    with devices_door() as door:
        settings.DEVICES_URL = door
        phone.enrol(f"{door}{path}")
        days.work()
        play(phone, days)
        assert [(app.identifier, app.version) for app in state.apps] == [
            ("com.city.inspect", "1.0")
        ]
        assert row("com.city.inspect").state == "installed"
        newer = package(ours, CONTENT + uuid4().bytes, "2.0")  # of this run alone: it is spoilt
        place = current()._place(newer.file.digest)
        place.chmod(0o640)
        place.write_bytes(b"evil" * 1000)
        days.work()
        phone.connect()
        days.work()
        assert row("com.city.inspect").state == "failed"
        assert state.apps[0].version == "1.0"
    assert made.version == "1.0"
