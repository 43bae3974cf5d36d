"""What is not taken for what is in it is kept sealed for the custodian, and nothing else is."""

import hashlib
from datetime import timedelta
from io import BytesIO

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict
from quartermaster.notify.models import Message
from quartermaster.records import texts
from quartermaster.records.actions import capture, exports, quarantine
from quartermaster.records.errors import ExportUnfit, NotTaken
from quartermaster.records.models import (
    InboxMail,
    RecordItem,
    RecordText,
    RefusedFile,
    SearchEntry,
    TextWork,
)
from quartermaster.records.quarantine import refused_visible_to
from quartermaster.records.rules.quarantine import KEPT, NO_ROOM
from quartermaster.records.schedule import HOUSE, read_texts
from quartermaster.records.search.looking import Looked
from quartermaster.records.search.results import search
from tests.factories.quarantine import (
    PROGRAM,
    bomb,
    giant_picture,
    kept,
    pdf_with_action,
    told,
    zipped,
)
from tests.factories.records import PNG, custodian, paul, received, saving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUR = timedelta(hours=1)


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


def rows():
    return list(RefusedFile.objects.order_by("arrived_at"))


def test_it_is_refused_in_words_that_say_that_it_is_kept(cast, ana, at, settings):
    said = told(ana, at, name="../../etc/invoice.exe")
    assert said == (
        f"“invoice.exe” is not taken. It is a Windows program, and programs are not records. {KEPT}"
    )
    (one,) = rows()
    assert (one.author, one.name, one.state) == (cast.ana, "invoice.exe", "waiting")
    assert (one.size, one.digest) == (len(PROGRAM), hashlib.sha256(PROGRAM).hexdigest())
    assert (one.media_type, one.arrived_at) == ("image/png", at)
    assert one.problem == "It is a Windows program, and programs are not records."
    assert one.due_at == at + timedelta(days=settings.QUARANTINE_DAYS)


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (bomb, "as bombs are"),
        (lambda: zipped({"../../etc/cron.d/x": b"evil"}), "outside its folder"),
        (lambda: zipped({"setup.exe": b"evil"}), "programs are not records"),
        (lambda: pdf_with_action("JavaScript"), "runs when it is opened"),
        (lambda: pdf_with_action("Launch", packed=True), "runs when it is opened"),
        (lambda: giant_picture("png"), "60,000 by 60,000 points"),
        (lambda: giant_picture("jpeg"), "60,000 by 60,000 points"),
        (lambda: b"<svg onload=alert(1)>", "drawing with code"),
        (lambda: b"Rar!\x1a\x07\x01 packed", "RAR"),
        (lambda: b"\x00\x01\x02 of no kind", "not known here"),
    ],
)
def test_whatever_is_hostile_is_refused_in_words_and_kept(cast, ana, at, make, why):
    content = make()
    said = told(ana, at, content, name="from the street.dat")
    assert why in said
    assert said.endswith(KEPT)
    (one,) = rows()
    assert why in one.problem
    _, pieces = quarantine.read_refused(refused_id=one.id, actor=paul(cast), at=at)
    assert b"".join(pieces) == content
    assert not RecordItem.objects.exists()


def test_it_is_sealed_and_nothing_of_it_is_in_the_ledger(ana, at):
    one = kept(ana, at, name="secret-plan.exe")
    assert list(current().digests()) == [one.file.digest]
    with current().open(one.file.digest) as handle:
        assert b"calls home" not in handle.read()
    assert StoredFile.objects.get().name == "sealed record"
    assert "secret-plan" not in " ".join(str(row.data) for row in Entry.objects.all())
    entry = Entry.objects.get(tag="records.refused.kept")
    assert (entry.actor_label, entry.data["digest"]) == (ana.label, one.digest)


def test_it_is_never_opened_indexed_or_found(cast, ana, at):
    kept(ana, at, b"<html>Quetzalcoatlus</html>", name="Quetzalcoatlus.html")
    read_texts(at + HOUR)
    texts.refresh_stale(at + HOUR)
    for model in (RecordItem, TextWork, RecordText, SearchEntry):
        assert not model.objects.exists()
    for actor in (ana, paul(cast)):
        assert not search(actor, Looked(words="Quetzalcoatlus")).results


def test_too_large_a_file_and_an_empty_one_are_refused_and_not_kept(ana, at, settings):
    settings.RECORD_LARGEST_MB = 1
    assert KEPT not in told(ana, at, b"MZ" + bytes(1024 * 1024))
    assert told(ana, at, b"").endswith("It is empty.")
    assert rows() == []
    assert not StoredFile.objects.exists()


def test_another_file_under_a_key_is_a_conflict_and_is_not_kept(ana, at):
    key = received(ana, at)
    with pytest.raises(Conflict):
        received(ana, at, PROGRAM, key=key)
    assert rows() == []


