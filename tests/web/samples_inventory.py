"""Samples of equipment: Ana's phone, her line with its SIM, her car kit."""

from tests.factories import inventory as make
from tests.web.samples import sample


@sample(
    "inventory:device",
    "inventory:device-change",
)
def device(cast, at):
    return {"key": make.DeviceFactory(holder=cast.ana).pk}


@sample(
    "inventory:line",
    "inventory:line-change",
    "inventory:line-assign",
    "inventory:line-activate",
    "inventory:line-port-out",
)
def line(cast, at):
    return {"key": make.LineFactory(holder=cast.ana).pk}


@sample("inventory:sim", "inventory:sim-put", "inventory:sim-retire")
def sim(cast, at):
    phone = make.DeviceFactory(holder=cast.ana)
    return {"key": make.SimFactory(line=make.LineFactory(holder=cast.ana), device=phone).pk}


@sample(
    "inventory:accessory",
    "inventory:accessory-take-back",
    "inventory:accessory-retire",
)
def accessory(cast, at):
    return {"key": make.AccessoryFactory(holder=cast.ana, department=cast.water).pk}
