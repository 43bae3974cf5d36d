"""Saving a record: received, sealed, numbered, receipted, found again by those who may."""

from datetime import date, timedelta
from io import BytesIO
from uuid import uuid4

import pytest

from quartermaster.audit.models import Entry
from quartermaster.files.models import StoredFile
from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.records import capture as queries
from quartermaster.records.actions import capture
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.errors import NotTaken, RecordDamaged, TooMuchWaits
from quartermaster.records.models import Record, RecordItem, RefusedFile
from quartermaster.records.rules.capture import MOST_ITEMS, Part, Residue, digest_of
from quartermaster.records.schedule import take_steps
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.records import PNG, details, held, paul, received, saved, saving

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
DAY = timedelta(days=1)
PDF = b"%PDF-1.7 a letter"


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


def read(item, actor, at):
    _, pieces = capture.read_item(item_id=item.id, actor=actor, at=at)
    return b"".join(pieces)


def test_a_record_has_a_number_a_digest_and_its_files_as_they_came(cast, ana, at):
    record = saved(ana, at, PNG, PDF, note="Sent at nine", account="WhatsApp")
    assert record.number == "R-2026-000001"
    first, second = record.items.order_by("position")
    assert [(item.media_type, item.size) for item in (first, second)] == [
        ("image/png", len(PNG)),
        ("application/pdf", len(PDF)),
    ]
    assert (read(first, ana, at), read(second, ana, at)) == (PNG, PDF)
    facts = {
        "author": str(cast.ana.id),
        "about": "The main at Third Street",
        "with": "Contractor Pipe Works",
        "on": "2026-11-20",
        "source": "message",
        "account": "WhatsApp",
        "note": "Sent at nine",
        "device": "",
        "saved": at.isoformat(),
    }
    parts = [Part(i.digest, i.size, i.media_type, i.name) for i in (first, second)]
    assert record.digest == digest_of(record.number, facts, parts)


def test_nothing_readable_is_in_the_store_nor_in_the_ledger(ana, at):
    saved(ana, at, note="A confidential word")
    for digest in current().digests():
        with current().open(digest) as handle:
            assert b"picture" not in handle.read()
    assert {row.name for row in StoredFile.objects.all()} == {"sealed record"}
    written = " ".join(str(row.data) for row in Entry.objects.all())
    assert "confidential" not in written
    assert "Third Street" not in written


def test_the_same_file_twice_is_sealed_twice(ana, at):
    saved(ana, at, PNG, PNG)
    one, two = RecordItem.objects.all()
    assert one.digest == two.digest
    assert one.file_id != two.file_id


def test_words_of_a_message_are_a_file_too(ana, at):
    record = saving(ana, at, [], message="Ana: the main broke\nPipe Works: we come at ten")
    item = record.items.get()
    assert (item.name, item.media_type) == ("message.txt", "text/plain")
    assert read(item, ana, at).startswith(b"Ana: the main broke")


def test_what_is_sent_again_is_there_once(ana, at):
    key, record_key = uuid4(), uuid4()
    for _ in range(2):
        received(ana, at, key=key)
    with pytest.raises(Conflict, match="Another file"):
        received(ana, at, b"%PDF-1.7 another", key=key)
    first = saving(ana, at, [key], key=record_key)
    again = saving(ana, at + DAY, [key], key=record_key)
    assert (first.id, first.saved_at) == (again.id, again.saved_at)
    assert received(ana, at, key=key) == key  # the last answer was lost: the file is sent again
    assert (Record.objects.count(), RecordItem.objects.count()) == (1, 1)
    assert Message.objects.filter(template="records/capture/record").count() == 1


def test_a_file_belongs_to_one_record_of_its_author(cast, ana, at):
    key = received(ana, at)
    with pytest.raises(Conflict):
        saving(cast.acting(cast.rex), at, [key])
    saving(ana, at, [key])
    with pytest.raises(Conflict):
        saving(ana, at, [key])
    with pytest.raises(Conflict):
        saving(ana, at, [uuid4()])


@pytest.mark.parametrize(
    "wrong",
    [
        {"about": " "},
        {"about": "x" * 301},
        {"with_whom": "\x00"},
        {"happened_on": date(2027, 1, 1)},
        {"happened_on": date(1980, 1, 1)},
        {"residue": Residue.STAYS},
        {"residue": Residue.STAYS, "residue_by": date(2026, 11, 1)},
        {"residue": Residue.STAYS, "residue_by": date(2027, 11, 1)},
        {"residue": Residue.HELD},
        {"note": "x" * 4001},
    ],
)
def test_what_is_said_of_it_is_whole_and_possible(ana, at, wrong):
    with pytest.raises(InvalidInput):
        saved(ana, at, **wrong)
    assert not Record.objects.exists()


def test_a_record_has_some_files_and_not_too_many(ana, at):
    with pytest.raises(InvalidInput):
        saving(ana, at, [])
    with pytest.raises(InvalidInput):
        saved(ana, at, *[PNG] * (MOST_ITEMS + 1))


def test_hostile_files_become_no_file_of_a_record(ana, at, settings):
    """What is hostile is kept in quarantine alone; what is too large or empty leaves nothing."""
    settings.RECORD_LARGEST_MB = 1
    for content, why in (
        (b"MZ" + b"\x00" * 60, "Windows program"),
        (b"", "empty"),
        (b"\x89PNG\r\n\x1a\n" + b"x" * 1024 * 1024, "larger than 1 MB"),
    ):
        with pytest.raises(NotTaken, match=why):
            received(ana, at, content)
    assert not RecordItem.objects.exists()
    assert [one.file for one in RefusedFile.objects.all()] == [StoredFile.objects.get()]


