"""Samples of records: one of Ana's that is still on her device, and one that she announced."""

from datetime import timedelta

from quartermaster.records.capture import under_hold
from quartermaster.records.rules.capture import Residue
from tests.factories.inventory import DeviceFactory
from tests.factories.records import announced, saved
from tests.web.samples import sample


def ana_record(cast, at):
    """Other samples may have put Ana under a hold by then."""
    left = {"residue": Residue.STAYS, "residue_by": at.date() + timedelta(days=3)}
    if under_hold(cast.ana.id):
        left = {"residue": Residue.HELD}
    return saved(cast.acting(cast.ana), at, **left)


@sample("records:record", "records:gone", "archive:proof")
def record(cast, at):
    return {"key": ana_record(cast, at).pk}


@sample("records:item")
def item(cast, at):
    return {"key": ana_record(cast, at).items.get().pk}


@sample("records:announced", "records:end")
def announcement(cast, at):
    return {"key": announced(cast, at).pk}


@sample("records:announce-for")
def device(cast, at):
    return {"key": DeviceFactory(holder=cast.ana, department=cast.water).pk}
