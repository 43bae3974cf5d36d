"""Destroying at one moment with others: executions, approvals, holds, another schedule."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from quartermaster.audit.models import Entry
from quartermaster.org.roles import Role
from quartermaster.records import destroying, schedule
from quartermaster.records.actions import disposal, retention
from quartermaster.records.actions import holds as holding
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.models import (
    ArchiveFault,
    DisposalBatch,
    DisposalEntry,
    LogEntry,
    Record,
)
from quartermaster.records.rules.disposal import digest_of
from quartermaster.records.rules.retention import Period
from tests.cast import AT
from tests.factories.destruction import second_person
from tests.factories.records import WHY, paul, saved, terms
from tests.factories.retention import (
    WAIT,
    YEARS,
    approved,
    approver,
    batches,
    ben,
    changed,
    drafted,
    proof,
    retained,
    waiting,
)
from tests.races import PATIENCE, at_once, in_thread, named, somebody_waits, while_uncommitted

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("C-2")]
DUE = AT + YEARS
THEN = DUE + WAIT


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def records(cast, at):
    """Three of Ana's, which are due in one batch."""
    paul(cast), approver(cast)
    return [saved(cast.acting(cast.ana), at, f"Record {place}".encode()) for place in range(3)]


@pytest.fixture
def batch(records, cast):
    (found,) = batches(DUE)
    return found


def opening(cast):
    custodian, person = paul(cast), cast.ana.id
    return lambda: holding.open_hold(terms=terms(), people=[person], actor=custodian, at=THEN)


def executing():
    return disposal.execute_due(actor=schedule.HOUSE, at=THEN)


def approving(verb, batch, purpose, actor):
    """The verb of an approval, with a proof that was given before."""
    given = proof(purpose, actor, DUE)
    return lambda: verb(batch_id=batch.id, proof=given, actor=actor, at=DUE)


def settled(batch):
    """Each entry of a batch as it ended, in the order of the destructions."""
    rows = batch.entries.order_by("number", "id").values_list("state", "number")
    return list(rows)


def faults():
    audit_archive(actor=schedule.HOUSE, at=THEN + timedelta(days=2), files=100)
    return set(ArchiveFault.objects.filter(closed_at=None).values_list("kind", "subject"))


def test_two_executions_of_one_batch_destroy_each_thing_once(batch, records, cast):
    waiting(batch, cast, DUE)
    done = at_once(*[lambda: schedule.dispose(THEN)] * 3)
    assert all(isinstance(count, int) for count in done)
    assert settled(batch) == [("destroyed", f"D-2034-{place:06}") for place in (1, 2, 3)]
    assert Entry.objects.filter(tag="records.record.destroyed").count() == 3
    assert LogEntry.objects.count() == 6
    schedule.dispose(THEN + timedelta(days=1))
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == ("certified", 0)
    assert Entry.objects.filter(tag="records.disposal.certified").count() == 1
    assert faults() == set()


def test_a_hold_that_is_being_opened_wins_against_a_destruction_that_begins(batch, cast):
    """Written and not committed when the destruction's turn comes: everything stays."""
    waiting(batch, cast, DUE)
    while_uncommitted(opening(cast), executing)
    assert [state for state, _ in settled(batch)] == ["kept"] * 3
    assert not Record.objects.exclude(destroyed_at=None).exists()


def test_a_hold_that_is_opened_in_the_middle_of_a_destruction_keeps_all_that_is_left(
    batch, cast, monkeypatch
):
    """The first record is being destroyed: it is gone before the hold begins; the rest stays."""
    waiting(batch, cast, DUE)
    begun, go_on, opened = Event(), Event(), Event()

    def pausing(_keys, _at):
        if not begun.is_set():
            begun.set()
            assert go_on.wait(PATIENCE)

    monkeypatch.setattr(destroying, "_PURGES", [*destroying._PURGES, pausing])

    def one_and_then_the_rest():
        first = disposal.execute_due(actor=schedule.HOUSE, at=THEN, limit=1)
        assert opened.wait(PATIENCE)
        return first, executing()

    with ThreadPoolExecutor(2) as pool:
        gone = in_thread(pool, one_and_then_the_rest)
        assert begun.wait(PATIENCE)
        hold = in_thread(pool, opening(cast))
        assert somebody_waits()
        go_on.set()
        hold.result(PATIENCE)
        opened.set()
        assert gone.result(PATIENCE)[0] == 1
    assert sorted(state for state, _ in settled(batch)) == ["destroyed", "kept", "kept"]
    assert Record.objects.exclude(destroyed_at=None).count() == 1


@pytest.mark.parametrize("executions", [1, 2])
def test_whoever_is_first_nothing_held_is_destroyed(batch, cast, executions):
    waiting(batch, cast, DUE)
    at_once(opening(cast), *[executing] * executions)
    executing()
    states = [state for state, _ in settled(batch)]
    assert set(states) <= {"destroyed", "kept"}
    assert Record.objects.exclude(destroyed_at=None).count() == states.count("destroyed")
    # the ledger has one order: nothing was destroyed after the hold was opened
    opened = Entry.objects.get(tag="records.hold.opened").pk
    assert not Entry.objects.filter(tag="records.record.destroyed", pk__gt=opened).exists()
    assert faults() == set()