def test_hostile_names_become_harmless_ones(ana, at):
    keys = [
        received(ana, at, name=name)
        for name in ("../../etc/passwd", "a\u202egnp.exe", "C:\\x\\y.png", "x" * 400 + ".png", "..")
    ]
    names = list(
        RecordItem.objects.filter(key__in=keys).order_by("id").values_list("name", flat=True)
    )
    assert names[0] == "passwd"
    assert names[1] == "agnp.exe"
    assert names[2] == "y.png"
    assert (len(names[3]), names[3][-4:]) == (200, ".png")
    assert names[4] == "unnamed"


def test_who_sends_and_never_saves_is_stopped_and_forgotten_later(ana, at):
    for number in range(60):
        received(ana, at, b"%PDF-" + str(number).encode())
    with pytest.raises(TooMuchWaits):
        received(ana, at)
    take_steps(at + 6 * DAY)
    assert RecordItem.objects.count() == 60
    take_steps(at + 7 * DAY)
    assert RecordItem.objects.count() == 0


def test_what_nobody_claimed_leaves_the_store_and_what_was_saved_stays(
    ana, at, django_capture_on_commit_callbacks
):
    received(ana, at)
    record = saved(ana, at)
    stray = RecordItem.objects.get(record=None).file
    with django_capture_on_commit_callbacks(execute=True):
        take_steps(at + 7 * DAY)
    there = set(current().digests())
    assert (stray.digest in there, record.items.get().file.digest in there) == (False, True)
    assert StoredFile.objects.get(id=stray.id).removed_at == at + 7 * DAY
    assert read(record.items.get(), ana, at) == PNG


def test_under_a_hold_nothing_is_forgotten(cast, ana, at):
    hold = held(cast, at, cast.ana)
    received(ana, at)
    take_steps(at + 30 * DAY)
    assert RecordItem.objects.count() == 1
    release_hold(hold_id=hold.id, reason="The case is closed.", actor=paul(cast), at=at)
    take_steps(at + 30 * DAY)
    assert RecordItem.objects.count() == 0


def test_a_device_is_ones_own(cast, ana, at):
    mine, hers = PersonalDeviceFactory(holder=cast.ana), DeviceFactory(holder=cast.rex)
    assert saved(ana, at, device_id=mine.id).device == mine
    with pytest.raises(InvalidInput):
        saved(ana, at, device_id=hers.id)


def test_the_author_and_the_custodian_see_it_and_nobody_else(cast, ana, at):
    record = saved(ana, at)
    item = record.items.get()
    for name in ("cole", "sue", "ida", "rex"):
        actor = cast.acting(getattr(cast, name))
        assert not queries.records_visible_to(actor).exists()
        with pytest.raises(NotFound):
            read(item, actor, at)
    assert read(item, ana, at) == PNG
    assert not Entry.objects.filter(tag="records.item.read").exists()
    assert read(item, paul(cast), at) == PNG
    assert Entry.objects.get(tag="records.item.read").actor_label == paul(cast).label
    with pytest.raises(Refused):
        capture.receive_item(
            content=BytesIO(PNG), name="x", declared="", key=uuid4(), actor=system("x"), at=at
        )


def test_full_text_finds_words_phrases_people_and_numbers(cast, ana, at):
    one = saved(ana, at, note="The pump stations were flooded")
    two = saved(cast.acting(cast.rex), at, about="Library steps", with_whom="Dr. Moua")

    def found(words, actor=None):
        rows = queries.matching(queries.records_visible_to(actor or paul(cast)), words)
        return {row.number for row in rows}

    assert found("flood station") == {one.number}  # other forms of the words
    assert found('"pump stations"') == {one.number}
    assert found("Moua") == {two.number}
    assert found("screenshot") == {one.number, two.number}
    assert found("screenshot -library") == {one.number}
    assert found(two.number.lower()) == {two.number}
    assert found("Moua", ana) == set()
    assert found("' OR 1=1 --") == set()


def test_a_damaged_or_missing_file_is_said_to_be_so(ana, at):
    record = saved(ana, at)
    item = record.items.get()
    place = current()._place(item.file.digest)
    place.chmod(0o600)
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(Exception, match="no longer what was stored"):
        read(item, ana, at)
    place.unlink()
    with pytest.raises(RecordDamaged, match="missing"):
        read(item, ana, at)


def test_the_receipt_says_what_was_said_of_the_device(ana, at):
    saved(ana, at)
    stays = saved(ana, at, residue=Residue.STAYS, residue_by=date(2026, 12, 1))
    texts = list(Message.objects.order_by("id").values_list("subject", "text"))
    assert texts[0][0] == "Saved: R-2026-000001"
    assert "that nothing of it is left on the device" in texts[0][1]
    assert "by December 1, 2026" in texts[1][1]
    assert "Third Street" not in texts[0][1]
    assert stays.due_at is not None


def test_details_are_trimmed(at):
    found = details(about="  The main ", account=" x\x00 ").checked(at.date(), held=False)
    assert (found.about, found.account) == ("The main", "x")
