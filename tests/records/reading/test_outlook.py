"""Messages of Outlook whose words are rich text alone, and messages within messages."""

import io
import struct
from contextlib import suppress

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.legacy_samples import (
    compressed,
    outlook,
    outlook_parts,
    page_in_rich,
    rich,
    word_parts,
)
from quartermaster.files.opening.confined import Unfit
from quartermaster.records.reading.legacy import lzfu
from quartermaster.records.reading.legacy.compound import compound
from quartermaster.records.reading.legacy.opening import opened_ole
from quartermaster.records.reading.texts import Missed, of_bytes, texts_of
from quartermaster.records.rules.content import OLE
from tests.factories.exports import PICTURE
from tests.records.reading.reader import read_all

pytestmark = pytest.mark.clause("G-5")
RTF = "application/rtf"
# the two examples of MS-OXRTFCP, section 4
HELLO = bytes.fromhex(
    "2d0000002b0000004c5a4675f1c5c7a703000a007263706731323542320af32068656c0900"
    "20627705b06c647d0a800fa0"
)
REPEATED = bytes.fromhex("1a0000001c0000004c5a4675e2d44b51410004205758595a0d6e7d010eb0")
PAGE = "The valve is open café €5 вода\n<end"


def said(content, media_type=OLE):
    return "\n".join(one.text for one in of_bytes(content, media_type))


def test_the_examples_of_the_specification_are_unpacked():
    assert lzfu.unpacked(HELLO) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"
    assert lzfu.unpacked(REPEATED) == b"{\\rtf1 WXYZWXYZWXYZWXYZWXYZ}"
    raw = struct.pack("<II4sI", 12 + 5, 5, b"MELA", 0) + b"plain and more"
    assert lzfu.unpacked(raw) == b"plain"


@settings(max_examples=60, deadline=None)
@given(st.lists(st.sampled_from([b"\\par ", b"valve ", b"a", b"\0", b"\xff"]), max_size=3000))
def test_what_is_compressed_is_unpacked_as_it_was(pieces):
    text = b"".join(pieces)
    assert lzfu.unpacked(compressed(text)) == text


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 3000))
def test_whatever_is_unpacked_is_no_larger_than_it_says(packed, size):
    head = struct.pack("<II4sI", len(packed) + 12, size, b"LZFu", lzfu.check_of(packed))
    with suppress(Unfit):
        assert len(lzfu.unpacked(head + packed)) <= size


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (HELLO[:10], "breaks off"),
        (HELLO[:-1], "breaks off"),
        (HELLO[:-8] + b"x" + HELLO[-7:], "is damaged"),
        (HELLO[:8] + b"LZFv" + HELLO[12:], "is damaged"),
        (HELLO[:4] + b"\xff\xff\xff\x7f" + HELLO[8:], "larger than it may be"),
    ],
)
def test_a_damaged_one_is_refused_in_words(content, why):
    with pytest.raises(Unfit, match=why):
        lzfu.unpacked(content)


def test_a_page_in_rich_text_is_read_as_the_page_that_it_was():
    assert said(page_in_rich(), RTF) == PAGE
    plain = page_in_rich().replace(b"\\fromhtml1", b"\\fromhtml0")
    assert "added" in said(plain, RTF)


def test_a_message_whose_words_are_rich_text_alone_is_read():
    made = outlook(rich=compressed(page_in_rich()))
    assert said(made).endswith(f"Subject: Inlet valve\n\n{PAGE}")
    (found,), _files, gathered = read_all(made, "m.msg")
    assert found.messages[0].body == f"Inlet valve\n\n{PAGE}"
    assert gathered.faults == []


def test_rich_text_that_is_damaged_is_told_and_the_rest_is_read():
    hurt = bytearray(compressed(rich()))
    hurt[30] ^= 1
    made = outlook(rich=bytes(hurt), files=[("a.txt", "text/plain", b"beside the hydrant")])
    (found,), _files, gathered = read_all(made, "m.msg")
    assert found.messages[0].body.strip() == "Inlet valve"
    assert [one.why for one in gathered.faults] == ["The text of the message is damaged."]
    missed = Missed()
    pieces = texts_of(io.BytesIO(made), OLE, "", missed)
    assert "beside the hydrant" in " ".join(one.text for one in pieces)
    assert missed.inside == 1


def nested(levels):
    parts = outlook_parts(subject="Innermost", words="Shut it off")
    for level in range(levels):
        parts = outlook_parts(subject=f"Level {level}", words=f"See {level}", inside=[parts])
    return compound(parts)


def test_a_message_within_a_message_is_read():
    inner = outlook_parts(words="Shut it off", files=[("valve.png", "image/png", PICTURE)])
    made = outlook(subject="FW", words="See below", inside=[inner])
    assert [line for line in said(made).split("\n") if "it off" in line] == ["Shut it off"]
    assert f"[attached: Passed on.msg, {OLE}]" in said(made)
    (found,), files, gathered = read_all(made, "m.msg")
    assert [one.name for one in found.messages[0].attachments] == ["Passed on.msg"]
    assert gathered.faults == []
    (alone,) = files.values()
    (within,), pictures, _gathered = read_all(alone, "Passed on.msg")
    assert within.messages[0].body == "Inlet valve\n\nShut it off"
    assert [one.shown for one in within.participants][1] == "Ana Reyes (ana@city.example)"
    assert list(pictures.values()) == [PICTURE]


def test_messages_within_one_another_without_end_end():
    missed = Missed()
    pieces = list(texts_of(io.BytesIO(nested(8)), OLE, "", missed))
    whole = " ".join(one.text for one in pieces)
    assert ("See 7" in whole, "See 4" in whole, "Shut it off" in whole) == (True, True, False)
    assert missed.inside == 1


def test_a_document_that_is_attached_as_a_storage_is_read():
    at = "__attach_version1.0_#00000000/"
    parts = outlook_parts(inside=[outlook_parts()])
    kept = {path: one for path, one in parts.items() if "3701000D/" not in path}
    word = word_parts("Shut the valve\r")
    made = kept | {f"{at}__substg1.0_3701000D/{path}": one for path, one in word.items()}
    assert "Shut the valve" in said(compound(made))


@pytest.mark.parametrize("size", [100, 4096, 70_000, 7_000_000])
def test_an_ole_file_that_is_written_is_read_as_it_was(size):
    streams = {"a": b"x" * size, "in/b": b"small", "in/deeper/c": bytes(range(256)) * 20, "e": b""}
    opened = opened_ole(io.BytesIO(compound(streams)))
    assert {name: opened.stream(name) for name in opened.names} == streams
