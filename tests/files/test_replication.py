"""Two stores: one mends the other, and what is destroyed is in neither."""

import pytest

from quartermaster.files import stores
from quartermaster.files.actions import destroy_file, remove_destroyed, store
from quartermaster.files.errors import FileDamaged, FileDestroyed, FileMissing
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file, verify
from quartermaster.files.replication import Side, copy_over, is_whole, mend
from quartermaster.files.stores import LocalStore, current, replica
from quartermaster.kernel.permits import system

HOUSE = system("test")
pytestmark = pytest.mark.django_db


@pytest.fixture
def second(settings, tmp_path):
    """A replica beside the store of this test."""
    settings.DATA = tmp_path / "data"
    stores.install_replica(LocalStore(tmp_path / "replica"))
    yield replica()
    stores.install_replica(None)


def kept(at, content=b"content of a file"):
    row = store(content=content, media_type="text/plain", name="a.txt", actor=HOUSE, at=at)
    copy_over(at=at)
    return row


def overwritten(where, digest, content):
    path = where._place(digest)
    path.chmod(0o600)
    path.write_bytes(content)


def test_what_is_stored_is_copied_once(second, at):
    row = kept(at)
    row.refresh_from_db()
    assert (row.replicated_at, is_whole(second, row.digest)) == (at, True)
    assert copy_over(at=at) == 0
    assert mend(row.digest) is None


@pytest.mark.parametrize("what", ["flipped", "dropped"])
@pytest.mark.parametrize("side", [Side.STORE, Side.REPLICA])
def test_the_whole_one_mends_the_other(second, at, what, side):
    row = kept(at)
    where = current() if side is Side.STORE else second
    if what == "flipped":
        overwritten(where, row.digest, b"content of A file")
    else:
        where.delete(row.digest)
    assert mend(row.digest) is side
    assert is_whole(current(), row.digest)
    assert is_whole(second, row.digest)
    assert read_file(row.digest) == b"content of a file"


def test_what_is_whole_in_neither_stays_as_it_is(second, at):
    row = kept(at)
    overwritten(current(), row.digest, b"one")
    overwritten(second, row.digest, b"two")
    assert mend(row.digest) is None
    assert [fault.kind for fault in verify()] == ["damaged"]


def test_a_damaged_file_is_not_copied(second, at):
    row = store(content=b"whole", media_type="text/plain", name="a", actor=HOUSE, at=at)
    overwritten(current(), row.digest, b"not so")
    assert copy_over(at=at) == 0
    assert list(second.digests()) == []


def test_what_is_destroyed_is_in_neither_and_is_not_taken_in_again(second, at):
    row = kept(at)
    destroy_file(file=row, actor=HOUSE, at=at)
    destroy_file(file=row, actor=HOUSE, at=at)
    assert remove_destroyed(at=at) == 1
    assert remove_destroyed(at=at) == 0
    for where in (current(), second):
        assert list(where.digests()) == []
        with pytest.raises(FileMissing):
            where.open(row.digest)
    with pytest.raises(FileDestroyed):
        kept(at)
    assert list(current().digests()) == []
    assert list(verify()) == []
    second.put([b"content of a file"], limit=100)
    assert [fault.kind for fault in verify()] == ["remains"]


def test_a_file_that_was_destroyed_stays_so(second, at):
    row = kept(at)
    destroy_file(file=row, actor=HOUSE, at=at)
    row.refresh_from_db()
    assert (row.destroyed_at, row.name) == (at, "a.txt")
    assert StoredFile.objects.get().removed_at is None


def test_nothing_else_is_taken_in_the_place_of_a_file(second, at):
    row = kept(at)
    with pytest.raises(FileDamaged):
        second.replace(row.digest, [b"something else"], limit=100)
    assert is_whole(second, row.digest)


def test_without_a_replica_nothing_is_copied_or_mended(settings, tmp_path, at):
    settings.DATA = tmp_path
    row = store(content=b"alone", media_type="text/plain", name="a", actor=HOUSE, at=at)
    assert (copy_over(at=at), mend(row.digest)) == (0, None)
