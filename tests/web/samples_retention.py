"""Samples of retention: a record of Ana's that is due, in a batch; a draft of the schedule."""

from quartermaster.records.capture import under_hold
from quartermaster.records.models import DisposalBatch, RetentionSchedule
from quartermaster.records.rules.capture import Residue
from tests.factories.records import paul, saved
from tests.factories.retention import (
    YEARS,
    approver,
    batches,
    drafted,
    retained,
)
from tests.web.samples import sample


def ana_thing(cast, at):
    left = {"residue": Residue.HELD} if under_hold(cast.ana.id) else {}
    return retained(saved(cast.acting(cast.ana), at, **left))


@sample("retention:thing", "retention:classify", "retention:event")
def thing(cast, at):
    paul(cast)
    return {"key": ana_thing(cast, at).pk}


def the_draft(cast, at):
    found = RetentionSchedule.objects.filter(state="draft").first()
    return found or drafted(cast, at)


@sample(
    "retention:version",
    "retention:shipped",
    "retention:series-add",
    "retention:withdraw",
    "retention:in-force",
)
def draft(cast, at):
    return {"key": the_draft(cast, at).pk}


@sample("retention:series", "retention:series-drop")
def series(cast, at):
    return {"key": the_draft(cast, at).series.get(code="drafts-superseded").pk}


def free_batch(cast, at):
    """Of a record of Sue's, who is under no hold."""
    paul(cast)
    approver(cast)
    found = DisposalBatch.objects.filter(state="review").first()
    if found is None:
        saved(cast.acting(cast.sue), at)
        found = batches(at + YEARS)[0]
    return found


@sample("retention:batch", "retention:approve", "retention:second", "retention:stop")
def batch(cast, at):
    return {"key": free_batch(cast, at).pk}


@sample("retention:receipt", "retention:certificate", "retention:statement")
def same_batch(cast, at):
    return {"key": free_batch(cast, at).pk}


@sample("retention:keep-out")
def entry(cast, at):
    return {"key": free_batch(cast, at).entries.filter(state="listed").first().pk}
