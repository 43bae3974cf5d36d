"""Samples of custody: the lives of Ana's phone, line, SIM and car kit."""

from quartermaster.inventory.actions import confirmations, counts, photographs
from quartermaster.kernel.permits import system
from tests.factories import inventory as make
from tests.factories.pictures import jpeg
from tests.web.samples import sample


@sample("custody:device", "custody:device-paper")
def device(cast, at):
    return {"key": make.DeviceFactory(holder=cast.ana).pk}


@sample("custody:line", "custody:line-paper")
def line(cast, at):
    return {"key": make.LineFactory(holder=cast.ana).pk}


@sample("custody:sim", "custody:sim-paper")
def sim(cast, at):
    return {"key": make.SimFactory(line=make.LineFactory(holder=cast.ana)).pk}


@sample("custody:accessory", "custody:accessory-paper")
def accessory(cast, at):
    return {"key": make.AccessoryFactory(holder=cast.ana, department=cast.water).pk}


@sample("custody:photograph-add")
def photographed(cast, at):
    return {"key": make.DeviceFactory(holder=cast.ana).pk}


@sample("custody:photograph", "custody:thumbnail")
def photograph(cast, at):
    phone = make.DeviceFactory(holder=cast.ana)
    kept = photographs.add(
        device_id=phone.id, content=jpeg(), occasion="damaged", actor=system("test"), at=at
    )
    return {"key": kept.pk}


@sample("custody:tag", everybody=True)
def tag(cast, at):
    return {"tag": "QM-000001"}


@sample(
    "custody:count",
    "custody:count-scan",
    "custody:count-close",
    "custody:count-cancel",
    "custody:count-sign",
)
def count(cast, at):
    made = counts.open_count(department_id=cast.water.id, actor=system("test"), at=at)
    return {"key": made.pk}


@sample("custody:count-resolve")
def difference(cast, at):
    spare = make.DeviceFactory(department=cast.water)
    house = {"actor": system("test"), "at": at}
    made = counts.open_count(department_id=cast.water.id, place="Shelf 2", **house)
    counts.close_count(count_id=made.id, **house)
    return {"key": made.entries.get(device=spare).pk}


@sample("custody:confirmation")
def confirmation(cast, at):
    phone = make.DeviceFactory(holder=cast.ana)
    asked = confirmations.ask_holders(device_ids=[phone.id], actor=system("test"), at=at)
    return {"key": asked[0].pk}
