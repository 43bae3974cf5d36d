"""Usage detail goes as records do: reviewed, held, approved by two, certified; key and files."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.files.queries import read_file
from quartermaster.inventory.actions import change_line
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.records import schedule
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.models import DisposalBatch, LogEntry, Retained
from quartermaster.usage.actions.summarising import summarise_cycle
from quartermaster.usage.disposal.detail import KIND, kept
from quartermaster.usage.disposal.keeping import keep_new
from quartermaster.usage.models import DetailFile, Disposal, LineUsage, UsageCycle
from quartermaster.usage.warehouse import ingest, questions, reading, store
from tests.factories import detail as make
from tests.factories import disclosure
from tests.factories import records as holds
from tests.factories.inventory import LineFactory
from tests.factories.retention import WAIT, approver, batches, waiting
from tests.factories.usage_disposal import batch_of, destroyed, retained
from tests.usage.warehouse import making
from tests.usage.warehouse.making import OCTOBER, call

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("G-9"),
    pytest.mark.clause("C-2"),
]
HOUSE = system("test")
ANAS, SUES = "+14145550101", "+14145550102"
LATE = datetime(2029, 3, 1, 12, tzinfo=UTC)  # two years after the end of October, and some
WEEK = timedelta(days=7)


@pytest.fixture(autouse=True)
def own_folder(settings, tmp_path, cast):
    settings.DATA = tmp_path / "data"
    holds.paul(cast), approver(cast)


@pytest.fixture
def commits(django_capture_on_commit_callbacks):
    """What is done after a commit is done at the end of each block."""
    return lambda: django_capture_on_commit_callbacks(execute=True)


def put(tmp_path, at, *numbers, name="detail.csv"):
    rows = [
        call(number=number, time=time)
        for number in numbers or (ANAS, SUES)
        for time in ("1:00 PM", "2:00 PM")
    ]
    file = making.voice(tmp_path, *rows, name=name)
    return ingest.ingest(file=file, cycle=OCTOBER, actor=HOUSE, at=at).file


@pytest.fixture
def lines(cast):
    return {
        number: LineFactory(number=number, holder=one, department=cast.water, carrier="Verizon")
        for number, one in ((ANAS, cast.ana), (SUES, cast.sue))
    }


def numbers_left():
    with reading.opened(reading.in_force(UsageCycle.objects.all())) as opened:
        return [row["number"] for row in opened.rows(questions.DETAIL)]


def test_a_cycle_with_detail_is_put_under_the_schedule_once(tmp_path, at):
    assert keep_new(actor=HOUSE, at=at) == 0
    put(tmp_path, at)
    assert keep_new(actor=HOUSE, at=at) == 2  # the summaries of the cycle are the other
    assert keep_new(actor=HOUSE, at=at) == 0
    row = retained(KIND)
    assert (row.series, row.made_on) == ("call-detail", date(2026, 10, 31))
    assert row.due_on == date(2028, 10, 31)


def test_key_and_files_go_together_with_a_certificate_and_a_line_of_the_log(
    tmp_path, cast, at, commits
):
    file = put(tmp_path, at)
    with commits():
        batch = destroyed(KIND, cast, LATE)
    file.refresh_from_db()
    cycle, disposal = UsageCycle.objects.get(), Disposal.objects.get()
    assert (batch.state, batch.terms.code) == ("certified", "call-detail")
    assert (cycle.sealed_key, cycle.disposed_at) == (None, LATE + WAIT)
    assert not store.path_of(file.place).exists()
    said = (disposal.kind, disposal.files, disposal.rows, disposal.held_rows)
    assert said == ("detail", 1, 4, 0)
    assert (disposal.key_destroyed, disposal.kept_until) == (True, date(2028, 10, 30))
    entry = batch.entries.get()
    assert (entry.files, entry.digest) == ([file.digest], disposal.digest)
    assert entry.number in LogEntry.objects.get(pk=entry.line.pk).leaf
    statement = read_file(batch.statement.digest).decode()
    assert file.digest in statement
    assert "+1414" not in statement
    assert Entry.objects.get(tag="usage.detail.destroyed").data["destruction"] == entry.number


def test_nothing_goes_by_a_clock_alone(tmp_path, at):
    put(tmp_path, at)
    batch = batch_of(KIND, LATE)
    schedule.dispose(LATE + 365 * timedelta(days=1))
    assert DisposalBatch.objects.get(id=batch.id).state == "review"
    assert numbers_left() == [ANAS, ANAS, SUES, SUES]


def test_what_somebody_under_a_hold_did_stays_and_the_rest_goes(tmp_path, cast, at, lines, commits):
    file = put(tmp_path, at)
    hold = holds.held(cast, at, cast.ana)
    before = bytes(UsageCycle.objects.get().sealed_key)
    with commits():
        batch = destroyed(KIND, cast, LATE)
    cycle = UsageCycle.objects.get()
    assert (batch.state, cycle.disposed_at) == ("certified", None)
    assert bytes(cycle.sealed_key) != before
    assert not store.path_of(file.place).exists()
    assert numbers_left() == [ANAS, ANAS]
    disposal = Disposal.objects.get()
    assert (disposal.rows, disposal.held_rows) == (2, 2)
    said = str(Entry.objects.filter(tag="usage.detail.destroyed").values_list("data", flat=True))
    assert "held" not in said

    # what remained is a thing of its own, and stays for as long as the hold does
    rest, later = retained(KIND), LATE + WAIT
    assert (rest.subject_id, rest.due_on) == (disposal.id, date(2028, 10, 31))
    assert rest.label.endswith(", what remained")
    assert batches(later + WEEK) == []
    release_hold(hold_id=hold.id, reason="It is settled.", actor=holds.paul(cast), at=later)
    with commits():
        destroyed(KIND, cast, later + WEEK)
    cycle.refresh_from_db()
    assert (cycle.sealed_key, cycle.disposed_at) == (None, later + WEEK + WAIT)
    assert sum(Disposal.objects.values_list("rows", flat=True)) == 4


def test_where_all_is_held_nothing_is_proposed_until_it_is_let_go(tmp_path, cast, at, lines):
    put(tmp_path, at)
    hold = holds.held(cast, at, cast.ana, cast.sue)
    keep_new(actor=HOUSE, at=LATE)
    assert batches(LATE) == []
    release_hold(hold_id=hold.id, reason="It is settled.", actor=holds.paul(cast), at=LATE)
    assert destroyed(KIND, cast, LATE).state == "certified"
    assert Disposal.objects.get().rows == 4


def test_a_hold_in_the_wait_keeps_what_was_approved(tmp_path, cast, at, lines):
    put(tmp_path, at)
    batch = waiting(batch_of(KIND, LATE), cast, LATE)
    holds.held(cast, LATE, cast.ana, cast.sue)
    schedule.dispose(LATE + WAIT)
    assert batch.entries.get().state == "kept"
    assert numbers_left() == [ANAS, ANAS, SUES, SUES]


def test_a_number_that_the_line_had_then_is_held_though_it_has_another_now(
    tmp_path, cast, at, lines
):
    put(tmp_path, at)
    details = LineDetails(number="+14145550199", carrier="Verizon")
    change_line(line_id=lines[ANAS].id, details=details, actor=HOUSE, at=at)
    holds.held(cast, at, cast.ana)
    destroyed(KIND, cast, LATE)
    assert numbers_left() == [ANAS, ANAS]


def test_who_had_the_line_at_another_time_holds_nothing_of_the_cycle(tmp_path, cast, at, lines):
    put(tmp_path, at)
    make.given_to(lines[ANAS], cast.cole, at + timedelta(days=40))
    holds.held(cast, at + timedelta(days=41), cast.cole)
    destroyed(KIND, cast, LATE)
    assert UsageCycle.objects.get().sealed_key is None


def test_an_open_request_for_detail_of_these_days_stops_it(tmp_path, cast, at, lines):
    put(tmp_path, at)
    make.granted(cast, LATE - timedelta(hours=1))
    keep_new(actor=HOUSE, at=LATE)
    assert batches(LATE) == []
    assert set(kept([UsageCycle.objects.get().id], LATE)) == {UsageCycle.objects.get().id}
    over = LATE + timedelta(days=60)
    assert destroyed(KIND, cast, over).state == "certified"


def test_an_open_records_request_stops_it_as_long_as_it_is_searched(tmp_path, cast, at):
    put(tmp_path, at)
    keep_new(actor=HOUSE, at=LATE)
    disclosure.filed(LATE, since=date(2026, 10, 31), until=date(2026, 11, 2))
    assert batches(LATE) == []
    said = kept([UsageCycle.objects.get().id], LATE)
    assert next(iter(said.values())).startswith("It must stay for the open-records request ")


def test_an_open_records_request_of_other_days_does_not(tmp_path, cast, at):
    put(tmp_path, at)
    disclosure.filed(LATE, since=date(2026, 11, 1), until=date(2026, 11, 2))
    assert destroyed(KIND, cast, LATE).state == "certified"


@pytest.mark.parametrize("part", [True, False])
def test_what_was_summed_up_stays_and_no_detail_comes_again(tmp_path, cast, at, lines, part):
    put(tmp_path, at)
    cycle = UsageCycle.objects.get()
    summarise_cycle(cycle_id=cycle.id, actor=HOUSE, at=at)
    before = list(LineUsage.objects.order_by("number").values_list("number", "seconds"))
    assert len(before) == 2
    if part:
        holds.held(cast, at, cast.ana)
    destroyed(KIND, cast, LATE)
    summarise_cycle(cycle_id=cycle.id, actor=HOUSE, at=LATE + WAIT)
    assert list(LineUsage.objects.order_by("number").values_list("number", "seconds")) == before
    with pytest.raises(Conflict, match="destroyed when its time was over"):
        put(tmp_path, LATE + WAIT, name="again.csv")
    assert DetailFile.objects.filter(superseded_at=None).count() == int(part)


def test_a_file_that_cannot_be_rewritten_keeps_all(tmp_path, cast, at, lines):
    file = put(tmp_path, at)
    holds.held(cast, at, cast.ana)
    batch = waiting(batch_of(KIND, LATE), cast, LATE)
    store.path_of(file.place).write_bytes(b"damaged")
    schedule.dispose(LATE + WAIT)
    batch.refresh_from_db()
    assert (batch.state, batch.attempts) == ("executing", 1)
    assert batch.entries.get().state == "listed"
    assert UsageCycle.objects.get().disposed_at is None


def test_the_record_of_a_disposal_cannot_be_changed(tmp_path, cast, at):
    put(tmp_path, at)
    destroyed(KIND, cast, LATE)
    for change in (Disposal.objects.all().delete, lambda: Disposal.objects.update(rows=0)):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_only_itmd_and_the_house_put_things_under_the_schedule(cast, at):
    for person in (cast.cole, cast.ana, cast.rex):
        with pytest.raises(Refused):
            keep_new(actor=cast.acting(person), at=at)
    assert not Retained.objects.exists()
