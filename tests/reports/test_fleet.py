"""Systems, software and updates over a fleet."""

import pytest

from quartermaster.mdm.posture import OS_VERSION, SOFTWARE, UPDATES
from quartermaster.reports import fleet
from quartermaster.reports.fleet import Counted
from quartermaster.reports.standing import devices_reported
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import EnrolmentFactory, FactFactory

pytestmark = pytest.mark.django_db


def managed(holder, factory=DeviceFactory, **facts):
    device = factory(holder=holder, department=holder.department)
    EnrolmentFactory(device=device)
    for key, value in facts.items():
        FactFactory(device=device, key=KEYS[key], value=value)
    return device


KEYS = {"system": OS_VERSION, "software": SOFTWARE, "updates": UPDATES}
MAIL = {"identifier": "com.mail", "name": "Mail"}
GAME = {"identifier": "com.game", "name": "Game"}


def test_versions_of_systems(cast):
    managed(cast.ana, system="18.1")
    managed(cast.sue, system="18.1")
    managed(cast.rex, system="17.7")
    every = devices_reported(cast.acting(cast.ida))
    assert fleet.os_versions(every) == (Counted("iOS 18.1", 2), Counted("iOS 17.7", 1))
    assert fleet.os_versions(devices_reported(cast.acting(cast.cole))) == (Counted("iOS 18.1", 2),)
    assert fleet.os_versions(devices_reported(cast.acting(cast.rex))) == ()


@pytest.mark.clause("G-1")
def test_software_of_city_devices_alone(cast):
    managed(cast.ana, software=[MAIL, MAIL, {"identifier": "", "name": "Nameless"}])
    managed(cast.sue, software=[MAIL, GAME])
    managed(
        cast.ana, PersonalDeviceFactory, software=[{"identifier": "com.private", "name": "Private"}]
    )
    managed(cast.rex, software="not a list")
    every = devices_reported(cast.acting(cast.ida))
    assert fleet.top_software(every) == (
        Counted("Mail", 2, "com.mail"),
        Counted("Game", 1, "com.game"),
    )
    assert fleet.top_software(devices_reported(cast.acting(cast.rex))) == ()


def test_only_the_commonest(cast):
    many = [{"identifier": f"com.{number:03}", "name": ""} for number in range(40)]
    managed(cast.ana, software=many)
    found = fleet.top_software(devices_reported(cast.acting(cast.ida)))
    assert [one.name for one in found] == [f"com.{number:03}" for number in range(10)]


def test_updates_that_wait(cast):
    managed(cast.ana, updates=[])
    managed(cast.ana, updates=[{"version": "18.2", "critical": False}])
    managed(cast.ana, updates=[{"version": "18.2", "critical": True}, {"critical": False}])
    managed(cast.ana, updates=None)
    managed(cast.rex)
    found = fleet.updates_waiting(devices_reported(cast.acting(cast.ida)))
    assert [one.devices for one in found] == [1, 1, 1, 2]
    none = fleet.updates_waiting(devices_reported(cast.acting(cast.rex)))
    assert [one.devices for one in none] == [0, 0, 0, 0]
