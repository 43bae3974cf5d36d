"""Litigation: images, text and load files that agree, and short messages as RSMF."""

import email
import io
import json
import zipfile
from datetime import UTC, datetime
from email import policy

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from quartermaster.disclosure import actions
from quartermaster.disclosure.keeping import read
from quartermaster.disclosure.production import rsmf
from quartermaster.disclosure.production.loadfile import FIELDS, dat, opt, read_dat
from quartermaster.disclosure.rules.requests import Channel, Kind
from quartermaster.disclosure.rules.review import Decision
from tests.factories.disclosure import GROUND, TEXT, record_of, wanted
from tests.factories.documents import OPEN, SECRET, leaky_pdf
from tests.factories.records import paul

SOUND = b"ID3" + b"voice of the foreman" * 20


@pytest.fixture
def produced(cast, at):
    """The parts of a production, by name, of a PDF, a text and a sound."""
    request, _ = actions.file_request(
        wanted=wanted(),
        channel=Channel.MAIL,
        kind=Kind.LITIGATION,
        actor=paul(cast),
        at=at,
    )
    given = {"actor": paul(cast), "at": at}
    actions.acknowledge(request_id=request.id, **given)
    records = [
        record_of(cast, at, leaky_pdf(), "report.pdf", "application/pdf"),
        record_of(cast, at, TEXT.encode(), "chat.txt", "text/plain"),
        record_of(cast, at, SOUND, "voicemail.mp3", "audio/mpeg"),
    ]
    keys = [record.id for record in records]
    actions.add_records(request_id=request.id, record_ids=keys, **given)
    for item in request.items.select_related("item"):
        if item.item.media_type != "audio/mpeg":
            actions.redact_words(item_id=item.id, words=SECRET, code=GROUND, **given)
            actions.decide(item_id=item.id, decision=Decision.REDACT, **given)
        else:
            actions.decide(item_id=item.id, decision=Decision.RELEASE, **given)
    actions.close_search(request_id=request.id, **given)
    package = actions.make_package(request_id=request.id, **given)
    content = read(package.files.get(what="production").file)
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


@pytest.mark.django_db
def test_load_files_images_text_and_natives_agree(produced):
    rows = read_dat(produced["DATA/loadfile.dat"])
    assert [(row["FILENAME"], row["BEGBATES"][-6:], row["ENDBATES"][-6:]) for row in rows] == [
        ("report.pdf", "000001", "000002"),
        ("chat.txt", "000003", "000003"),
        ("voicemail.mp3", "", ""),
    ]
    assert [row["EXEMPTIONS"] for row in rows] == [GROUND, GROUND, ""]
    native = rows[2]["NATIVEPATH"].replace("\\", "/")
    assert produced[native] == SOUND
    lines = [line.split(",") for line in produced["DATA/loadfile.opt"].decode().splitlines()]
    assert [(line[3], line[6]) for line in lines] == [("Y", "2"), ("", ""), ("Y", "1")]
    for line in lines:
        picture = Image.open(io.BytesIO(produced[line[2].replace("\\", "/")]))
        assert picture.size == (1700, 2200)
    text = produced[rows[0]["TEXTPATH"].replace("\\", "/")].decode()
    assert text.split().count(OPEN) == 2
    assert f"[{GROUND}]" in text


@pytest.mark.django_db
def test_the_secret_is_in_no_part(produced):
    messages = [name for name in produced if name.endswith(".eml")]
    parts = dict(produced)
    for name in messages:
        message = email.message_from_bytes(produced[name], policy=policy.default)
        for attached in message.iter_attachments():
            with zipfile.ZipFile(io.BytesIO(attached.get_content())) as opened:
                parts |= {f"{name}/{part}": opened.read(part) for part in opened.namelist()}
    assert [name for name, part in parts.items() if SECRET.encode() in part] == []
    assert len(messages) == 3


@pytest.mark.django_db
def test_messages_are_rsmf_with_their_headings(produced):
    name = sorted(name for name in produced if name.startswith("RSMF/"))[1]
    message = email.message_from_bytes(produced[name], policy=policy.default)
    assert (message["X-RSMF-Version"], message["X-RSMF-EventCount"]) == ("2.0.0", "1")
    assert message["X-RSMF-Custodian"] == "Ana Reyes"
    (attached,) = message.iter_attachments()
    assert attached.get_filename() == "rsmf.zip"
    with zipfile.ZipFile(io.BytesIO(attached.get_content())) as opened:
        said = json.loads(opened.read("rsmf_manifest.json"))
    (event,) = said["events"]
    assert event["body"].startswith("Ana: the key is at [redacted: ")
    assert {one["id"] for one in said["participants"]} >= {event["participant"]}


lines = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x14þ\r\x0b\x0c"))


@given(st.lists(st.fixed_dictionaries(dict.fromkeys(FIELDS[:4], lines)), max_size=4))
def test_what_stands_in_a_dat_is_read_again(rows):
    found = read_dat(dat(rows))
    assert len(found) == len(rows)
    for given_row, read_row in zip(rows, found, strict=True):
        for name, value in given_row.items():
            assert read_row[name] == "®".join(value.splitlines())


def test_separators_in_values_do_not_break_a_line():
    (row,) = read_dat(dat([{"SUBJECT": "a\x14b\u00fec\nd"}]))
    assert row["SUBJECT"] == "a bthc®d"


def test_opticon_counts_the_pages_of_each_document():
    made = opt([[("A1", "x"), ("A2", "y")], [("A3", "z")]], "V")
    assert made == b"A1,V,x,Y,,,2\r\nA2,V,y,,,,\r\nA3,V,z,Y,,,1\r\n"


def a_conversation(**more):
    message = rsmf.Message("M1", "P1", datetime(2026, 11, 1, tzinfo=UTC), "Hello")
    given = {
        "id": "R-1",
        "display": "About\r\nBcc: x@y.example",
        "platform": "SMS",
        "custodian": "P1",
        "participants": [("P1", "Ana", "ana@city.example"), ("P2", "Pipe Works", "")],
        "messages": [message],
        **more,
    }
    return rsmf.Conversation(**given)


def test_a_heading_cannot_begin_another_one():
    made = email.message_from_bytes(rsmf.rsmf(a_conversation(), "Test"), policy=policy.default)
    assert made["Bcc"] is None
    assert made["Subject"] == "About Bcc: x@y.example"


def test_the_same_conversation_is_the_same_bytes():
    assert rsmf.rsmf(a_conversation(), "Test") == rsmf.rsmf(a_conversation(), "Test")


def test_every_reference_of_a_manifest_leads_somewhere():
    attached = rsmf.Attached("001.pdf", "report.pdf", b"%PDF-")
    message = rsmf.Message("M1", "P1", datetime(2026, 11, 1, tzinfo=UTC), "", attached=(attached,))
    conversation = a_conversation(messages=[message])
    said = rsmf.manifest(conversation)
    people = {one["id"] for one in said["participants"]}
    with zipfile.ZipFile(io.BytesIO(rsmf.archive(conversation))) as opened:
        names = set(opened.namelist())
    assert names == {"rsmf_manifest.json", "001.pdf"}
    for event in said["events"]:
        assert event["participant"] in people
        assert {one["id"] for one in event["attachments"]} <= names
