"""Samples of rules that act by themselves, on phones of Ana's, written by Ida."""

from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import Restriction
from tests.factories import automatic as make
from tests.factories.destruction import account
from tests.factories.inventory import DeviceFactory
from tests.web.samples import sample


@sample(
    "automatic:rule",
    "automatic:change",
    "automatic:approve",
    "automatic:go-on",
    "automatic:stop",
    "automatic:retire",
    "automatic:ask",
    "automatic:decline",
)
def tried(cast, at):
    account(cast.ida)
    return {"key": make.tried(cast.acting(cast.ida), at).pk}


@sample("automatic:try")
def proposed(cast, at):
    return {"key": make.proposed(cast.acting(cast.ida), at).pk}


@sample("automatic:resume")
def stand_still(cast, at):
    ida = cast.acting(cast.ida)
    return {"key": automatic.stop_everything(reason="a drill", actor=ida, at=at).pk}


@sample("automatic:restrict")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana, department=cast.water).pk}


@sample("automatic:lift")
def restriction(cast, at):
    phone = DeviceFactory(holder=cast.ana, department=cast.water)
    return {
        "key": Restriction.objects.create(
            device=phone, placed_by=cast.ida, reason="A bad feeling", placed_at=at
        ).pk
    }
