"""Summaries whose time is over go as records do: reviewed, held, approved by two, certified."""

from datetime import UTC, date, datetime

import pytest

from quartermaster.files.queries import read_file
from quartermaster.kernel.permits import system
from quartermaster.records import schedule
from quartermaster.records.models import DisposalBatch, Retained
from quartermaster.usage.actions.summarising import summarise_cycle
from quartermaster.usage.disposal.keeping import keep_new
from quartermaster.usage.disposal.summaries import KIND, facts_of, kept
from quartermaster.usage.models import Disposal, LineUsage, UsageCycle
from tests.factories.disclosure import filed
from tests.factories.records import held, paul
from tests.factories.retention import WAIT, approver, batches, waiting
from tests.factories.usage import cycle, line_usage

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-9"), pytest.mark.clause("C-2")]
HOUSE = system("test")
LATE = datetime(2035, 3, 1, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


@pytest.fixture
def october(cast, at):
    """A cycle in which Ana and Rex used something, under retention."""
    paul(cast), approver(cast)
    line_usage(at, holder=cast.ana)
    line_usage(at, holder=cast.rex, number="+14145550102")
    assert keep_new(actor=HOUSE, at=at) == 1
    return UsageCycle.objects.get()


def retained():
    return Retained.objects.get(kind=KIND)


def test_a_cycle_is_put_under_retention_once_and_never_goes_before_its_time(october, at):
    assert keep_new(actor=HOUSE, at=at) == 0
    row = retained()
    assert (row.series, row.made_on) == ("usage-summaries", date(2026, 10, 31))
    assert row.due_on == date(2034, 1, 1)


def test_what_is_due_goes_with_a_certificate_and_is_not_summed_up_again(october, cast, at):
    digest = facts_of(october.id).digest
    (batch,) = batches(LATE)
    assert (batch.kind, batch.terms.code) == (KIND, "usage-summaries")
    waiting(batch, cast, LATE)
    schedule.dispose(LATE + WAIT)
    batch.refresh_from_db()
    assert (batch.state, LineUsage.objects.count()) == ("certified", 0)
    disposal = Disposal.objects.get()
    assert (disposal.kind, disposal.rows, disposal.digest) == ("summaries", 2, digest)
    statement = read_file(batch.statement.digest).decode()
    assert digest in statement
    assert "+1414" not in statement
    october.refresh_from_db()
    assert october.summaries_disposed_at == LATE + WAIT
    assert summarise_cycle(cycle_id=october.id, actor=HOUSE, at=LATE + WAIT) == 0
    assert keep_new(actor=HOUSE, at=LATE + WAIT) == 0


def test_what_somebody_under_a_hold_used_stays_whole(october, cast, at):
    cycle(at, date(2026, 9, 1))
    keep_new(actor=HOUSE, at=at)
    held(cast, at, cast.rex)
    assert set(kept([october.id], LATE)) == {october.id}
    (batch,) = batches(LATE)
    rows = batch.entries.order_by("due_on").values_list("state", "reason")
    assert [row[0] for row in rows] == ["listed", "kept_out"]
    waiting(batch, cast, LATE)
    schedule.dispose(LATE + WAIT)
    assert LineUsage.objects.filter(cycle=october).count() == 2


def test_a_hold_in_the_wait_keeps_them(october, cast, at):
    (batch,) = batches(LATE)
    waiting(batch, cast, LATE)
    held(cast, LATE, cast.ana)
    schedule.dispose(LATE + WAIT)
    assert LineUsage.objects.count() == 2
    assert DisposalBatch.objects.get().entries.get().state == "kept"


def test_an_open_records_request_keeps_them(october, at):
    filed(LATE, since=date(2026, 10, 5))
    assert batches(LATE) == []
    assert set(kept([october.id], LATE)) == {october.id}
