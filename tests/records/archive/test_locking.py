"""The store's own locks follow the schedule and the holds, and are only made longer."""

from datetime import UTC, date, datetime, timedelta

import pytest

from quartermaster.files import stores
from quartermaster.files.stores import LocalStore, current
from quartermaster.kernel.permits import system
from quartermaster.records.actions import retention
from quartermaster.records.actions.archive import keep_locks
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.models import ItemLock
from tests.cast import AT
from tests.factories.records import WHY, custodian, held, paul, saved
from tests.factories.retention import YEARS, approver, executed, retained

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5"), pytest.mark.clause("C-2")]
HOUSE = system("test")


class Locking(LocalStore):
    """A folder that remembers which locks it was asked for."""

    def __init__(self, folder):
        super().__init__(folder)
        self.until, self.held = {}, {}

    def lock_until(self, digest, until):
        self.until[digest] = max(until, self.until.get(digest, until))

    def hold(self, digest, *, on):
        self.held[digest] = on


@pytest.fixture
def store(settings, tmp_path):
    settings.DATA = tmp_path
    settings.FILES_S3_LOCK = "COMPLIANCE"
    made = Locking(tmp_path / "locking")
    stores.install(made)
    yield made
    stores._installed[:] = []


@pytest.fixture
def item(store, cast, at):
    custodian(cast)
    return saved(cast.acting(cast.ana), at).items.select_related("file").get()


def locked(at=AT):
    return keep_locks(actor=HOUSE, at=at)


def test_a_file_is_locked_until_its_record_is_due_and_once(item, store):
    assert (locked(), locked()) == (1, 0)
    until = store.until[item.file.digest].astimezone(UTC).date()
    assert until == date(2033, 11, 24)
    assert store.held == {item.file.digest: False}


def test_a_hold_sets_and_lifts_the_hold_of_the_store(item, store, cast):
    locked()
    hold = held(cast, AT)
    assert locked() == 1
    assert store.held == {item.file.digest: True}
    release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=AT)
    assert (locked(), locked()) == (1, 0)
    assert store.held == {item.file.digest: False}


def test_a_later_day_makes_the_lock_longer_and_an_earlier_one_leaves_it(item, store, cast):
    locked()
    key = retained(item.record).id
    for series, moved in (("voicemail-transitory", 0), ("evidence", 0), ("documents", 1)):
        retention.classify(retained_id=key, series=series, reason=WHY, actor=paul(cast), at=AT)
        assert (series, locked()) == (series, moved)
    assert store.until[item.file.digest] > datetime(2033, 12, 30, tzinfo=UTC)


def test_without_a_day_it_is_locked_for_some_weeks_and_again(store, cast):
    custodian(cast)
    record = saved(cast.acting(cast.ana), AT)
    retention.classify(
        retained_id=retained(record).id,
        series="evidence",
        reason=WHY,
        actor=paul(cast),
        at=AT,
    )
    assert (locked(), locked(AT + timedelta(days=20))) == (1, 0)
    assert locked(AT + timedelta(days=25)) == 1
    assert ItemLock.objects.get().until == date(2027, 1, 18)


def test_what_is_due_can_be_destroyed(item, store, cast):
    locked()
    approver(cast)
    executed(cast, AT + YEARS)
    assert store.until[item.file.digest] <= AT + YEARS
    assert list(current().digests()).count(item.file.digest) == 0
    assert locked(AT + YEARS) == 0


def test_a_store_without_locks_is_left_alone(settings, tmp_path, cast, at):
    settings.DATA, settings.FILES_S3_LOCK = tmp_path, "COMPLIANCE"
    saved(cast.acting(cast.ana), at)
    assert locked() == 0
