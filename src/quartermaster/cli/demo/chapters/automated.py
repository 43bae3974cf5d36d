"""What Apple sold to the City: a list that is read, a profile that is assigned, and the rest."""

from datetime import UTC, datetime, time, timedelta

from django.utils.timezone import localdate

from quartermaster.cli.demo import bought
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions, automated
from quartermaster.mdm.models import ListedDevice
from quartermaster.org.models import Department, Person
from quartermaster.org.queries import actor_for
from quartermaster.simulators.apple.services.dep import Dep

TITLE = "The list of devices that Apple sold to the City"
ORDER = 60
ITMD = "2001"
FAMILIES = {"ios": "iPhone", "ipados": "iPad", "macos": "Mac"}
NEW = ("QMNEW00001", "QMNEW00002", "QMNEW00003")  # delivered, and in no inventory yet
NEW_TABLET, TELEVISION, SOLD = "QMNEW00004", "QMTV000001", "QMSOLD0001"


def tell(at: datetime) -> None:
    """Have a server token made, the list read, the profile assigned, and devices looked after.

    Only where our processes are told of the demo's service: nobody is to ask Apple's with its
    token.
    """
    if not bought.is_arranged():
        return
    ida = _of(ITMD, at)
    with bought.selling() as dep:
        _buy(dep, at)
        request = actions.request_credential(driver="apple", kind="ade", actor=ida, at=at)
        token = dep.token_file(bytes(request.request))
        actions.complete_credential(credential=request, content=token, actor=ida, at=at)
        automated.work_lists(at)
        dep.sell(SOLD)
        actions.keep_out(listed=_listed(NEW[1]), actor=ida, at=at)
        actions.read_soon(actor=ida, at=at)
        automated.work_lists(at)
    place = Department.objects.get(code="ITMD")
    actions.take_in(
        listed=_listed(NEW[2]), department_id=place.id, asset_tag="PH-0901", actor=ida, at=at
    )


def _buy(dep: Dep, at: datetime) -> None:
    known = Device.objects.filter(platform__in=FAMILIES, ownership="city").exclude(serial="")
    for device in known.select_related("model"):
        since = device.acquired_on or localdate(at)
        name = device.model.name if device.model else FAMILIES[device.platform]
        dep.buy(
            device.serial,
            family=FAMILIES[device.platform],
            model=name,
            description=name.upper(),
            device_assigned_date=_said(datetime.combine(since, time(15), UTC)),
        )
    arrived = _said(at - timedelta(days=2))
    dep.buy(*NEW, SOLD, model="iPhone 16", device_assigned_date=arrived)
    dep.buy(NEW_TABLET, family="iPad", model="iPad (A16)", device_assigned_date=arrived)
    dep.buy(TELEVISION, family="AppleTV", model="Apple TV 4K", device_assigned_date=arrived)


def _said(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def _listed(serial: str) -> ListedDevice:
    return ListedDevice.objects.get(serial=serial)


def _of(number: str, at: datetime) -> Actor:
    return actor_for(Person.objects.get(number=number), at)