def test_words_of_a_message_that_are_not_taken_are_kept_too(ana, at):
    with pytest.raises(NotTaken, match="kept for the records custodian"):
        saving(ana, at, [received(ana, at)], message="<script>alert(1)</script>")
    (one,) = rows()
    assert (one.name, one.media_type) == ("message.txt", "text/plain")
    assert RecordItem.objects.get().record is None


def test_the_same_file_waits_once_and_again_after_it_was_decided(cast, ana, at):
    first = kept(ana, at)
    assert KEPT in told(ana, at + HOUR, name="other.exe")
    assert [one.id for one in rows()] == [first.id]
    assert StoredFile.objects.count() == 1
    kept(cast.acting(cast.rex), at)  # of somebody else it is another
    assert RefusedFile.objects.count() == 2


def test_no_more_than_some_files_of_a_person_wait(cast, ana, at, settings):
    settings.QUARANTINE_MOST_FILES = 2
    kept(ana, at, PROGRAM + b"1")
    kept(ana, at, PROGRAM + b"2")
    assert told(ana, at, PROGRAM + b"3").endswith(NO_ROOM)
    assert KEPT in told(ana, at, PROGRAM + b"1")  # it is there
    assert len(rows()) == 2
    kept(cast.acting(cast.rex), at)  # and nobody else is kept from it


def test_no_more_than_some_bytes_of_a_person_wait(ana, at, settings):
    settings.QUARANTINE_MOST_MB = 1
    kept(ana, at, b"MZ" + bytes(1024 * 1024 - 12))
    assert told(ana, at, PROGRAM).endswith(NO_ROOM)
    kept(ana, at, b"MZ" + bytes(8))
    assert len(rows()) == 2


def test_hostile_words_about_it_do_no_harm(ana, at):
    one = kept(ana, at, declared="text/html\x00\r\n<script>" + "x" * 300, name="\x00\u202e/..")
    assert one.media_type.startswith("text/html<script>xxx")
    assert (len(one.media_type), one.name) == (127, "unnamed")


def test_the_custodians_are_told_once_a_day(cast, ana, at):
    custodian(cast)
    for number, when in enumerate((at, at + HOUR, at + timedelta(days=1))):
        kept(ana, when, PROGRAM + bytes([number]), name="secret-plan.exe")
    letters = Message.objects.filter(template="records/quarantine/waiting")
    assert letters.count() == 2
    assert {one.recipient for one in letters} == {custodian(cast).email}
    assert "secret-plan" not in " ".join(one.text for one in letters)
    assert "after 90 days" in letters[0].text


def test_one_sees_ones_own_the_custodian_all_and_others_nothing(cast, ana, at):
    one, other = kept(ana, at), kept(cast.acting(cast.rex), at, bomb(), name="photos.zip")
    assert list(refused_visible_to(ana)) == [one]
    assert list(refused_visible_to(cast.acting(cast.rex))) == [other]
    assert set(refused_visible_to(paul(cast))) == {one, other}
    for name in ("ida", "cole", "sue"):
        assert not refused_visible_to(cast.acting(getattr(cast, name))).exists()


def test_exports_of_a_telephone_are_not_kept_when_they_are_refused(ana, at):
    """They are full of private messages: what cannot be read of one is nobody's to look into."""
    for content in (PROGRAM, bomb(), b"not an export"):
        with pytest.raises(ExportUnfit):
            exports.take_export(content=BytesIO(content), name="sms.xml", actor=ana, at=at)
    assert rows() == []
    assert not StoredFile.objects.exists()


def test_what_the_folder_refuses_stays_in_the_folder(cast, at, settings, tmp_path):
    settings.RECORD_FOLDER = tmp_path
    place = tmp_path / cast.ana.number
    place.mkdir()
    (place / "scan.exe").write_bytes(PROGRAM)
    for when in (at, at + HOUR):
        capture.look_into_folder(actor=HOUSE, at=when)
    note = next((place / "refused").glob("*.txt")).read_text()
    assert "programs are not records" in note
    assert "kept for the records custodian" not in note
    assert rows() == []
    assert not InboxMail.objects.exists()


@pytest.mark.parametrize(
    "change",
    [
        {"sealed_key": None},
        {"file": None},
        {"due_at": None},
        {"state": "discarded"},
        {"state": "released"},
        {"state": "elsewhere"},
        {"problem": "Another"},
        {"digest": "0" * 64},
        {"size": 1},
        {"name": "Another"},
    ],
)
def test_the_database_lets_nothing_half_decided_be(ana, at, change):
    one = kept(ana, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        RefusedFile.objects.filter(id=one.id).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        one.delete()


def test_a_picture_is_taken_as_before(ana, at):
    received(ana, at, PNG)
    assert rows() == []
