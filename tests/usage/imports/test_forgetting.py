"""The key of a carrier's file goes with the detail that was in it."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.simulators.carriers import SimFile, files_of
from quartermaster.usage import import_schedule as schedule
from quartermaster.usage import sealing
from quartermaster.usage.actions.files import forget_originals
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.warehouse import disposing
from tests.factories import imports as make
from tests.factories.carriers import bill

DAY = timedelta(days=1)


def _open(row):
    row.refresh_from_db()
    return row.sealed_key is not None


@pytest.mark.clause("G-9")
def test_after_the_disposal_of_its_detail_a_file_cannot_be_read_any_longer(contracts, at):
    voice = files_of(bill(), ["voice"])[0]
    odd = SimFile(voice.name, voice.content.replace(b"\t$0.00", b"\tnothing", 1))
    row = make.imported(odd, at)
    assert row.refused_rows.exclude(sealed_text=None).count() == 1
    later = at + 500 * DAY
    assert schedule.forget(later) == 0
    disposing.dispose_due(actor=make.HOUSE, at=later)

    assert schedule.forget(later) == 1

    assert not _open(row)
    assert row.refused_rows.get().sealed_text is None
    with pytest.raises(Conflict, match="key of this file was destroyed"):
        next(sealing.opened(row))
    assert row.parts.get().rows > 0
    assert Entry.objects.filter(tag="usage.file.key-destroyed").count() == 1
    assert schedule.forget(later) == 0


def test_summaries_alone_are_kept_and_what_was_refused_goes_in_its_time(contracts, at):
    charges = make.imported(files_of(bill(), ["charges"])[0], at)
    refused = make.imported(b"a,b\n1,2\n", at)

    schedule.forget(at + 300 * DAY)
    assert (_open(charges), _open(refused)) == (True, True)
    schedule.forget(at + 500 * DAY)

    assert (_open(charges), _open(refused)) == (True, False)


def test_nobody_but_the_house_destroys_keys(contracts, cast, at):
    make.imported(make.whole(bill()), at)
    for name in ("ida", "cole", "rex"):
        with pytest.raises(Refused):
            forget_originals(actor=cast.acting(getattr(cast, name)), at=at + 900 * DAY)
    assert CarrierFile.objects.exclude(sealed_key=None).count() == 1
