"""Photographs: only the picture is kept, and only whoever may sees it."""

import contextlib
import io
import struct
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from quartermaster.files.queries import read_file
from quartermaster.inventory.actions import Cause, photographs
from quartermaster.inventory.models import Photograph
from quartermaster.inventory.photographs import photographs_visible_to
from quartermaster.inventory.rules import pictures
from quartermaster.inventory.rules.pictures import picture_of
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import inventory as make
from tests.factories.custody import keep
from tests.factories.pictures import heic, jpeg, picture


def add(cast, at, device, content=None, *, who=None, occasion="damaged", **more):
    return photographs.add(
        device_id=device.id,
        content=jpeg() if content is None else content,
        occasion=occasion,
        actor=cast.acting(who or cast.ida),
        at=at,
        **more,
    )


@pytest.mark.clause("C-3", "G-11")
def test_only_the_picture_is_kept(cast, at):
    device, handed = make.DeviceFactory(holder=cast.ana), new_id()
    cause = Cause("", "lifecycle.handover", handed)
    kept = add(cast, at, device, jpeg((60, 40), exif=True), note=" Cracked ", cause=cause)
    content = read_file(kept.image.digest)
    image = Image.open(io.BytesIO(content))
    assert (image.size, dict(image.getexif()), image.info.get("comment")) == ((40, 60), {}, None)
    assert b"Telltale" not in content
    assert (kept.width, kept.height, kept.note, kept.holder) == (40, 60, "Cracked", cast.ana)
    assert (kept.taken_by, kept.taken_at) == ("Ida Lindqvist", at)
    assert Photograph.objects.get(cause_id=handed) == kept


def test_a_large_one_is_made_smaller_and_has_a_thumbnail():
    made = picture_of(jpeg((5000, 2500)))
    small = Image.open(io.BytesIO(made.thumbnail))
    assert ((made.width, made.height), small.size) == ((2048, 1024), (320, 160))


@pytest.mark.parametrize("form", ["PNG", "WEBP", "JPEG", "HEIF"])
def test_forms_that_are_taken(form):
    assert Image.open(io.BytesIO(picture_of(picture(form)).content)).format == "JPEG"


def heic_saying(width, height):
    """A HEIC that says it is of another size."""
    content = picture("HEIF")
    place = content.index(b"ispe") + 8
    return content[:place] + struct.pack(">II", width, height) + content[place + 8 :]


@pytest.mark.clause("C-3", "G-11")
def test_a_photograph_of_an_iphone_is_taken_without_what_tells():
    made = picture_of(heic(exif=True))
    assert ((made.width, made.height), b"Telltale" in made.content) == ((60, 40), False)
    image = Image.open(io.BytesIO(made.content))
    assert (image.format, dict(image.getexif())) == ("JPEG", {})


@given(
    form=st.sampled_from(["HEIF", "JPEG", "WEBP"]),
    changes=st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), max_size=8),
)
def test_whatever_is_broken_in_it_it_is_read_or_refused(form, changes):
    content = bytearray(heic(exif=True) if form == "HEIF" else picture(form))
    for place, value in changes:
        content[place % len(content)] = value
    with contextlib.suppress(InvalidInput):
        assert picture_of(bytes(content)).width > 0


def bomb():
    """A small PNG that says it has a hundred million pixels."""

    def chunk(kind, data):
        check = zlib.crc32(kind + data).to_bytes(4, "big")
        return len(data).to_bytes(4, "big") + kind + data + check

    size = (10_000).to_bytes(4, "big") * 2
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", size + bytes([8, 0, 0, 0, 0]))
        + chunk(b"IDAT", zlib.compress(bytes(1000)))
        + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"%PDF-1.7",
        jpeg()[:200],
        picture("GIF"),
        picture("TIFF"),
        bomb(),
        picture("HEIF")[:200],
        heic_saying(0, 0),
        heic_saying(10_000, 10_000),
        heic_saying(2**31 - 1, 2**31 - 1),
    ],
)
def test_what_is_no_photograph_is_refused(content):
    with pytest.raises(InvalidInput):
        picture_of(content)


def test_too_many_bytes(monkeypatch):
    monkeypatch.setattr(pictures, "LARGEST", 100)
    with pytest.raises(InvalidInput, match="larger than"):
        picture_of(jpeg())


def test_the_same_one_twice_and_too_many(cast, at, monkeypatch):
    device = make.DeviceFactory(holder=cast.ana)
    add(cast, at, device)
    with pytest.raises(Conflict, match="kept already"):
        add(cast, at, device)
    monkeypatch.setattr(photographs, "MOST", 1)
    with pytest.raises(Conflict, match="1 photographs already"):
        add(cast, at, device, jpeg(colour="red"))
    with pytest.raises(InvalidInput):
        add(cast, at, device, occasion="whim")


def test_who_adds_and_who_sees(cast, at):
    device = make.DeviceFactory(holder=cast.ana)
    for who, colour in ((cast.ana, "red"), (cast.cole, "green"), (cast.ida, "blue")):
        add(cast, at, device, jpeg(colour=colour), who=who)
    add(cast, at, device, jpeg(colour="teal"), who=cast.sue)  # who reports for her photographs it
    with pytest.raises(Refused):
        add(cast, at, device, who=cast.rex)
    type(device).objects.filter(id=device.id).update(holder=cast.sue)
    keep(device)
    add(cast, at, device, jpeg(colour="white"))
    seen = {
        name: photographs_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "ida", "sue", "rex")
    }
    # Sue supervises Ana, so she sees hers too
    assert seen == {"ana": 4, "cole": 5, "ida": 5, "sue": 5, "rex": 0}
