"""What waits in quarantine is looked at each night, and put right from the replica, sealed."""

import pytest

from quartermaster.files import stores
from quartermaster.files.queries import verify
from quartermaster.files.stores import LocalStore, current
from quartermaster.records import schedule
from quartermaster.records.actions import quarantine
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.models import ArchiveFault
from tests.factories.quarantine import PROGRAM, kept
from tests.factories.records import paul

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


@pytest.fixture
def one(cast, at):
    return kept(cast.acting(cast.ana), at)


@pytest.fixture
def second(tmp_path):
    made = LocalStore(tmp_path / "replica")
    stores.install_replica(made)
    yield made
    stores.install_replica(None)


def audited(at):
    return [(one.kind, one.subject) for one in audit_archive(actor=schedule.HOUSE, at=at)[1]]


def test_what_is_lost_is_named_until_it_is_decided_about(one, cast, at):
    assert audited(at) == []
    assert list(verify()) == []
    current().delete(one.file.digest)
    assert audited(at) == [("missing", str(one.id))]
    assert [fault.kind for fault in verify()] == ["missing"]
    assert audited(at) == []  # it is known
    assert ArchiveFault.objects.filter(closed_at=None).count() == 1
    quarantine.discard(refused_id=one.id, reason="It is lost", actor=paul(cast), at=at)
    audited(at)
    assert not ArchiveFault.objects.filter(closed_at=None).exists()


@pytest.mark.parametrize("lost", ["store", "replica"])
def test_it_is_put_right_from_the_other_store(one, second, cast, at, lost):
    schedule.replicate(at)
    place = current() if lost == "store" else second
    place.delete(one.file.digest)
    audited(at)
    assert set(place.digests()) == {one.file.digest}
    audited(at)
    assert not ArchiveFault.objects.filter(closed_at=None).exists()
    _, pieces = quarantine.read_refused(refused_id=one.id, actor=paul(cast), at=at)
    assert b"".join(pieces) == PROGRAM
