"""Out of an export only what is chosen becomes records; the rest is nowhere."""

import hashlib
import io
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.conf import settings as house
from django.db import connection
from django.utils.timezone import get_default_timezone

from quartermaster.audit.models import Entry
from quartermaster.files.stores import current
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound
from quartermaster.kernel.permits import system
from quartermaster.records import exports as queries
from quartermaster.records.actions import capture, exports
from quartermaster.records.actions.exports.saving import Left
from quartermaster.records.errors import ExportUnfit, NotTaken
from quartermaster.records.models import (
    Record,
    RecordItem,
    RefusedFile,
    SavedMessage,
    StagedExport,
    StagedFile,
    StagedThread,
)
from quartermaster.records.reading.dates import Order
from quartermaster.records.reading.result import loaded
from quartermaster.records.rules.capture import Residue
from quartermaster.records.rules.exports import How, Pick
from quartermaster.records.schedule import take_steps
from tests.factories.exports import PICTURE, around, backup, chat, mms, sms
from tests.factories.records import custodian, held

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
MARKER = "zqPrivateBirthdayCake"
GONE = Left(Residue.GONE)
WHOLE = Pick(How.WHOLE, "The main at Third Street", "")
HOME = "+14145550199"


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def taken(actor, at, content=None, name="sms-20261124.xml"):
    made = content or backup(
        sms("Main is open", around(20)),
        sms("Crew is on the way", around(21), kind=2),
        sms("Thank you", around(22)),
        mms("the valve", around(23)),
        sms(f"{MARKER} at seven?", around(23), address=HOME, name="Mother"),
    )
    return exports.take_export(content=io.BytesIO(made), name=name, actor=actor, at=at)


def thread_of(export, title):
    key = queries.key_of(export)
    return next(one for one in export.threads.all() if queries.look_at(one, key).title == title)


def choose(export, title, actor, at, pick=WHOLE):
    thread = thread_of(export, title)
    return exports.choose(thread_id=thread.id, pick=pick, actor=actor, at=at)


def save(export, actor, at, left=GONE):
    return exports.save_chosen(export_id=export.id, left=left, actor=actor, at=at)


def conversation_in(record, actor, at):
    item = record.items.order_by("position").first()
    _, pieces = capture.read_item(item_id=item.id, actor=actor, at=at)
    return loaded(b"".join(pieces))


