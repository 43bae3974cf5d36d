"""What the page of a device offers: nothing that the reader may not do with it."""

import pytest
from django.urls import reverse

from tests.factories.inventory import DeviceFactory
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
