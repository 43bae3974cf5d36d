"""BagIt packages: sound to the library, the same again when taken in, hostile ones refused."""

import hashlib
import io
import json
import stat
import zipfile

import bagit
import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import InvalidInput, NotFound, Refused
from quartermaster.records.actions.bags import export_bag, import_bag
from quartermaster.records.actions.capture import read_item
from quartermaster.records.bags import layout
from quartermaster.records.bags.layout import BagRefused
from quartermaster.records.bags.reading import read_bag
from quartermaster.records.models import Record
from quartermaster.records.rules import merkle
from quartermaster.records.rules.checkpoints import parsed
from tests.cast import AT
from tests.factories.records import PNG, custodian, paul, saved
from tests.factories.retention import YEARS, approver, executed

pytestmark = pytest.mark.clause("G-5")


@pytest.fixture(autouse=True)
def own_place(settings, tmp_path):
    settings.DATA = tmp_path / "data"


@pytest.fixture
def two(cast, at):
    """Two records: one of two pictures, one with a note and a strange name."""
    custodian(cast)
    first = saved(cast.acting(cast.ana), at, PNG, PNG + b"another", note="A note: ü and 漢")
    return first, saved(cast.acting(cast.ana), at, b"Plain words.", account="Chat %25")


def bag_of(cast, at, *records):
    name, content = export_bag(record_ids=[one.id for one in records], actor=paul(cast), at=at)
    assert name.endswith(".zip")
    return content.read()


def unpacked(tmp_path, content):
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        archive.extractall(tmp_path / "bag")
    (folder,) = (tmp_path / "bag").iterdir()
    return folder


