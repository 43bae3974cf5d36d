"""What the page of a device offers: nothing that the reader may not do with it."""

from types import SimpleNamespace

import pytest
from django.urls import reverse

from quartermaster.web.links import accessory_address
from tests.factories.inventory import AccessoryFactory, DeviceFactory
from tests.factories.records import custodian

pytestmark = pytest.mark.django_db


def test_only_who_may_report_a_device_is_offered_to(cast, logged_in):
    device = DeviceFactory(holder=cast.ana)
    report = reverse("losses:report-device", kwargs={"key": device.pk})
    page = reverse("inventory:device", kwargs={"key": device.pk})
    readers = {"ana": cast.ana, "sue": cast.sue, "ida": cast.ida, "paul": custodian(cast)}
    offered = {}
    for who, person in readers.items():
        client = logged_in(person)
        shown = report in client.get(page).content.decode()
        offered[who] = (shown, client.get(report).status_code == 200)
    assert offered == {
        "ana": (True, True),
        "sue": (True, True),
        "ida": (True, True),
        "paul": (False, False),
    }


def test_an_accessory_is_no_link_before_it_is_theirs(cast):
    kit = AccessoryFactory(department=cast.itmd, holder=None)
    own = AccessoryFactory(department=cast.water, holder=cast.ana)
    ana = SimpleNamespace(actor=cast.acting(cast.ana))
    page = reverse("inventory:accessory", kwargs={"key": own.pk})
    assert [accessory_address(ana, one.pk) for one in (kit, own)] == ["", page]
