"""A saved conversation in a production: each message as an event, with who, when and its files."""

import email
import io
import json
import zipfile
from datetime import timedelta
from email import policy

import pytest

from quartermaster.disclosure import actions
from quartermaster.disclosure.actions import talks
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.rules.requests import Channel, Kind
from quartermaster.disclosure.rules.review import Decision
from quartermaster.records.actions import exports
from quartermaster.records.actions.exports.saving import Left
from quartermaster.records.reading.result import MEDIA_TYPE
from quartermaster.records.rules.capture import Residue
from tests.factories.disclosure import GROUND, wanted
from tests.factories.documents import SECRET, picture
from tests.factories.exports import ALL, around, backup, mms
from tests.factories.records import paul
from tests.interop.rsmf_check import problems

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path


def conversation(cast, at):
    """A record of Ana's: what she wrote with two others, with a picture."""
    ana = cast.acting(cast.ana)
    content = backup(
        mms(f"The key is at {SECRET}'s house", around(20), picture=picture("A valve")),
        mms("Thanks, see you there", around(20) + HOUR, picture=picture("A main"), box=2),
        mms("It is open", around(20) + 2 * HOUR, picture=picture("A third")),
    )
    export = exports.take_export(content=io.BytesIO(content), name="sms.xml", actor=ana, at=at)
    exports.choose(thread_id=export.threads.get().id, pick=ALL, actor=ana, at=at)
    (record,) = exports.save_chosen(export_id=export.id, left=Left(Residue.GONE), actor=ana, at=at)
    return record


@pytest.fixture
def request_of(cast, at):
    """A request in litigation that reaches the conversation, and the row of its messages."""
    given = {"actor": paul(cast), "at": at}
    record = conversation(cast, at)
    request, _ = actions.file_request(
        wanted=wanted(), channel=Channel.MAIL, kind=Kind.LITIGATION, **given
    )
    actions.acknowledge(request_id=request.id, **given)
    actions.add_records(request_id=request.id, record_ids=[record.id], **given)
    rows = request.items.select_related("item__record")
    talk = next(row for row in rows if row.item.media_type == MEDIA_TYPE)
    return request, talk, [row for row in rows if row != talk]


def produced(request, cast, at):
    """Each message file of the production: its headings, its manifest, and what is attached."""
    given = {"request_id": request.id, "actor": paul(cast), "at": at}
    actions.close_search(**given)
    package = actions.make_package(**given)
    found = []
    with zipfile.ZipFile(io.BytesIO(read(package.files.get(what="production").file))) as opened:
        for name in sorted(opened.namelist()):
            if not name.startswith("RSMF/"):
                continue
            message = email.message_from_bytes(opened.read(name), policy=policy.default)
            (attached,) = message.iter_attachments()
            with zipfile.ZipFile(io.BytesIO(attached.get_content())) as inner:
                parts = {part: inner.read(part) for part in inner.namelist()}
            found.append((message, json.loads(parts.pop("rsmf_manifest.json")), parts))
    return found


def decide(row, decision, cast, at, **more):
    actions.decide(item_id=row.id, decision=decision, actor=paul(cast), at=at, **more)


def sound(manifest, parts):
    """Every reference leads somewhere, and nothing lies in the archive that nobody refers to."""
    people = {one["id"] for one in manifest["participants"]}
    (talk,) = manifest["conversations"]
    assert set(talk["participants"]) <= people
    assert talk["custodian"] in people
    for event in manifest["events"]:
        assert event["conversation"] == talk["id"]
        assert event["participant"] in people
    named = {one["id"] for event in manifest["events"] for one in event["attachments"]}
    assert named == set(parts)


