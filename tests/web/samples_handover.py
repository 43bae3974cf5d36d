"""Samples of hand-outs: a phone that is ready for Ana, and what she signed for."""

from tests.factories import handovers as make
from tests.factories import inventory
from tests.web.samples import sample


@sample("handover:handout", "handover:sign", "handover:desk", "handover:cancel")
def ready(cast, at):
    device = inventory.DeviceFactory(department=cast.itmd)
    return {"key": make.prepared(cast.ana, at, device).pk}


@sample("handover:receipt")
def signed(cast, at):
    device = inventory.DeviceFactory(department=cast.itmd, platform="android")
    return {"key": make.signed(make.prepared(cast.ana, at, device), at).pk}


@sample("handover:describe", "handover:waive", "handover:photograph")
def thing(cast, at):
    device = inventory.DeviceFactory(department=cast.itmd)
    return {"key": make.prepared(cast.ana, at, device).items.get().pk}


@sample("handover:device", "handover:device-found")
def device(cast, at):
    return {"key": inventory.DeviceFactory(department=cast.water).pk}


@sample("handover:accessory", "handover:accessory-found")
def accessory(cast, at):
    return {"key": inventory.AccessoryFactory(department=cast.water).pk}
