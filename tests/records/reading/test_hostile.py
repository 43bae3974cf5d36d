"""Exports and files that mean harm are refused in words; nothing is executed or fetched."""

import base64
import io
import time
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.fuzz import run
from benchmarks.fuzz_samples import samples
from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading import bounds
from quartermaster.records.reading.texts import of_bytes
from tests.factories.exports import CHAT, around, backup, chat, mms, packed, sms
from tests.records.reading.reader import read_all

LAUGHS = "<!DOCTYPE x [<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)


@pytest.mark.parametrize(
    "document",
    [
        f"<?xml version='1.0'?>{LAUGHS}]><smses><sms body='&j;'/></smses>",
        "<!DOCTYPE smses [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><smses><sms body='&x;'/>",
        "<!DOCTYPE smses SYSTEM 'http://127.0.0.1:9/x.dtd'><smses></smses>",
        "<!DOCTYPE smses [<!ENTITY % p SYSTEM 'http://127.0.0.1:9/'> %p;]><smses></smses>",
    ],
)
def test_entities_and_document_types_are_refused_before_anything_is_fetched(document):
    with pytest.raises(Unfit, match="document type"):
        read_all(document.encode())


def test_elements_without_end_and_a_tag_without_end_are_refused(monkeypatch):
    with pytest.raises(Unfit, match="too deep"):
        read_all(b"<smses>" + b"<x>" * 100)
    monkeypatch.setattr("quartermaster.records.reading.xmlread.LONGEST_TAG", 600_000)
    with pytest.raises(Unfit, match="larger than it may be"):
        read_all(b"<smses><sms body='" + b"x" * 2_000_000)


def test_ten_megabytes_of_base64_on_a_line_are_one_file_and_take_no_time():
    picture = b"\x89PNG\r\n\x1a\n" + bytes(7_500_000)
    content = backup(mms("look", around(20), picture=picture))
    assert len(max(content.split(b"\n"), key=len)) > 10_000_000
    began = time.process_time()
    _, files, _ = read_all(content)
    assert list(files.values()) == [picture]
    assert time.process_time() - began < 20  # and not the square of it


def test_a_file_beyond_the_bound_or_damaged_is_named_and_not_kept():
    big = mms("big", around(20), picture=b"x" * 5000)
    bad = mms("bad", around(21)).replace('data="', 'data="&#33;')
    (found,), files, _ = read_all(backup(big, bad), largest=1000)
    why = [one.attachments[0].why for one in found.messages]
    assert why == ["It is larger than a file may be.", "Its content is damaged."]
    assert files == {}