@pytest.mark.interop
def test_each_message_is_an_event_with_its_time_its_sender_and_its_files(request_of, cast, at):
    request, talk, pictures = request_of
    for row in (talk, *pictures):
        decide(row, Decision.RELEASE, cast, at)
    ((message, manifest, parts),) = produced(request, cast, at)
    sound(manifest, parts)
    assert problems([manifest]) == [[]]
    assert [
        (event["timestamp"], event["direction"], event["body"]) for event in manifest["events"]
    ] == [
        (around(20).isoformat(), "incoming", f"The key is at {SECRET}'s house"),
        ((around(20) + HOUR).isoformat(), "outgoing", "Thanks, see you there"),
        ((around(20) + 2 * HOUR).isoformat(), "incoming", "It is open"),
    ]
    senders = [event["participant"] for event in manifest["events"]]
    assert senders[1] == manifest["conversations"][0]["custodian"] != senders[0]
    assert len(manifest["participants"]) == 3
    assert sorted(parts) == ["00001-01.pdf", "00002-01.pdf", "00003-01.pdf"]
    assert all(content.startswith(b"%PDF-") for content in parts.values())
    assert (message["X-RSMF-EventCount"], message["X-RSMF-AttachmentCount"]) == ("3", "3")
    assert message["X-RSMF-BeginDate"] == around(20).isoformat()
    assert message["X-RSMF-EndDate"] == (around(20) + 2 * HOUR).isoformat()


@pytest.mark.interop
def test_what_is_taken_out_of_a_message_is_nowhere_and_what_is_withheld_is_named(
    request_of, cast, at
):
    request, talk, (first, *others) = request_of
    actions.redact_words(item_id=talk.id, words=SECRET, code=GROUND, actor=paul(cast), at=at)
    decide(talk, Decision.REDACT, cast, at)
    decide(first, Decision.WITHHOLD, cast, at, code=GROUND)
    for row in others:
        decide(row, Decision.RELEASE, cast, at)
    ((message, manifest, parts),) = produced(request, cast, at)
    sound(manifest, parts)
    assert problems([manifest]) == [[]]
    bodies = [event["body"] for event in manifest["events"]]
    assert bodies[0].startswith("The key is at [redacted: ")
    assert f"[{first.item.name} is not part of this.]" in bodies[0]
    assert bodies[1:] == ["Thanks, see you there", "It is open"]
    assert len(parts) == 2
    whole = json.dumps(manifest) + message.get_body().get_content()
    assert SECRET not in whole
    assert [name for name, content in parts.items() if SECRET.encode() in content] == []


def test_a_mark_beside_the_words_gives_the_redacted_text_alone(request_of, cast, at):
    """Where a name is taken out, no list of participants may tell it."""
    request, talk, pictures = request_of
    actions.redact_words(item_id=talk.id, words="Sue Okafor", code=GROUND, actor=paul(cast), at=at)
    decide(talk, Decision.REDACT, cast, at)
    for row in pictures:
        decide(row, Decision.WITHHOLD, cast, at, code=GROUND)
    ((message, manifest, parts),) = produced(request, cast, at)
    sound(manifest, parts)
    (event,) = manifest["events"]
    assert "[redacted: " in event["body"]
    assert "The key is at" in event["body"]
    assert "Okafor" not in json.dumps(manifest) + message.as_string()


def test_a_withheld_conversation_is_in_no_production(request_of, cast, at):
    request, talk, (first, *others) = request_of
    decide(talk, Decision.WITHHOLD, cast, at, code=GROUND)
    for row in (first, *others):
        decide(row, Decision.RELEASE, cast, at)
    for _, manifest, _ in produced(request, cast, at):
        assert SECRET not in json.dumps(manifest)
        assert "see you there" not in json.dumps(manifest)


def test_more_messages_than_a_file_may_have_are_several_files(request_of, cast, at, monkeypatch):
    monkeypatch.setattr(talks, "MOST_EVENTS", 2)
    request, talk, pictures = request_of
    decide(talk, Decision.RELEASE, cast, at)
    for row in pictures:
        decide(row, Decision.WITHHOLD, cast, at, code=GROUND)
    found = produced(request, cast, at)
    found.sort(key=lambda one: one[1]["eventcollectionid"])
    assert [len(manifest["events"]) for _, manifest, _ in found] == [2, 1]
    collections = [manifest["eventcollectionid"] for _, manifest, _ in found]
    number = talk.item.record.number
    assert collections == [number, f"{number}-2"]
    keys = [event["id"] for _, manifest, _ in found for event in manifest["events"]]
    assert keys == ["M1", "M2", "M3"]
