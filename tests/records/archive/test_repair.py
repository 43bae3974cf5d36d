"""The nightly audit puts right from the other store what is not whole, and says so by name."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.files import stores
from quartermaster.files.replication import is_whole
from quartermaster.files.stores import LocalStore, current
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.records import schedule
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.models import ArchiveFault
from tests.cast import AT
from tests.factories.records import custodian, saved
from tests.factories.retention import YEARS, approver, executed

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUSE = system("test")
DAY = timedelta(days=1)


@pytest.fixture
def second(settings, tmp_path):
    settings.DATA = tmp_path / "data"
    made = LocalStore(tmp_path / "replica")
    stores.install_replica(made)
    yield made
    stores.install_replica(None)


@pytest.fixture
def item(cast, at, second):
    custodian(cast)
    found = saved(cast.acting(cast.ana), at).items.select_related("file").get()
    assert schedule.replicate(at) == 1
    return found


def flip(store, digest):
    path = store._place(digest)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.chmod(0o600)
    path.write_bytes(bytes(content))


def audited(at):
    audit, fresh = audit_archive(actor=HOUSE, at=at, files=100)
    return audit.faults, [(row.kind, row.subject) for row in fresh]


@pytest.mark.parametrize(
    ("where", "what", "kind"),
    [
        ("store", "flip", "damaged"),
        ("store", "drop", "missing"),
        ("replica", "flip", "replica"),
        ("replica", "drop", "replica"),
    ],
)
def test_each_is_found_by_name_and_put_right(item, second, at, where, what, kind):
    digest = item.file.digest
    store = current() if where == "store" else second
    flip(store, digest) if what == "flip" else store.delete(digest)
    assert audited(at + DAY) == (0, [(kind, str(item.id))])
    assert is_whole(current(), digest)
    assert is_whole(second, digest)
    row = ArchiveFault.objects.get()
    assert (row.kind, row.closed_at) == (kind, at + DAY)
    entry = Entry.objects.get(tag="records.archive.repaired")
    assert entry.data == {"kind": kind, "put_right": where}
    assert "All of it was put right" in Message.objects.get(template="records/archive/faults").text
    assert audited(at + 2 * DAY) == (0, [])


def test_what_is_whole_in_neither_stays_open(item, second, at):
    flip(current(), item.file.digest)
    flip(second, item.file.digest)
    assert audited(at + DAY) == (1, [("damaged", str(item.id))])
    assert "1 fault is open" in Message.objects.get(template="records/archive/faults").text
    assert not Entry.objects.filter(tag="records.archive.repaired").exists()


def test_what_was_destroyed_is_not_brought_back_from_the_replica(item, second, cast, at):
    approver(cast)
    digest = item.file.digest
    executed(cast, AT + YEARS)
    assert list(second.digests()) == []
    assert digest not in set(current().digests())
    assert audited(AT + YEARS + 9 * DAY) == (0, [])
    second.put([b"somebody put it there"], limit=100)
    assert audited(AT + YEARS + 9 * DAY) == (0, [])
