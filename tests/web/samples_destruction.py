"""Samples of what destroys: on a device of Ana's, asked by Ida."""

from quartermaster.inventory.models import Device
from quartermaster.mdm.actions import request_destruction
from quartermaster.mdm.rules.destruction import Kind
from tests.factories.destruction import REASON, asked
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.records import held
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


@sample("destruction:approve-held", "destruction:refuse-held")
def request_in_spite(cast, at):
    enrolment = EnrolmentFactory(device=ana_phone(cast))
    held(cast, at)
    made = request_destruction(
        kind=Kind.WIPE,
        enrolments=[enrolment],
        reason=REASON,
        despite_hold=True,
        actor=cast.acting(cast.ida),
        at=at,
    )
    return {"key": made.pk}
