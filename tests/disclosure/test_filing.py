"""The file of a request under retention: from its closing, and then nowhere."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.disclosure import actions
from quartermaster.disclosure.errors import CodeUnknown
from quartermaster.disclosure.models import Letter, Package, RecordsRequest, SealedFile
from quartermaster.disclosure.queries import public
from quartermaster.disclosure.rules.appeals import Finding
from quartermaster.disclosure.rules.requests import Channel
from quartermaster.files.queries import read_file
from quartermaster.files.stores import current
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict
from quartermaster.records import schedule
from quartermaster.records.models import DisposalBatch, Record, Retained
from tests.factories.disclosure import GROUND, acknowledged, filed, released
from tests.factories.records import WHY, held, paul
from tests.factories.retention import WAIT, approver, batches, waiting
from tests.records.retention.test_nowhere import everywhere

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5"), pytest.mark.clause("C-2")]
DAY = timedelta(days=1)
YEARS = timedelta(days=4 * 366)
WORD = "Brontosaurus"


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path, cast):
    settings.DATA = tmp_path
    paul(cast), approver(cast)


def file_of(request):
    return Retained.objects.get(kind="request", subject_id=request.id)


def heard(at):
    """The rooms hear what happened."""
    outbox.deliver_due(at)


def test_the_period_of_a_request_waits_for_its_closing(cast, at):
    request = acknowledged(cast, at)
    row = file_of(request)
    assert (row.series, row.label, row.happened_on, row.due_on) == (
        "open-records-requests",
        request.number,
        None,
        None,
    )
    actions.withdraw(request_id=request.id, reason=WHY, actor=paul(cast), at=at + DAY)
    heard(at + DAY)
    row.refresh_from_db()
    assert (row.happened_on, row.due_on) == (date(2026, 11, 25), date(2029, 11, 25))


def test_an_answer_begins_the_period_of_the_file_and_of_what_was_released(cast, at):
    package = released(cast, at)
    heard(at)
    rows = Retained.objects.filter(series="open-records-requests")
    assert {row.kind: (row.happened_on, row.due_on) for row in rows} == {
        "record": (date(2026, 11, 24), date(2029, 11, 24)),
        "request": (date(2026, 11, 24), date(2029, 11, 24)),
    }
    assert rows.get(kind="record").subject_id == package.record_id


def test_taken_up_again_it_waits_again_and_runs_from_the_last_closing(cast, at):
    request = released(cast, at).request
    heard(at)
    actions.reopen(request_id=request.id, reason=WHY, actor=paul(cast), at=at + DAY)
    heard(at + DAY)
    assert set(
        Retained.objects.filter(series="open-records-requests").values_list("due_on", flat=True)
    ) == {None}
    actions.withdraw(request_id=request.id, reason=WHY, actor=paul(cast), at=at + 9 * DAY)
    heard(at + 9 * DAY)
    assert file_of(request).due_on == date(2029, 12, 3)


def test_what_is_heard_late_or_twice_comes_to_the_same(cast, at):
    """All three events at once, after the last of them."""
    request = released(cast, at).request
    actions.reopen(request_id=request.id, reason=WHY, actor=paul(cast), at=at + DAY)
    actions.withdraw(request_id=request.id, reason=WHY, actor=paul(cast), at=at + 2 * DAY)
    heard(at + 3 * DAY)
    assert file_of(request).due_on == date(2029, 11, 26)


def answered(cast, at):
    """A request with one word in everything that anybody wrote, denied in part and appealed."""
    given = {"actor": paul(cast), "at": at}
    request, code = filed(
        at,
        wanted=f"All on {WORD}",
        name=f"{WORD} Public",
        email=f"{WORD.lower()}@example.org",
        contact=f"{WORD} Street 1",
    )
    actions.acknowledge(request_id=request.id, **given)
    actions.ask_people(request_id=request.id, people=[cast.ana.id], what=f"Of {WORD}", **given)
    search = request.searches.get()
    actions.pass_over(search_id=search.id, reason="On leave", **given)
    actions.answer_without_release(request_id=request.id, words=f"Nothing on {WORD}", **given)
    appeal = actions.file_appeal(
        request_id=request.id, text=f"But {WORD}!", channel=Channel.MAIL, **given
    )
    actions.decide_appeal(appeal_id=appeal.id, finding=Finding.UPHELD, words=f"No {WORD}", **given)
    heard(at)
    return request, code


def destroyed(cast, then):
    made = batches(then)
    for batch in made:
        waiting(batch, cast, then)
    schedule.dispose(then + WAIT)
    return made


def test_a_file_that_is_due_is_destroyed_and_nowhere(cast, at, tmp_path):
    request, code = answered(cast, at)
    letters = Letter.objects.filter(request=request)
    files = list(letters.values_list("file__file__digest", flat=True))
    assert len(files) >= 2
    assert everywhere(WORD) != []
    then = at + YEARS
    (batch,) = [one for one in destroyed(cast, then) if one.kind == "request"]
    batch.refresh_from_db()
    assert batch.state == "certified"
    assert everywhere(WORD) == []
    assert not set(files) & set(current().digests())
    request.refresh_from_db()
    assert (request.wanted, request.outcome, request.destroyed_at) == (
        "Destroyed",
        "no_records",
        then + WAIT,
    )
    with pytest.raises(CodeUnknown):
        public.request_of(code, "192.0.2.250", then + WAIT)
    with pytest.raises(Conflict, match="destroyed by the retention schedule"):
        actions.reopen(request_id=request.id, reason=WHY, actor=paul(cast), at=then + WAIT)
    said = json.loads(read_file(batch.statement.digest))
    leaf = json.loads(said["things"][0]["destroyed"]["leaf"])
    assert (leaf["destroyed"], leaf["series"]) == (request.number, "open-records-requests")


def test_what_was_given_out_goes_with_the_file_of_its_request(cast, at):
    package = released(cast, at)
    heard(at)
    then = at + YEARS
    made = destroyed(cast, then)
    assert sorted(batch.kind for batch in made) == ["record", "request"]
    package.refresh_from_db()
    assert (package.index, package.destroyed_at) == ([], then + WAIT)
    files = SealedFile.objects.filter(id__in=package.files.values("file_id"))
    assert set(files.values_list("name", "destroyed_at")) == {("Destroyed", then + WAIT)}
    assert Record.objects.get(id=package.record_id).about == "Destroyed"
    # the records that it reached have a series of their own, and stay
    assert Record.objects.filter(destroyed_at=None).count() == 2


REASONS = {
    "open": "The request is not answered.",
    "appeal": "A review is asked for.",
    "published": "A release is in the reading room.",
    "held": "It is under a legal hold.",
}


@pytest.mark.parametrize("why", REASONS)
def test_a_file_that_is_still_needed_is_kept_out(cast, at, why):
    package = released(cast, at)
    request, then = package.request, at + YEARS
    heard(at)
    given = {"actor": paul(cast), "at": at}
    if why == "open":
        (batch,) = [one for one in batches(then) if one.kind == "request"]
        waiting(batch, cast, then)
        actions.reopen(request_id=request.id, reason=WHY, actor=paul(cast), at=then + DAY)
        schedule.dispose(then + WAIT)
        entry = batch.entries.get()
        assert (entry.state, entry.reason) == ("kept", REASONS[why])
        assert RecordsRequest.objects.get(id=request.id).destroyed_at is None
        return
    if why == "appeal":
        actions.file_appeal(request_id=request.id, text="No", channel=Channel.MAIL, **given)
    elif why == "published":
        actions.publish(package_id=package.id, title="The main", **given)
    else:
        held(cast, at, request.assigned_to)
    assert [one.kind for one in batches(then) if one.kind == "request"] == []
    from quartermaster.disclosure.filing import kept

    assert kept([request.id], then) == {request.id: REASONS[why]}


TAMPERINGS = {
    "a request is emptied": "UPDATE disclosure_recordsrequest SET destroyed_at = now(),"
    " wanted = 'Destroyed', requester_name = '', requester_email = '', requester_contact = '',"
    " outcome_words = ''",
    "a release is emptied": "UPDATE disclosure_package SET destroyed_at = now(), index = '[]'",
    "a letter is destroyed": "UPDATE disclosure_sealedfile SET destroyed_at = now(),"
    " sealed_key = '', name = 'Destroyed' WHERE id IN (SELECT file_id FROM disclosure_letter)",
    "a decision loses its note": "UPDATE disclosure_requestitem SET note = ''",
    "a request is deleted": "DELETE FROM disclosure_recordsrequest",
}


@pytest.mark.parametrize("what", TAMPERINGS)
def test_the_database_itself_lets_nothing_else_destroy(cast, at, what):
    released(cast, at)
    heard(at)
    (batch,) = [one for one in batches(at + YEARS) if one.kind == "request"]
    waiting(batch, cast, at + YEARS)
    assert DisposalBatch.objects.get(id=batch.id).state == "waiting"
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config('quartermaster.destroying', %s, true)", [str(batch.entries.get().id)]
        )
        cursor.execute(TAMPERINGS[what])
    assert Package.objects.get().index[0]["codes"] == [GROUND]
