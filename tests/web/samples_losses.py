"""Samples of losses."""

from tests.factories import losses as make
from tests.web.samples import sample


@sample("losses:report-device")
def device(cast, at):
    return {"key": make.phone(cast.ana, at).pk}


@sample(
    "losses:loss",
    "losses:locate",
    "losses:erase",
    "losses:erase-later",
    "losses:police",
    "losses:side",
    "losses:decide",
    "losses:found",
    "losses:close",
    "losses:replace",
    "losses:order",
    "losses:no-replacement",
)
def loss(cast, at):
    return {"key": make.reported(make.phone(cast.ana, at), cast.acting(cast.ana), at).pk}


@sample("losses:repair", "losses:repaired", "losses:give-up", "losses:photograph")
def damage(cast, at):
    device = make.phone(cast.ana, at)
    return {"key": make.reported(device, cast.acting(cast.ana), at, "damaged").pk}
