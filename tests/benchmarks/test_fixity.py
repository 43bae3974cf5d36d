"""The benchmark of fixity does what it says; how fast, no test says."""

import pytest

from benchmarks import fixity
from benchmarks.house import timed
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from quartermaster.records.models import Record

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def test_records_are_saved_and_both_read_the_same_bytes():
    actor = fixity.author()
    saved = timed(lambda: fixity.save(3, 100_000, actor))
    assert (saved.count, Record.objects.count()) == (3, 3)
    octets = sum(StoredFile.objects.values_list("size", flat=True))
    turns = fixity.measure(rounds=2)
    assert [(one.count, other.count) for one, other in turns] == [(octets, octets)] * 2
    told = fixity.table(saved, turns).splitlines()
    assert told[0].startswith("Saved: 3 records")
    assert told[-1].startswith("The audit takes ")


def test_a_file_that_is_not_whole_ends_it():
    fixity.save(1, 1000, fixity.author())
    current().delete(StoredFile.objects.get().digest)
    with pytest.raises(RuntimeError, match="is not in the store"):
        fixity.audit()