def test_two_custodians_approve_at_once_and_one_of_them_did(batch, cast):
    other = second_person(cast, role=Role.CUSTODIAN, number="1010")
    purpose = disposal.purpose_now(batch)
    actors = [paul(cast), cast.acting(other)]
    answers = at_once(
        *[approving(disposal.approve_batch, batch, purpose, actor) for actor in actors]
    )
    assert named(answers).count("Conflict") == 1
    batch.refresh_from_db()
    won = next(actor for actor, got in zip(actors, answers, strict=True) if got == batch)
    assert (batch.state, batch.approved_by_id) == ("approved", won.person_id)
    assert Entry.objects.filter(tag="records.disposal.approved").count() == 1


def test_two_seconds_at_once_and_the_wait_begins_once(batch, cast):
    approved(batch, cast, DUE)
    batch.refresh_from_db()
    other = second_person(cast, role=Role.SECURITY_APPROVER, number="1011")
    purpose = disposal.purpose_now(batch)
    answers = at_once(
        *[
            approving(disposal.approve_as_second, batch, purpose, actor)
            for actor in (ben(cast), cast.acting(other))
        ]
    )
    assert named(answers).count("Conflict") == 1
    assert Entry.objects.filter(tag="records.disposal.approved-by-second").count() == 1
    batch.refresh_from_db()
    assert (batch.state, batch.second_by_id == batch.approved_by_id) == ("waiting", False)


def test_what_is_approved_is_what_was_listed_however_the_review_ended(batch, cast):
    """Something is kept out while it is approved: before, and it is not in it; or not at all."""
    entry = batch.entries.order_by("id").first()
    given = proof(disposal.purpose_now(batch), paul(cast), DUE)
    custodian = paul(cast)
    at_once(
        lambda: disposal.keep_out(entry_id=entry.id, reason=WHY, actor=custodian, at=DUE),
        lambda: disposal.approve_batch(batch_id=batch.id, proof=given, actor=custodian, at=DUE),
    )
    batch.refresh_from_db()
    listed = batch.entries.exclude(state="kept_out")
    keys = [str(key) for key in listed.values_list("retained__subject_id", flat=True)]
    now = digest_of(batch.number, batch.terms.code, batch.terms.disposition, keys)
    # the proof was given for all three: where one was kept out first, it opens nothing
    assert (batch.state, batch.digest) in {("approved", now), ("review", "")}
    assert (batch.state, len(keys)) in {("approved", 3), ("review", 2)}


@pytest.mark.parametrize("state", ["review", "waiting"])
def test_stopping_at_one_moment_with_the_rest_leaves_nothing_undecided(batch, cast, state):
    if state == "waiting":
        waiting(batch, cast, DUE)
    entry, custodian, second = batch.entries.first(), paul(cast), ben(cast)
    at_once(
        lambda: disposal.stop_batch(batch_id=batch.id, reason=WHY, actor=second, at=THEN),
        lambda: disposal.keep_out(entry_id=entry.id, reason=WHY, actor=custodian, at=THEN),
        executing,
    )
    executing()
    assert not batch.entries.filter(state="listed").exists()
    gone = batch.entries.filter(state="destroyed").count()
    batch.refresh_from_db()
    assert (batch.state, gone) in {("stopped", 0), ("stopped", 1), ("stopped", 2), ("done", 3)}
    assert Record.objects.exclude(destroyed_at=None).count() == gone
    kept = DisposalEntry.objects.filter(batch=batch, state__in=["kept", "kept_out"])
    standings = set(kept.values_list("retained__standing", flat=True))
    assert standings <= {"kept"}


def test_what_is_saved_while_another_schedule_is_put_in_force_has_its_day_by_the_new_one(cast, at):
    """The schedule waits for what is being saved, and what is saved waits for the schedule."""
    paul(cast), approver(cast)
    draft = drafted(cast, at)
    changed(draft, cast, at, "messages-routine", period=Period(40))
    given = proof(retention.purpose_of(draft), ben(cast), at)
    second, ana = ben(cast), cast.acting(cast.ana)
    record, _ = while_uncommitted(
        lambda: saved(ana, at),
        lambda: retention.put_in_force(schedule_id=draft.id, proof=given, actor=second, at=at),
    )
    assert retained(record).due_on.year == 2066


def test_two_stops_at_once_are_one(batch, cast):
    waiting(batch, cast, DUE)
    second = ben(cast)
    works = [lambda: disposal.stop_batch(batch_id=batch.id, reason=WHY, actor=second, at=DUE)] * 2
    answers = named(at_once(*works))
    assert answers.count("Conflict") == 1
    assert DisposalBatch.objects.get(id=batch.id).state == "stopped"
    assert Entry.objects.filter(tag="records.disposal.stopped").count() == 1
