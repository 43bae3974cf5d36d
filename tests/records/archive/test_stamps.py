"""Time stamps of checkpoints: asked of an authority, verified, kept, and looked at by audits."""

import subprocess
from datetime import UTC, datetime, timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.permits import system
from quartermaster.records import schedule
from quartermaster.records.actions.archive import audit_archive
from quartermaster.records.models import ArchiveFault, SignedCheckpoint, TimeStamp
from tests.factories.records import custodian, saved
from tests.factories.stamping import Authority, serving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUSE = system("test")
HOUR = timedelta(hours=1)


@pytest.fixture
def authority(tmp_path, settings):
    settings.DATA = tmp_path / "data"
    made = Authority(tmp_path / "tsa")
    with serving(made) as address:
        settings.ARCHIVE_TSA_URL = address
        settings.ARCHIVE_TSA_CERTIFICATES = str(made.roots)
        yield made


@pytest.fixture
def checkpoint(authority, cast, at):
    custodian(cast)
    saved(cast.acting(cast.ana), at)
    assert schedule.sign(at)
    return SignedCheckpoint.objects.get()


def faults(at):
    audit_archive(actor=HOUSE, at=at, files=10)
    return set(ArchiveFault.objects.filter(closed_at=None).values_list("kind", "subject"))


def test_a_checkpoint_is_stamped_once_and_openssl_says_so_too(checkpoint, authority, at, tmp_path):
    row = TimeStamp.objects.get()
    assert (row.checkpoint, row.due_at, row.answer) == (checkpoint, at, None)
    assert schedule.stamp(at) == 1
    assert schedule.stamp(at + HOUR) == 0
    row.refresh_from_db()
    assert abs(row.stamped_at - datetime.now(UTC)) < HOUR
    assert Entry.objects.get(tag="records.archive.stamped").data["size"] == 1
    (tmp_path / "note").write_text(checkpoint.note)
    (tmp_path / "answer").write_bytes(bytes(row.answer))
    said = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "note", "-in", "answer", "-CAfile", authority.roots],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Verification: OK" in said.stdout + said.stderr
    assert faults(at) == set()


@pytest.mark.parametrize("mood", ["other nonce", "other content", "garbage", "large", "away"])
def test_what_is_no_stamp_of_it_is_not_kept_and_it_is_asked_anew(checkpoint, authority, at, mood):
    authority.mood = mood
    assert schedule.stamp(at) == 0
    row = TimeStamp.objects.get()
    assert (row.answer, row.stamped_at, row.attempts) == (None, None, 1)
    assert row.problem != ""
    assert row.due_at > at
    authority.mood = "good"
    assert schedule.stamp(at) == 0  # not before its time
    assert schedule.stamp(at + HOUR) == 1
    row.refresh_from_db()
    assert (row.problem, row.attempts) == ("", 2)


def test_an_authority_with_another_root_is_not_believed(checkpoint, authority, at, tmp_path):
    other = Authority(tmp_path / "other")
    (authority.folder / "root.pem").write_bytes(other.roots.read_bytes())
    assert schedule.stamp(at) == 0
    assert TimeStamp.objects.get().problem.startswith("The answer is no stamp")


def test_without_its_certificates_nothing_is_believed(checkpoint, authority, at, settings):
    settings.ARCHIVE_TSA_CERTIFICATES = "/nowhere/root.pem"
    assert schedule.stamp(at) == 0
    assert "cannot be read" in TimeStamp.objects.get().problem


def test_an_authority_that_is_not_there_is_asked_again_later(checkpoint, authority, at, settings):
    settings.ARCHIVE_TSA_URL = "http://127.0.0.1:9/"
    assert schedule.stamp(at) == 0
    assert TimeStamp.objects.get().problem == "The authority did not answer."


def test_a_stamp_of_another_checkpoint_is_found_by_the_audit(checkpoint, authority, cast, at):
    schedule.stamp(at)
    saved(cast.acting(cast.ana), at + HOUR)
    schedule.sign(at + HOUR)
    schedule.stamp(at + HOUR)
    first, second = TimeStamp.objects.order_by("checkpoint__size")
    TimeStamp.objects.filter(id=second.id).update(answer=first.answer)
    assert faults(at + HOUR) == {("stamp", "checkpoint 2")}


def test_without_an_authority_nothing_is_asked(cast, at, settings, tmp_path):
    settings.DATA = tmp_path
    custodian(cast)
    saved(cast.acting(cast.ana), at)
    assert schedule.sign(at)
    assert (TimeStamp.objects.count(), schedule.stamp(at)) == (0, 0)
