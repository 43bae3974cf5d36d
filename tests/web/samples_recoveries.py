"""Samples of recoveries."""

from tests.factories import recoveries as make
from tests.web.samples import sample


def _announced(cast, at):
    make.equipped(cast.ana)
    return make.announced(cast.ana, at)


@sample(
    "recoveries:recovery",
    "recoveries:charge",
    "recoveries:demand",
    "recoveries:hand-over",
    "recoveries:close",
)
def recovery(cast, at):
    return {"key": _announced(cast, at).pk}


@sample(
    "recoveries:item-records",
    "recoveries:item-value",
    "recoveries:item-let-go",
    "recoveries:item-agree",
    "recoveries:item-keep",
)
def item(cast, at):
    return {"key": _announced(cast, at).items.get(kind="records").pk}


@sample(
    "recoveries:charge-paid",
    "recoveries:charge-let-go",
    "recoveries:charge-agree",
    "recoveries:charge-keep",
)
def charge(cast, at):
    _announced(cast, at)
    return {"key": make.charged(cast.ana, at, cast).pk}


@sample("recoveries:letter")
def letter(cast, at):
    return {"key": make.demanded(cast, at).pk}
