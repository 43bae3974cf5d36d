"""Packages through the devices' door: manifest, whole file, parts, and what is refused."""

import hashlib
import plistlib

import pytest

from quartermaster.files.stores import current
from quartermaster.kernel.clock import now
from quartermaster.mdm.actions.software import catalogue
from quartermaster.mdm.packages import Part, address_of
from tests.factories import mdm
from tests.factories.software import DeviceSoftwareFactory, package, packaged

pytestmark = pytest.mark.django_db(transaction=True)
CONTENT = bytes(range(256)) * 4096  # a megabyte


@pytest.fixture
def offered(assigned, settings, tmp_path, monkeypatch):
    settings.DATA = tmp_path
    settings.DEVICES_URL = "http://127.0.0.1:1"
    monkeypatch.setattr(catalogue, "CHUNK", 300_000)
    enrolment = mdm.enrolled(assigned(), now())
    ours = packaged(identifier="com.city.inspect", title="Inspections")
    DeviceSoftwareFactory(enrolment=enrolment, software=ours)
    return enrolment, package(ours, CONTENT)


def get(at_the_door, *asked, method="GET"):
    """The answers to requests for addresses with headers."""

    async def story(new_phone):
        client = new_phone("x").client
        answers = []
        for address, headers in asked:
            path = address.partition("127.0.0.1:1")[2] or address
            answers.append(await client.request(method, path, headers=headers))
        return answers

    return at_the_door(story)


@pytest.mark.clause("G-10")
def test_a_device_fetches_manifest_and_package_and_finds_the_hashes_right(at_the_door, offered):
    enrolment, made = offered
    (answer,) = get(at_the_door, (address_of(Part.MANIFEST, enrolment.id, made.id, now()), {}))
    (item,) = plistlib.loads(answer.content)["items"]
    assert item["metadata"] == {
        "bundle-identifier": "com.city.inspect",
        "bundle-version": "1.0",
        "kind": "software",
        "title": "Inspections",
    }
    (asset,) = item["assets"]
    (whole,) = get(at_the_door, (asset["url"], {}))
    assert whole.content == CONTENT
    size = asset["sha256-size"]
    pieces = [whole.content[i : i + size] for i in range(0, len(whole.content), size)]
    assert [hashlib.sha256(piece).hexdigest() for piece in pieces] == asset["sha256s"]
    assert (whole.status_code, whole.headers["accept-ranges"]) == (200, "bytes")


def test_parts_join_to_the_whole(at_the_door, offered):
    enrolment, made = offered
    address = address_of(Part.PACKAGE, enrolment.id, made.id, now())
    first, rest, beyond = get(
        at_the_door,
        (address, {"Range": "bytes=0-99999"}),
        (address, {"Range": "bytes=100000-"}),
        (address, {"Range": f"bytes={len(CONTENT)}-"}),
    )
    assert first.content + rest.content == CONTENT
    assert (first.status_code, first.headers["content-range"]) == (
        206,
        f"bytes 0-99999/{len(CONTENT)}",
    )
    assert (beyond.status_code, beyond.headers["content-range"]) == (
        416,
        f"bytes */{len(CONTENT)}",
    )


def test_head_tells_the_size_and_sends_nothing(at_the_door, offered):
    enrolment, made = offered
    address = address_of(Part.PACKAGE, enrolment.id, made.id, now())
    (answer,) = get(at_the_door, (address, {}), method="HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == str(len(CONTENT))


def test_a_package_that_was_swapped_on_the_disk_is_not_handed_out(at_the_door, offered):
    enrolment, made = offered
    address = address_of(Part.PACKAGE, enrolment.id, made.id, now())
    (before,) = get(at_the_door, (address, {}))
    place = current()._place(made.file.digest)
    place.chmod(0o640)
    place.write_bytes(b"evil" * (len(CONTENT) // 4))
    after, part = get(at_the_door, (address, {}), (address, {"Range": "bytes=0-9"}))
    assert (before.status_code, after.status_code, part.status_code) == (200, 500, 500)
    assert b"evil" not in after.content + part.content
    place.unlink()
    (gone,) = get(at_the_door, (address, {}))
    assert gone.status_code == 404


@pytest.mark.parametrize(
    "path",
    [
        "/software",
        "/software/",
        "/software/package/../../../etc/passwd",
        "/software/package/%2e%2e%2f%2e%2e%2fetc%2fpasswd",
        "/software/package/" + "a" * 5000,
        "/software/manifest/-----",
    ],
)
def test_a_guessed_address_is_not_found(at_the_door, offered, path):
    (answer,) = get(at_the_door, (path, {}))
    assert answer.status_code == 404
    assert answer.json()["code"] in {"address-refused", "not-found"}


def test_the_address_takes_no_other_method(at_the_door, offered):
    (answer,) = get(at_the_door, ("/software/package/x", {}), method="PUT")
    assert answer.status_code == 405