def everything():
    """All bytes of the data folder, and all rows of all tables as text."""
    for path in Path(house.DATA).rglob("*"):
        if path.is_file():
            yield path.read_bytes()
    for digest in current().digests():
        with current().open(digest) as handle:
            yield handle.read()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            for (row,) in cursor.fetchall():
                yield row.encode()
                if "\\x" in row:
                    yield b"".join(
                        bytes.fromhex(part[: len(part) // 2 * 2]) for part in _hexadecimal(row)
                    )


def _hexadecimal(row):
    for part in row.split("\\x")[1:]:
        end = next((at for at, one in enumerate(part) if one not in "0123456789abcdef"), None)
        yield part[:end]


def nowhere(words):
    return not any(words.encode() in one for one in everything())


def test_an_export_shows_its_conversations_to_its_owner_alone(cast, ana, at):
    export = taken(ana, at)
    key = queries.key_of(export)
    looks = [queries.look_at(one, key) for one in export.threads.all()]
    assert [(one.title, one.count, one.files) for one in looks] == [
        ("Pipe Works", 3, 0),
        ("Pipe Works, Sue Okafor", 1, 1),
        ("Mother", 1, 0),
    ]
    assert (looks[0].first, looks[0].last) == (date(2026, 11, 20), date(2026, 11, 22))
    for person in (cast.rex, cast.sue, cast.ida, custodian(cast)):
        other = cast.acting(person)
        assert not queries.staged_visible_to(other, at).exists()
        assert not queries.threads_visible_to(other, at).exists()
        for wrong in (
            lambda other=other: exports.cancel(export_id=export.id, actor=other, at=at),
            lambda other=other: save(export, other, at),
            lambda other=other: exports.choose(
                thread_id=export.threads.first().id, pick=WHOLE, actor=other, at=at
            ),
        ):
            with pytest.raises(NotFound):
                wrong()


def test_only_what_was_chosen_becomes_a_record_and_the_rest_is_nowhere(cast, ana, at):
    export = taken(ana, at)
    assert nowhere(MARKER)  # it is sealed while it waits
    key = queries.key_of(export)
    choose(export, "Pipe Works", ana, at, replace(WHOLE, how=How.SOME, numbers=frozenset({0, 2})))
    choose(export, "Pipe Works, Sue Okafor", ana, at)
    first, second = save(export, ana, at)
    kept, said = conversation_in(first, ana, at)
    assert [one.body for one in kept.messages] == ["Main is open", "Thank you"]
    assert said["taken_from"]["sha256"] == export.digest
    assert said["chosen"] == {"of": 3}
    assert (first.with_whom, first.source) == ("Pipe Works (+14145550101)", "message")
    assert first.happened_on == date(2026, 11, 20)
    kept, _ = conversation_in(second, ana, at)
    (message,) = kept.messages
    assert (message.sender, message.body) == ("+14145550102", "the valve")
    assert [one.name for one in second.items.order_by("position")] == [
        "conversation.json",
        "valve.png",
    ]
    assert second.items.get(position=2).digest == message.attachments[0].digest
    assert kept.people["owner"].name == cast.ana.name
    for table in (StagedExport, StagedThread, StagedFile):
        assert table.objects.count() == 0
    assert nowhere(MARKER)
    assert nowhere("Mother")
    assert nowhere("Crew is on the way")
    assert not any(key in one for one in everything())
    tags = list(
        Entry.objects.filter(tag__startswith="records.export").values_list("tag", flat=True)
    )
    assert sorted(tags) == ["records.export.saved", "records.export.taken"]


def test_cancelling_leaves_nothing(ana, at):
    export = taken(ana, at)
    choose(export, "Mother", ana, at)
    exports.cancel(export_id=export.id, actor=ana, at=at)
    assert not StagedExport.objects.exists()
    assert not Record.objects.exists()
    assert not RecordItem.objects.exists()
    assert nowhere(MARKER)
    with pytest.raises(NotFound):
        save(export, ana, at)


def test_the_clock_removes_what_nobody_chose_from(ana, at, settings):
    settings.EXPORT_HOURS = 3
    export = taken(ana, at)
    late = at + timedelta(hours=3)
    assert not queries.staged_visible_to(ana, late).exists()
    with pytest.raises(NotFound):
        save(export, ana, late)
    take_steps(late - timedelta(minutes=1))
    assert StagedExport.objects.exists()
    take_steps(late)
    assert not StagedExport.objects.exists()
    assert nowhere(MARKER)


def test_the_same_export_again_shows_what_is_saved_and_doubles_nothing(ana, at):
    export = taken(ana, at)
    days = replace(WHOLE, how=How.DAYS, since=date(2026, 11, 20), until=date(2026, 11, 21))
    choose(export, "Pipe Works", ana, at, days)
    (record,) = save(export, ana, at)
    again = taken(ana, at)
    thread = thread_of(again, "Pipe Works")
    whole = queries.conversation_of(thread, queries.key_of(again))
    assert queries.saved_of(whole, ana.person_id) == [record.number, record.number, ""]
    with pytest.raises(InvalidInput, match="Nothing new"):
        choose(again, "Pipe Works", ana, at, days)
    choose(again, "Pipe Works", ana, at)
    (more,) = save(again, ana, at)
    kept, _ = conversation_in(more, ana, at)
    assert [one.body for one in kept.messages] == ["Thank you"]
    assert SavedMessage.objects.count() == 3


def test_two_messages_alike_are_two(ana, at):
    twice = backup(sms("ok", around(20)), sms("ok", around(20)), sms("ok", around(21)))
    export = taken(ana, at, twice)
    choose(export, "Pipe Works", ana, at)
    (record,) = save(export, ana, at)
    assert len(conversation_in(record, ana, at)[0].messages) == 3


def test_the_same_file_sent_twice_waits_once_and_not_more_than_some_wait(ana, at):
    assert taken(ana, at).id == taken(ana, at).id
    for number in range(2):
        taken(ana, at, backup(sms(f"number {number}", around(20))))
    with pytest.raises(Conflict, match="wait already"):
        taken(ana, at, backup(sms("one more", around(20))))
    assert StagedExport.objects.count() == 3


def test_a_chat_asks_who_one_is_and_its_pictures_are_files_of_the_record(cast, ana, at):
    export = taken(ana, at, chat(), "WhatsApp Chat - Pipe Works.zip")
    choose(export, "Pipe Works", ana, at, replace(WHOLE, me="Ana Reyes"))
    (record,) = save(export, ana, at)
    kept, _ = conversation_in(record, ana, at)
    assert [(one.kind, one.outgoing) for one in kept.messages] == [
        ("notice", None),
        ("message", False),
        ("message", True),
        ("message", True),
    ]
    assert kept.messages[1].body.endswith("\nWe need: a valve")
    zone = get_default_timezone()
    assert kept.messages[3].at.astimezone(zone).isoformat()[:19] == "2026-03-26T09:12:00"
    assert (record.account, record.source, record.with_whom) == ("WhatsApp", "chat", "Pipe Works")
    _, pieces = capture.read_item(item_id=record.items.get(position=2).id, actor=ana, at=at)
    assert b"".join(pieces) == PICTURE


def test_dates_that_tell_nothing_are_asked_for(ana, at):
    text = "3/4/26, 2:05 PM - Pipe Works: Main is open\n3/5/26, 2:06 PM - Ana Reyes: Coming\n"
    export = taken(ana, at, text.encode(), "WhatsApp Chat with Pipe Works.txt")
    assert queries.summary_of(export).question == {"sample": "3/5/26", "orders": ["dmy", "mdy"]}
    choose(export, "Pipe Works", ana, at)
    with pytest.raises(InvalidInput, match="in which order"):
        save(export, ana, at)
    with pytest.raises(InvalidInput, match="not written so"):
        exports.say_order(export_id=export.id, order=Order.YEAR_FIRST, actor=ana, at=at)
    exports.say_order(export_id=export.id, order=Order.MONTH_FIRST, actor=ana, at=at)
    export.refresh_from_db()
    look = queries.look_at(export.threads.get(), queries.key_of(export))
    assert (look.first, look.last) == (date(2026, 3, 4), date(2026, 3, 5))
    choose(export, "Pipe Works", ana, at)
    (record,) = save(export, ana, at)
    assert record.happened_on == date(2026, 3, 4)


def test_what_is_no_record_is_named_with_the_reason_and_waits_for_the_custodian(ana, at):
    """It was chosen as the City's, unlike the rest of the export."""
    program = b"MZ" + b"\x00" * 200
    export = taken(ana, at, backup(mms("look", around(20), picture=program)))
    choose(export, "Pipe Works, Sue Okafor", ana, at)
    (record,) = save(export, ana, at)
    (file,) = conversation_in(record, ana, at)[0].messages[0].attachments
    assert (file.digest, file.why) == ("", "It is a Windows program, and programs are not records.")
    assert record.items.count() == 1
    refused = RefusedFile.objects.get()
    assert (refused.author_id, refused.digest) == (
        ana.person_id,
        hashlib.sha256(program).hexdigest(),
    )


def test_what_is_not_saved_after_all_puts_nothing_into_quarantine(ana, at):
    program = b"MZ" + b"\x00" * 200
    export = taken(ana, at, backup(mms("look", around(20), picture=program)))
    choose(export, "Pipe Works, Sue Okafor", ana, at)
    with pytest.raises(InvalidInput):
        exports.save_chosen(export_id=export.id, left=Left(Residue.STAYS), actor=ana, at=at)
    exports.cancel(export_id=export.id, actor=ana, at=at)
    assert not RefusedFile.objects.exists()


def test_under_a_hold_nobody_says_that_it_is_deleted(cast, ana, at):
    held(cast, at, cast.ana)
    export = taken(ana, at)
    choose(export, "Pipe Works", ana, at)
    with pytest.raises(InvalidInput, match="delete nothing"):
        save(export, ana, at)
    assert StagedExport.objects.exists()  # nothing happened
    (record,) = save(export, ana, at, Left(Residue.HELD))
    assert record.residue == Residue.HELD


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "It is empty."),
        (b"only words", "No message of a chat"),
        (b"<?xml version='1.0'?><!DOCTYPE x [<!ENTITY a 'b'>]><smses>", "document type"),
        (b"<smses></smses>", "no message in it"),
        (b"\x00\xff\x00" * 50, "No message of a chat"),
        (b"PK\x03\x04 broken", "damaged ZIP"),
    ],
)
def test_what_is_no_export_is_refused_and_nothing_waits(ana, at, content, why):
    with pytest.raises(ExportUnfit, match=why):
        exports.take_export(content=io.BytesIO(content), name="x", actor=ana, at=at)
    assert not StagedExport.objects.exists()


def test_too_large_is_refused(ana, at, settings):
    settings.EXPORT_LARGEST_MB = 0
    with pytest.raises(NotTaken, match="larger than 0 MB"):
        taken(ana, at)


def test_the_house_itself_has_no_exports(at):
    assert not queries.staged_visible_to(system("records"), at).exists()
