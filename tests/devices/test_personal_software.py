"""Proof that a personal device is never asked which applications its holder has (G-1, G-4)."""

import httpx
import pytest
from django.test import override_settings

from quartermaster.drivers.apple.driver import AppleDriver
from quartermaster.drivers.apple.wire import plist
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.driver import Context
from quartermaster.mdm.models import Command, StoredFact
from quartermaster.mdm.ways import Way
from quartermaster.simulators.apple import App, iphone
from tests.factories.applications import DecisionFactory
from tests.interop.doors import devices_door
from tests.plugins.checked import CheckedDevice

LIST = "InstalledApplicationList"


def asked(order):
    return plist.loads(order.render(new_id()))["Command"]


@pytest.mark.clause("G-1", "G-4")
@pytest.mark.parametrize("platform", ["ios", "ipados", "macos"])
@pytest.mark.parametrize("way", list(Way))
def test_whatever_the_way_a_personal_device_is_asked_for_the_citys_applications_alone(
    platform, way
):
    orders = AppleDriver().inventory(Context("personal", platform, os_version="18.1", way=way))
    lists = [item for item in map(asked, orders) if item["RequestType"] == LIST]
    assert all(item["ManagedAppsOnly"] is True for item in lists)


@pytest.mark.e2e
@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-1", "G-4")
def test_nothing_of_the_holders_own_reaches_the_house(assigned, token_for, cast):
    """Even where decisions ask for findings, and the device would tell more if it were asked."""
    DecisionFactory(name_pattern="*chess*", identifier="")
    own, city = App("org.example.chess", "Chess"), App("com.example.work", "Work", managed=True)
    state = iphone(passcode="135790", apps=[own, city])
    token = token_for(assigned(ownership="personal"), consent=True)
    with (
        devices_door() as door,
        httpx.Client(timeout=30) as client,
        override_settings(DEVICES_URL=door),
    ):
        phone = CheckedDevice(client, state)
        phone.enrol(f"{door}/enrol/{token}")
        for _ in range(3):
            outbox.deliver_due(now())
            while phone.connect():
                pass
    # not even for what is managed: the profile grants no right to it, so nobody asks in vain
    kinds = dict(Command.objects.values_list("kind", "state"))
    assert (LIST in kinds, kinds["SecurityInfo"]) == (False, "acknowledged")
    everything = [str(list(StoredFact.objects.values_list("value", flat=True)))]
    everything += [bytes(row.answer or b"").decode() for row in Command.objects.all()]
    assert not [text for text in everything if "chess" in text.lower()]
