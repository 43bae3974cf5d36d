"""What may become a record, told by content: kinds, programs, bombs, and hostile bytes."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.records.rules import content as rules
from quartermaster.records.rules.content import ZIP, Verdict, judge, judge_parts

pytestmark = pytest.mark.clause("G-5")
MP4 = b"\x00\x00\x00\x18ftyp"


def packed(*names, text=b"words", count=1, password=False):
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            for name in names:
                archive.writestr(name if count == 1 else f"{number}-{name}", text)
    data = bytearray(held.getvalue())
    if password:
        at = data.index(b"PK\x01\x02") + 8
        data[at] |= 1
    return bytes(data)


def parts(data):
    return judge_parts(io.BytesIO(data), len(data))


@pytest.mark.parametrize(
    ("head", "declared", "found"),
    [
        (b"\x89PNG\r\n\x1a\n....", "text/html", "image/png"),
        (b"\xff\xd8\xff\xe0", "", "image/jpeg"),
        (b"GIF89a..", "", "image/gif"),
        (b"RIFF\x00\x00\x00\x00WEBPVP8 ", "", "image/webp"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "", "audio/wav"),
        (MP4 + b"heic", "", "image/heic"),
        (MP4 + b"M4A ", "", "audio/mp4"),
        (MP4 + b"isom", "", "video/mp4"),
        (MP4 + b"3gp5", "", "video/3gpp"),
        (b"#!AMR\n\x3c", "", "audio/amr"),
        (b"%PDF-1.7", "", "application/pdf"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "", "application/x-ole-storage"),
        (b"From: ana@city.example\r\n", "message/rfc822", "message/rfc822"),
        (b"BEGIN:VCARD\r\n", "text/vcard; charset=utf-8", "text/vcard"),
        ("Mañana at nine".encode(), "application/x-msdownload", "text/plain"),
        (b"plain", "", "text/plain"),
        (b"MZ says that the valve is shut", "", "text/plain"),
        (b"BZh", "", "text/plain"),
        ("cut é".encode()[:-1], "", "text/plain"),
        ("words".encode("utf-16"), "", "text/plain"),
        (b"PK\x03\x04", "", ZIP),
    ],
)
def test_a_kind_is_told_by_its_first_bytes(head, declared, found):
    assert judge(head, declared) == Verdict(found)


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"", "empty"),
        (b"MZ\x90\x00", "Windows program"),
        (b"\x7fELF\x02", "program"),
        (b"\xcf\xfa\xed\xfe", "program"),
        (b"#!/bin/sh\n", "script"),
        (b"dex\n035", "program"),
        (b"\x1f\x8b\x08", "gzip"),
        (b"Rar!\x1a\x07\x01", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
        (b"<!DOCTYPE html><script>", "web page"),
        (b"\xef\xbb\xbf  <svg onload=x>", "drawing"),
        (b"\x00\x01\x02\x03", "not known"),
        (b"caf\xe9 au lait", "neither"),
        (b"RIFF\x00\x00\x00\x00NOPE", "not known"),
    ],
)
def test_what_is_no_record_is_said_why(head, why):
    found = judge(head, "image/png")
    assert found.media_type == ""
    assert why in found.problem


def test_office_files_are_known_by_their_parts_and_plain_ones_stay_zip():
    assert parts(packed("word/document.xml")).media_type.endswith("wordprocessingml.document")
    assert parts(packed("xl/workbook.xml")).media_type.endswith("spreadsheetml.sheet")
    assert parts(packed("_chat.txt")) == Verdict(ZIP)


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (packed("a.txt", text=b"\x00" * 30_000_000), "bombs"),
        (packed("AndroidManifest.xml", "classes.dex"), "program"),
        (packed("setup.EXE"), "program"),
        (packed("inner.zip"), "packed files in it"),
        (packed("a.txt", password=True), "password"),
        (packed("a.txt", text=b"", count=rules.MOST_PARTS + 1), "parts"),
        (b"PK\x03\x04 and no table", "damaged"),
    ],
)
def test_bombs_programs_and_locked_archives_are_not_taken(data, why):
    assert why in parts(data).problem


@given(st.binary(max_size=300), st.text(max_size=40))
def test_no_bytes_and_no_word_of_a_sender_fail(head, declared):
    found = judge(head, declared)
    assert bool(found.media_type) != bool(found.problem)


@given(st.binary(max_size=400))
def test_no_damaged_archive_fails(tail):
    whole = bytearray(packed("a.txt", "b.txt"))
    whole[-len(tail) :] = tail
    found = parts(bytes(whole))
    assert bool(found.media_type) != bool(found.problem)
