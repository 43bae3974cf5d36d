"""The key of a carrier's file goes with the detail that was in it."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.simulators.carriers import SimFile, files_of
from quartermaster.usage import import_schedule as schedule
from quartermaster.usage import sealing
from quartermaster.usage.actions.files import read_again
from quartermaster.usage.disposal import detail, originals
from quartermaster.usage.disposal.forgetting import forget_originals
from quartermaster.usage.disposal.keeping import keep_new
from quartermaster.usage.models import CarrierFile
from tests.factories import imports as make
from tests.factories.carriers import bill
from tests.factories.inventory import LineFactory
from tests.factories.records import held, paul
from tests.factories.retention import approver
from tests.factories.usage_disposal import destroyed, retained

YEAR = timedelta(days=366)


def _open(row):
    row.refresh_from_db()
    return row.sealed_key is not None


@pytest.fixture(autouse=True)
def two(cast):
    """Whoever approves what is destroyed."""
    paul(cast), approver(cast)


@pytest.mark.clause("G-9")
def test_after_the_disposal_of_its_detail_a_file_cannot_be_read_any_longer(
    contracts, cast, at, django_capture_on_commit_callbacks
):
    voice = files_of(bill(), ["voice"])[0]
    odd = SimFile(voice.name, voice.content.replace(b"\t$0.00", b"\tnothing", 1))
    row = make.imported(odd, at)
    assert row.refused_rows.exclude(sealed_text=None).count() == 1
    later = at + 3 * YEAR
    assert schedule.forget(later) == 0
    with django_capture_on_commit_callbacks(execute=True):
        destroyed(detail.KIND, cast, later)

    assert not _open(row)
    assert row.refused_rows.get().sealed_text is None
    row.stored.refresh_from_db()
    assert row.stored.removed_at is not None
    with pytest.raises(Conflict, match="key of this file was destroyed"):
        next(sealing.opened(row))
    assert row.parts.get().rows > 0
    assert Entry.objects.filter(tag="usage.file.key-destroyed").count() == 1
    assert schedule.forget(later) == 0


def test_summaries_alone_are_kept_and_what_was_refused_goes_by_the_schedule(contracts, cast, at):
    charges = make.imported(files_of(bill(), ["charges"])[0], at)
    refused = make.imported(b"a,b\n1,2\n", at)
    keep_new(actor=make.HOUSE, at=at)
    row = retained(originals.KIND)
    assert (row.subject_id, row.series) == (refused.id, "call-detail")

    batch = destroyed(originals.KIND, cast, at + 3 * YEAR)

    assert (batch.state, batch.entries.get().digest) == ("certified", refused.digest)
    assert (_open(charges), _open(refused)) == (True, False)


def test_a_refused_file_stays_while_somebody_under_a_hold_had_a_line(contracts, cast, at):
    refused = make.imported(b"a,b\n1,2\n", at)
    held(cast, at, cast.ana)
    assert originals.kept([refused.id], at) == {}
    LineFactory(holder=cast.ana, department=cast.water)
    assert set(originals.kept([refused.id], at)) == {refused.id}


def test_a_refused_file_that_was_read_again_goes_with_its_detail(cast, at):
    file = make.imported(make.whole(bill()), at)
    assert file.state == "refused"
    keep_new(actor=make.HOUSE, at=at)
    make.contracts_of(at)
    read_again(file_id=file.id, actor=make.HOUSE, at=at)
    assert schedule.read_waiting(lambda: at) == 1
    assert originals.kept([file.id], at) == {file.id: originals.NOT_OVER}


def test_nobody_but_the_house_destroys_keys(contracts, cast, at):
    make.imported(make.whole(bill()), at)
    for name in ("ida", "cole", "rex"):
        with pytest.raises(Refused):
            forget_originals(actor=cast.acting(getattr(cast, name)), at=at + 3 * YEAR)
    assert CarrierFile.objects.exclude(sealed_key=None).count() == 1
