"""Samples of recoveries."""

from dataclasses import replace

from tests.factories import recoveries as make
from tests.factories.org import PersonFactory
from tests.web.samples import sample


def _leaver(cast):
    """Somebody else of Water Works: Ana stays, for the samples that come after."""
    return PersonFactory(department=cast.water, supervisor=cast.sue)


def _announced(cast, at):
    leaver = _leaver(cast)
    make.equipped(leaver)
    return make.announced(leaver, at)


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
    return {"key": make.charged(_announced(cast, at).person, at, cast).pk}


@sample("recoveries:letter")
def letter(cast, at):
    return {"key": make.demanded(replace(cast, ana=_leaver(cast)), at).pk}