def bomb(size):
    """A ZIP file of one part that unpacks to far more."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("_chat.txt", CHAT)
        archive.writestr("a.bin", bytes(size))
    return held.getvalue()


def test_bombs_are_refused_by_their_own_word():
    with pytest.raises(Unfit, match="bombs"):
        read_all(bomb(200_000_000))


def test_a_part_that_is_larger_than_it_says_is_refused():
    content = bytearray(packed({"_chat.txt": CHAT * 500}))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(signature) + place
        content[at : at + 4] = (10).to_bytes(4, "little")
    with pytest.raises(Unfit):
        read_all(bytes(content))


def test_too_many_parts_and_locked_parts_are_refused(monkeypatch):
    monkeypatch.setattr("quartermaster.records.reading.packages.MOST_PARTS", 5)
    with pytest.raises(Unfit, match="more than 5 parts"):
        read_all(packed({f"{n}.txt": "x" for n in range(6)}))
    content = bytearray(chat())
    at = content.index(b"PK\x01\x02") + 8
    content[at] |= 1
    with pytest.raises(Unfit, match="password"):
        read_all(bytes(content))


def test_a_package_in_a_package_is_a_file_and_is_not_opened():
    inner = packed({"_chat.txt": CHAT})
    text = "24/03/26, 14:05 - Ana: inner.zip (file attached)\n"
    (found,), files, _ = read_all(packed({"WhatsApp Chat with A.txt": text, "inner.zip": inner}))
    assert [one.body for one in found.messages] == [""]
    assert list(files.values()) == [inner]


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "..\\..\\x.png", "a/../../b"]
)
def test_paths_lead_nowhere(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    text = f"24/03/26, 14:05 - Ana: <attached: {name}>\n"
    (found,), files, _ = read_all(packed({"WhatsApp Chat with A.txt": text, name: b"evil"}))
    (file,) = found.messages[0].attachments
    assert "/" not in file.name
    assert list(tmp_path.iterdir()) == []
    assert list(files.values()) in ([b"evil"], [])


def test_a_part_without_a_name_is_passed_over():
    content = packed({"_chat.txt": CHAT, "zbad": b"x"}).replace(b"zbad", b"\0bad")
    (found,), files, gathered = read_all(content)
    assert (len(found.messages) > 0, files, gathered.faults) == (True, {}, [])


def test_more_than_may_be_is_refused(monkeypatch):
    for name, most in (("MOST_MESSAGES", 3), ("MOST_CHARACTERS", 30), ("MOST_THREADS", 1)):
        with monkeypatch.context() as patch:
            patch.setattr(bounds, name, most)
            entries = [sms("valve" * 3, around(20), address=f"+1414555010{n}") for n in range(5)]
            with pytest.raises(Unfit, match="Export fewer"):
                read_all(backup(*entries))


def test_a_message_without_end_is_told_and_the_others_are_read():
    long = sms("x" * (bounds.LONGEST_BODY + 1), around(20))
    (found,), _, gathered = read_all(backup(long, sms("short", around(21))))
    assert [one.body for one in found.messages] == ["short"]
    assert gathered.faults[0].why == "A message is longer than 100,000 characters."


def test_a_picture_that_would_be_huge_is_refused():
    header = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (60_000).to_bytes(4, "big") * 2
    chunk = header + b"\x08\x02\x00\x00\x00" + zlib.crc32(header[12:] + b"\x08\x02").to_bytes(4)
    with pytest.raises(Unfit):
        of_bytes(chunk, "image/png")


@pytest.mark.parametrize(
    ("content", "declared"),
    [
        (b"words, no document", "application/pdf"),
        (b"words, no picture", "image/png"),
        (b"words, no package", "application/zip"),
        (b'{"format": "else"}', "application/vnd.quartermaster.conversation+json"),
    ],
)
def test_a_wrong_word_of_what_it_is_changes_nothing(content, declared):
    with pytest.raises(Unfit):
        of_bytes(content, declared)


def test_office_documents_with_entities_are_refused():
    document = f"<?xml version='1.0'?>{LAUGHS}]><w:document><w:t>&j;</w:t></w:document>"
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    with pytest.raises(Unfit, match="document type"):
        of_bytes(packed({"word/document.xml": document}), kind)


def test_what_was_damaged_at_random_is_read_or_refused_in_words():
    """A smoke of ``make fuzz``, whose figure stands in docs/benchmarks.md."""
    found = run(400, seed=20261124)
    assert [one for one in found if one.endswith(("fault", "slow"))] == []
    assert sum(found.values()) == 400


def outcome_of(content, name):
    """What was read, or the sentence with which it was refused."""
    try:
        return read_all(content, name)
    except Unfit as problem:
        return str(problem)


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(samples())), st.data())
def test_bytes_of_any_kind_are_read_or_refused(kind, data):
    name, content = samples()[kind]
    cut = data.draw(st.integers(0, len(content)))
    junk = data.draw(st.binary(max_size=60))
    outcome = outcome_of(content[:cut] + junk + content[cut:], name)
    if isinstance(outcome, str):
        assert outcome.endswith(".")
        return
    conversations, files, _ = outcome
    messages = [message for one in conversations for message in one.messages]
    named = {file.digest for message in messages for file in message.attachments}
    assert named - {""} <= set(files)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400), st.sampled_from(["x.txt", "x.csv", "x.md", "x.eml", "x.mbox"]))
def test_bytes_of_no_kind_are_read_or_refused(content, name):
    outcome = outcome_of(content, name)
    assert not isinstance(outcome, str) or outcome.endswith(".")


def test_base64_of_a_bomb_is_a_file_like_any_other():
    inner = base64.b64encode(bomb(1_000_000)).decode()
    entry = mms("x", around(20)).replace('data="', f'data="{inner}" x="')
    _, files, _ = read_all(backup(entry))
    assert [len(one) for one in files.values()] == [len(bomb(1_000_000))]
