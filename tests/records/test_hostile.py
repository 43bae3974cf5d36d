"""Hostile PDFs, pictures and packages are told by their bytes, and nothing of them is run."""

import io
import stat
import struct
import time
import zipfile
import zlib

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pillow_heif import register_heif_opener

from quartermaster.records.rules.content import HEAD, Verdict, judge_whole
from quartermaster.records.rules.hostile import MOST_PIXELS, has_program
from quartermaster.records.rules.picture_sizes import size_of
from tests.factories.documents import plain_pdf
from tests.factories.quarantine import bomb, giant_picture, pdf_with_action, zipped

pytestmark = pytest.mark.clause("G-5")
register_heif_opener()
KINDS = {"PNG": "png", "GIF": "gif", "JPEG": "jpeg", "WEBP": "webp", "TIFF": "tiff", "HEIF": "heic"}


def judged(content):
    return judge_whole(io.BytesIO(content), content[:HEAD], len(content))


def picture(kind, size=(120, 80), **more):
    held = io.BytesIO()
    Image.new("RGB", size, "white").save(held, kind, **more)
    return held.getvalue()


@pytest.mark.parametrize("packed", [False, True])
@pytest.mark.parametrize("action", ["JavaScript", "Launch"])
def test_a_pdf_that_runs_a_program_is_not_taken(action, packed):
    content = pdf_with_action(action, packed=packed)
    assert (f"/{action}".encode() in content) is not packed
    assert "runs when it is opened" in judged(content).problem


def test_a_name_that_is_written_in_numbers_is_read():
    content = pdf_with_action("JavaScript").replace(b"/JavaScript", b"/J#61va#53cript")
    assert has_program(io.BytesIO(content))


def test_plain_pdfs_are_taken_and_a_longer_name_is_another(tmp_path):
    assert judged(plain_pdf("JavaScript is a word")) == Verdict("application/pdf")
    assert not has_program(io.BytesIO(b"%PDF-1.7 /LaunchDate /JavaScripts"))


def test_a_name_across_two_blocks_is_found():
    for before in range(1024 * 1024 - 12, 1024 * 1024 + 2):
        content = b"%PDF-" + b" " * (before - 5) + b"/JavaScript "
        assert has_program(io.BytesIO(content)), before


def test_object_streams_are_unpacked_within_bounds():
    packed = zlib.compress(bytes(60_000_000) + b"/JavaScript ")
    streams = b"".join(b"<</Type/ObjStm>>stream\n" + packed + b"endstream " for _ in range(40))
    assert not has_program(io.BytesIO(b"%PDF-1.7 " + streams))  # and it took no memory for it
    damaged = b"%PDF-1.7 <</Type/ObjStm>>stream\n" + zlib.compress(b"/Launch ")[:-3] + b"???"
    assert has_program(io.BytesIO(damaged))


@pytest.mark.parametrize(("kind", "name"), KINDS.items())
def test_pictures_say_how_large_they_are(kind, name):
    assert size_of(io.BytesIO(picture(kind)), f"image/{name}") == (120, 80)
    assert judged(picture(kind)).media_type == f"image/{name}"


def test_webp_in_each_of_its_forms():
    for more in ({"lossless": True}, {"lossless": False}, {"exif": b"Exif\x00\x00"}):
        content = picture("WEBP", (3000, 7), **more)
        assert size_of(io.BytesIO(content), "image/webp") == (3000, 7)


@pytest.mark.parametrize("kind", ["png", "gif", "jpeg", "webp", "tiff", "heic"])
def test_a_picture_that_would_be_gigantic_is_not_taken(kind):
    found = judged(giant_picture(kind))
    assert "points large" in found.problem
    assert found.media_type == ""


def test_the_largest_that_a_telephone_takes_is_taken():
    content = giant_picture("png", 16_320, 12_240)
    assert MOST_PIXELS > 16_320 * 12_240
    assert judged(content) == Verdict("image/png")


@pytest.mark.parametrize(
    "name", ["../../etc/cron.d/x", "/etc/passwd", "a/../../b", "..\\..\\x.txt", "C:/x.txt", ".."]
)
def test_packages_whose_parts_lead_elsewhere_are_not_taken(name):
    assert "outside its folder" in judged(zipped({"a.txt": b"words", name: b"evil"})).problem
    assert (
        judged(zipped({"a..b/c.txt": b"words", "9:15 call.txt": b""})).media_type
        == "application/zip"
    )


def test_packages_with_a_link_in_them_are_not_taken():
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        link = zipfile.ZipInfo("notes.txt")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
    assert "outside its folder" in judged(held.getvalue()).problem


def test_a_bomb_is_not_taken():
    assert "bombs" in judged(bomb()).problem


@given(st.sampled_from(sorted(KINDS)), st.data())
def test_no_damaged_picture_fails(kind, data):
    content = bytearray(SOUND[kind])
    for _ in range(data.draw(st.integers(1, 8))):
        content[data.draw(st.integers(12, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.integers(1, len(content)))
    across, down = size_of(io.BytesIO(bytes(content[:cut])), f"image/{KINDS[kind]}")
    assert across >= 0
    assert down >= 0


@given(st.binary(max_size=600))
def test_no_bytes_that_call_themselves_a_pdf_fail(tail):
    found = judged(b"%PDF-1.7 <</Type/ObjStm>>stream\n" + tail)
    assert bool(found.media_type) != bool(found.problem)


SOUND = {kind: picture(kind) for kind in KINDS}


@pytest.mark.parametrize(
    "piece",
    [
        b"/",
        b"/ObjStm",
        b"/ObjStm stream\n",
        b"1 0 obj<</ObjStm>>stream\n" + zlib.compress(bytes(4_100_000)),
        b"/ObjStm>>stream\n" + zlib.compress(b"")[:2] + b"\x00\x00\x00\xff\xff" * 9,
    ],
)
def test_a_pdf_that_is_made_to_be_slow_is_not(piece):
    content = b"%PDF-1.7 " + piece * (20_000_000 // len(piece))
    began = time.process_time()
    assert not has_program(io.BytesIO(content))
    assert time.process_time() - began < 20  # and not the square of it


def test_a_tiff_with_very_many_tags_takes_no_time():
    tags = struct.pack("<HHII", 300, 3, 1, 0) * 65_535
    content = b"II*\x00" + struct.pack("<IH", 8, 65_535) + tags
    assert size_of(io.BytesIO(content), "image/tiff") == (0, 0)


def test_a_pdf_made_by_others_is_read_as_they_packed_it():
    """Objects are packed, as Acrobat does, and nothing in them is a program."""
    held = io.BytesIO()
    with pikepdf.open(io.BytesIO(plain_pdf("x"))) as opened:
        opened.save(held, object_stream_mode=pikepdf.ObjectStreamMode.generate)
    assert b"/ObjStm" in held.getvalue()
    assert judged(held.getvalue()) == Verdict("application/pdf")
