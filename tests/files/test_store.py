"""The file store: by content, never overwritten, checked on every read."""

import hashlib
import io
import os
import zipfile

import pytest
from django.db import DatabaseError, transaction

from quartermaster.audit.models import Entry
from quartermaster.files import actions, queries, rules, stores
from quartermaster.files.errors import FileDamaged, FileMissing, FileTooLarge
from quartermaster.files.models import StoredFile
from quartermaster.files.queries import Fault
from quartermaster.files.stores import LocalStore
from quartermaster.kernel.permits import system

HOUSE = system("test")
TEXT = b"A policy."
DIGEST = hashlib.sha256(TEXT).hexdigest()


@pytest.fixture(autouse=True)
def folder(settings, tmp_path):
    settings.DATA = tmp_path
    return tmp_path / "files"


def _store(at, content=TEXT, name="policy.md", media_type="text/markdown", **more):
    return actions.store(
        content=content, media_type=media_type, name=name, actor=HOUSE, at=at, **more
    )


def _place(folder, digest=DIGEST):
    return folder / digest[:2] / digest[2:4] / digest


@pytest.mark.django_db
def test_stored_file_reads_back(at, folder):
    row = _store(at)
    assert (row.digest, row.size, row.media_type, row.name, row.stored_at) == (
        DIGEST,
        9,
        "text/markdown",
        "policy.md",
        at,
    )
    assert queries.read_file(row.digest) == TEXT
    assert list((folder / "incoming").iterdir()) == []
    assert Entry.objects.get().tag == "files.file.stored"


@pytest.mark.django_db
def test_same_content_is_one_file(at):
    first = _store(at)
    second = _store(at, content=io.BytesIO(TEXT), name="copy.md")
    assert second == first
    assert second.name == "policy.md"
    assert Entry.objects.count() == 1


@pytest.mark.django_db
def test_too_large_leaves_nothing(at, folder):
    with pytest.raises(FileTooLarge):
        _store(at, limit=8)
    assert StoredFile.objects.count() == 0
    assert [path for path in folder.rglob("*") if path.is_file()] == []


@pytest.mark.django_db
def test_content_at_the_limit_is_taken(at):
    assert _store(at, limit=9).size == 9


@pytest.mark.django_db
def test_empty_file_is_a_file(at):
    assert queries.read_file(_store(at, content=b"").digest) == b""


@pytest.mark.django_db
def test_damage_is_found_on_read_and_by_verify(at, folder):
    row = _store(at)
    other = _store(at, content=b"another", name="other.txt")
    assert list(queries.verify()) == []
    place = _place(folder)
    os.chmod(place, 0o640)  # noqa: PTH101
    place.write_bytes(b"A pilfer.")
    _place(folder, other.digest).unlink()
    unknown = LocalStore(folder).put([b"stray"], limit=10)

    with pytest.raises(FileDamaged):
        queries.open_file(row.digest)
    with pytest.raises(FileMissing):
        queries.open_file(other.digest)
    assert set(queries.verify()) == {
        Fault(DIGEST, "policy.md", "damaged"),
        Fault(other.digest, "other.txt", "missing"),
        Fault(unknown.digest, "", "unknown"),
    }


@pytest.mark.django_db
def test_what_is_there_is_never_overwritten(at, folder):
    _store(at)
    before = _place(folder).stat()
    _store(at)
    after = _place(folder).stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)
    assert after.st_mode & 0o222 == 0


@pytest.mark.django_db
@pytest.mark.parametrize("verb", ["update", "delete"])
def test_database_refuses_to_change_a_stored_file(at, verb):
    row = _store(at)
    chosen = StoredFile.objects.filter(id=row.id)
    with pytest.raises(DatabaseError, match="written once"), transaction.atomic():
        chosen.update(name="x") if verb == "update" else chosen.delete()


@pytest.mark.django_db
def test_word_document_is_told_by_its_parts_whatever_the_sender_says(at):
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("word/document.xml", "x" * 10_000)
    row = _store(at, content=content.getvalue(), media_type="application/pdf")
    assert row.media_type == rules.WORD


@pytest.mark.django_db
def test_large_file_goes_through_in_pieces(at, monkeypatch):
    monkeypatch.setattr(stores, "CHUNK", 3000)
    content = bytes(range(256)) * 50
    row = _store(at, content=io.BytesIO(content))
    assert (row.size, row.media_type) == (12_800, "application/octet-stream")
    assert queries.read_file(row.digest) == content


@pytest.mark.django_db
def test_another_store_may_be_installed(at, tmp_path, monkeypatch):
    monkeypatch.setattr(stores, "_installed", [])
    stores.install(LocalStore(tmp_path / "elsewhere"))
    row = _store(at)
    assert _place(tmp_path / "elsewhere", row.digest).read_bytes() == TEXT
