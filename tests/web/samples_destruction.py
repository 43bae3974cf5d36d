"""Samples of what destroys: on a device of Ana's, asked by Ida."""

from quartermaster.inventory.models import Device
from tests.factories.destruction import asked
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.web.samples import sample


def ana_phone(cast) -> Device:
    return DeviceFactory(holder=cast.ana, platform="ios", device_class="smartphone")


@sample("destruction:erase", "destruction:remove")
def enrolment(cast, at):
    return {"key": EnrolmentFactory(device=ana_phone(cast)).pk}


@sample("destruction:request", "destruction:approve", "destruction:refuse", "destruction:stop")
def request(cast, at):
    enrolment = EnrolmentFactory(device=ana_phone(cast))
    return {"key": asked([enrolment], cast.acting(cast.ida), at).pk}