def remade(content, change):
    """The same bag after somebody had it: ``change`` gets its files by name."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {row.filename: archive.read(row) for row in archive.infolist()}
    change(files)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return out.getvalue()


@pytest.mark.django_db
def test_a_bag_is_sound_to_the_library_of_congress_and_holds_proofs(cast, at, two, tmp_path):
    folder = unpacked(tmp_path, bag_of(cast, at, *two))
    bag = bagit.Bag(str(folder))
    assert bag.is_valid(completeness_only=False)
    assert bag.validate(fast=False)
    assert sorted(bag.payload_entries()) == sorted(
        [
            f"data/{two[0].number}/001-Screenshot 1.png",
            f"data/{two[0].number}/002-Screenshot 1.png",
            f"data/{two[0].number}/record.json",
            f"data/{two[1].number}/001-Screenshot 1.png",
            f"data/{two[1].number}/record.json",
        ]
    )
    said = json.loads((folder / "data" / two[0].number / "record.json").read_text())
    proof = said["proof"]
    root = parsed(proof["checkpoint"]).root
    leaf = merkle.leaf_hash(proof["leaf"].encode())
    path = tuple(bytes.fromhex(step) for step in proof["path"])
    assert merkle.is_included(leaf, proof["index"], proof["size"], path, root)
    taken = Entry.objects.filter(tag="records.record.taken-out")
    assert {row.subject_id for row in taken} == {str(one.id) for one in two}


@pytest.mark.django_db
def test_what_is_taken_in_is_what_was_taken_out_and_twice_is_once(cast, at, two):
    content = bag_of(cast, at, *two)
    made = import_bag(content=io.BytesIO(content), actor=paul(cast), at=at)
    again = import_bag(content=io.BytesIO(content), actor=paul(cast), at=at)
    assert [one.id for one in again] == [one.id for one in made]
    assert Record.objects.count() == 4
    for old, new in zip(two, made, strict=True):
        names = ("about", "with_whom", "happened_on", "source", "account", "note", "names")
        assert [getattr(new, name) for name in names] == [getattr(old, name) for name in names]
        files = [
            [(i.name, i.media_type, i.size, i.digest) for i in one.items.order_by("position")]
            for one in (old, new)
        ]
        assert files[0] == files[1]
    _, pieces = read_item(item_id=made[1].items.get().id, actor=paul(cast), at=at)
    assert b"".join(pieces) == b"Plain words."
    entry = Entry.objects.filter(tag="records.record.taken-in").order_by("seq").first()
    assert (entry.data["was"], entry.data["digest"]) == (two[0].number, two[0].digest)


@pytest.mark.django_db
def test_only_the_custodian_takes_out_and_in(cast, at, two):
    content = bag_of(cast, at, *two)
    for person in (cast.ana, cast.rex, cast.ida, cast.sue, cast.cole):
        actor = cast.acting(person)
        with pytest.raises(Refused):
            export_bag(record_ids=[two[0].id], actor=actor, at=at)
        with pytest.raises(Refused):
            import_bag(content=io.BytesIO(content), actor=actor, at=at)


@pytest.mark.django_db
def test_what_was_destroyed_is_not_taken_out(cast, at, two):
    approver(cast)
    executed(cast, AT + YEARS)
    with pytest.raises(NotFound, match="was destroyed"):
        bag_of(cast, at, two[0])
    with pytest.raises(InvalidInput):
        bag_of(cast, at)


def _manifest_line(files, path, data):
    name = next(iter(files)).split("/")[0]
    files[f"{name}/{path}"] = data
    key = f"{name}/{layout.MANIFEST}"
    files[key] += layout.line(hashlib.sha256(data).hexdigest(), path).encode()
    _retag(files, name)


def _retag(files, name):
    tags = ("bagit.txt", "bag-info.txt", layout.MANIFEST)
    files[f"{name}/{layout.TAGS}"] = "".join(
        layout.line(hashlib.sha256(files[f"{name}/{tag}"]).hexdigest(), tag) for tag in tags
    ).encode()


def _first(files, suffix):
    return next(name for name in files if name.endswith(suffix))


def _flip(files):
    name = _first(files, ".png")
    files[name] = files[name][:-1] + b"!"


def _drop(files):
    del files[_first(files, ".png")]


def _extra(files):
    files[f"{_first(files, '.png')}.more"] = b"more"


def _loose_tag(files):
    name = next(iter(files)).split("/")[0]
    files[f"{name}/run.sh"] = b"#!/bin/sh"


def _fetch(files):
    name = next(iter(files)).split("/")[0]
    files[f"{name}/fetch.txt"] = b"http://127.0.0.1/x 3 data/x\n"


def _manifest_climbs(files):
    key = _first(files, layout.MANIFEST)
    files[key] += f"{'0' * 64}  data/../../etc/passwd\n".encode()
    _retag(files, key.split("/")[0])


def _manifest_odd(files):
    files[_first(files, layout.MANIFEST)] = b"what is this\n"


def _manifest_gone(files):
    del files[_first(files, f"/{layout.MANIFEST}")]


def _undeclared(files):
    files[_first(files, "bagit.txt")] = b"BagIt-Version: 9.9\n"


def _tag_changed(files):
    files[_first(files, "bag-info.txt")] += b"External-Description: mine\n"


def _record_lies(files):
    key = _first(files, "record.json")
    said = json.loads(files[key])
    said["objects"][0]["messageDigest"] = "0" * 64
    _rewritten(files, key, json.dumps(said).encode())


def _record_is_none(files):
    _rewritten(files, _first(files, "record.json"), b"[" * 5000)


def _rewritten(files, key, data):
    name, path = key.split("/", 1)
    manifest = f"{name}/{layout.MANIFEST}"
    old = layout.line(hashlib.sha256(files[key]).hexdigest(), path).encode()
    new = layout.line(hashlib.sha256(data).hexdigest(), path).encode()
    files[manifest] = files[manifest].replace(old, new)
    files[key] = data
    _retag(files, name)


def _of_no_record(files):
    _manifest_line(files, "data/loose.txt", b"loose")


def _second_folder(files):
    files["other/file.txt"] = b"x"


def _same_on_some(files):
    name = _first(files, ".png")
    files[name.replace("Screenshot", "SCREENSHOT")] = b"x"


def _bomb(files):
    _manifest_line(files, "data/zeros.bin", b"\x00" * (8 * 1024 * 1024))


HOSTILE = {
    function.__name__: function
    for function in (
        _flip,
        _drop,
        _extra,
        _loose_tag,
        _fetch,
        _manifest_climbs,
        _manifest_odd,
        _manifest_gone,
        _undeclared,
        _tag_changed,
        _record_lies,
        _record_is_none,
        _of_no_record,
        _second_folder,
        _same_on_some,
        _bomb,
    )
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_bag_is_refused_whole(cast, at, two, what):
    content = remade(bag_of(cast, at, *two), HOSTILE[what])
    with pytest.raises(BagRefused):
        import_bag(content=io.BytesIO(content), actor=paul(cast), at=at)
    assert Record.objects.count() == 2


@pytest.mark.parametrize(
    "name",
    ["../out.txt", "/etc/passwd", "bag/../../out", "bag\\..\\out", "C:/x/y", "bag/./x", "bag//x"],
)
def test_names_that_lead_out_of_the_bag_are_refused(name):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("bag/bagit.txt", layout.DECLARED)
        archive.writestr(zipfile.ZipInfo(name), b"x")
    with pytest.raises(BagRefused):
        read_bag(io.BytesIO(out.getvalue()))


def test_a_part_without_a_name_is_refused():
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("bag/bagit.txt", layout.DECLARED)
        archive.writestr("zbag", b"x")
    with pytest.raises(BagRefused, match="A name in it"):
        read_bag(io.BytesIO(out.getvalue().replace(b"zbag", b"\0bag")))


def test_links_and_locked_files_are_refused():
    link = zipfile.ZipInfo("bag/data/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    with pytest.raises(BagRefused, match="a link"):
        read_bag(io.BytesIO(out.getvalue()))


@given(st.binary(max_size=400) | st.just(b"PK\x03\x04") | st.just(b""))
def test_what_is_no_bag_is_refused_and_breaks_nothing(content):
    with pytest.raises(BagRefused):
        read_bag(io.BytesIO(content))


@given(st.text(max_size=60))
def test_a_line_of_a_manifest_is_read_as_it_was_written(name):
    path = f"data/{name}"
    written = layout.line("0" * 64, path)
    try:
        layout.safe_path(path)
    except BagRefused:
        return
    assert layout.manifest(written) == {path: "0" * 64}
