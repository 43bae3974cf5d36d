"""Samples of returns, sanitisations, lots and write-offs."""

from quartermaster.lifecycle.actions import disposals, returns
from tests.factories import destruction, losses
from tests.factories import inventory as stock
from tests.factories import returns as make
from tests.web.samples import sample


def _ben(cast):
    return cast.acting(destruction.second_person(cast, number=f"17{stock.Device.objects.count()}"))


@sample("returns:open")
def device(cast, at):
    return {"key": stock.DeviceFactory(holder=cast.ana).pk}


@sample(
    "returns:return", "returns:state", "returns:receive", "returns:cancel", "returns:photograph"
)
def row(cast, at):
    asked = make.asked(stock.DeviceFactory(holder=cast.ana), cast.acting(cast.ida), at)
    return {"key": asked.pk}


@sample("returns:receipt")
def received(cast, at):
    device = make.used_and_back(cast.sue, cast, at)
    return {"key": device.returns.get().pk}


@sample("returns:answer")
def item(cast, at):
    asked = make.asked(stock.DeviceFactory(holder=cast.ana), cast.acting(cast.ida), at)
    return {"key": asked.items.last().pk}


@sample("returns:sanitise")
def used(cast, at):
    return {"key": make.used_and_back(cast.sue, cast, at).pk}


@sample("returns:sanitisation", "returns:verify")
def sanitisation(cast, at):
    device = make.used_and_back(cast.sue, cast, at)
    done = returns.record_sanitisation(
        device_id=device.id, details=make.details(), actor=_ben(cast), at=at
    )
    return {"key": done.pk}


@sample("returns:evidence")
def evidence(cast, at):
    device = make.used_and_back(cast.sue, cast, at)
    log = returns.Evidence('log "1".txt', b"erased", "text/html")
    done = returns.record_sanitisation(
        device_id=device.id, details=make.details(), evidence=[log], actor=_ben(cast), at=at
    )
    return {"key": done.pk, "evidence": done.evidence.get().pk}


@sample("returns:certificate")
def verified(cast, at):
    device = make.used_and_back(cast.sue, cast, at)
    return {"key": make.sanitised(device, cast.acting(cast.ida), _ben(cast), at).pk}


@sample(
    "surplus:lot",
    "surplus:add",
    "surplus:add-accessory",
    "surplus:approve",
    "surplus:reopen",
    "surplus:cancel",
    "surplus:dispose",
)
def lot(cast, at):
    return {"key": make.lot(_ben(cast), at, stock.HotspotFactory(department=cast.water)).pk}


@sample("surplus:certificate")
def disposed(cast, at):
    made = make.lot(cast.acting(cast.ida), at, stock.HotspotFactory(department=cast.water))
    return {"key": make.disposed(made, cast.acting(cast.ida), _ben(cast), at).pk}


@sample("surplus:remove")
def line(cast, at):
    made = make.lot(cast.acting(cast.ida), at, stock.HotspotFactory(department=cast.water))
    return {"key": made.lines.get().pk}


@sample("surplus:write-off")
def loss(cast, at):
    return {"key": losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at).pk}


@sample("surplus:decide")
def write_off(cast, at):
    lost = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    asked = disposals.ask_write_off(loss=lost, reason="Gone", actor=_ben(cast), at=at)
    return {"key": asked.pk}


@sample("surplus:mistake")
def fresh(cast, at):
    return {"key": stock.DeviceFactory(department=cast.water).pk}
