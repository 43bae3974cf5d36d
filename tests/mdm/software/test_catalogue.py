"""The catalogue: what is taken into it, what is refused, and that secrets stay sealed."""

import hashlib
from io import BytesIO

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.mdm.actions import software
from quartermaster.mdm.actions.software import Details, catalogue
from quartermaster.mdm.models import Software, SoftwarePackage, SoftwareSource
from quartermaster.mdm.software import deliverable, newest_package, software_visible_to
from tests.factories.software import HOUSE, SoftwareFactory, package, packaged

pytestmark = pytest.mark.django_db


def details(**more):
    given = {
        "title": "Inspections",
        "identifier": "com.city.inspect",
        "platforms": ("ios", "ipados"),
        "source": SoftwareSource.STORE,
        "store_id": "361309726",
        "note": "For the inspectors",
    }
    return Details(**{**given, **more})


def add(at, **more):
    return software.add_software(details=details(**more), actor=HOUSE, at=at)


@pytest.mark.clause("G-4")
def test_a_decision_is_kept_with_who_and_when(cast, at):
    made = software.add_software(details=details(), actor=cast.acting(cast.ida), at=at)
    assert (made.decided_by, made.decided_at) == (cast.acting(cast.ida).label, at)
    assert (made.keep_out_of_backups, made.remove_at_unenrolment) == (True, True)
    entry = Entry.objects.get(tag="mdm.software.added")
    assert entry.data == {"identifier": "com.city.inspect", "title": "Inspections"}


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_decide(cast, at, who):
    with pytest.raises(Refused):
        software.add_software(details=details(), actor=cast.acting(getattr(cast, who)), at=at)
    assert not Software.objects.exists()


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"title": " "}, "name"),
        ({"platforms": ()}, "systems"),
        ({"platforms": ("android",)}, "android"),
        ({"store_id": "abc"}, "number"),
        ({"store_id": "0"}, "number"),
        ({"identifier": "com city"}, "identifier"),
        ({"identifier": "../../etc"}, "identifier"),
        ({"configuration": {"x": None}}, "texts, numbers"),
        ({"configuration": {"x": "\x00"}}, "cannot be sent"),
        ({"configuration": {"x": "y" * 70_000}}, "too large"),
        ({"secrets": {"x": [None]}}, "texts, numbers"),
        ({"attributes": {"Surprise": True}}, "attribute"),
        ({"attributes": {"Removable": "no"}}, "attribute"),
        ({"attributes": {"VPNUUID": "mine"}}, "attribute"),
        ({"attributes": {"AssociatedDomains": ["no domain"]}}, "attribute"),
    ],
)
def test_what_no_device_would_take_is_refused_at_once(cast, at, wrong, word):
    with pytest.raises(InvalidInput, match=word):
        add(at, **wrong)
    assert not Software.objects.exists()


def test_attributes_and_typed_settings_are_taken(at):
    made = add(
        at,
        configuration={"server": "https://a", "port": 8443, "on": True, "l": ["a", {"b": 1.5}]},
        attributes={
            "Removable": False,
            "VPNUUID": "0b0c2d1f-1b7b-4a52-8a1f-55a4f76d1f9b",
            "AssociatedDomains": ["applinks:city.example"],
        },
    )
    assert catalogue.settings_of(made)["port"] == 8443


@pytest.mark.clause("G-10")
def test_secrets_of_the_settings_are_sealed_and_in_no_ledger(at):
    made = add(at, configuration={"server": "a"}, secrets={"token": "hush"})
    assert b"hush" not in bytes(made.sealed_configuration)
    assert "hush" not in str(made.configuration)
    assert catalogue.settings_of(made) == {"server": "a", "token": "hush"}
    assert not Entry.objects.filter(data__icontains="hush").exists()


def test_changing_keeps_sealed_secrets_unless_others_are_given(at):
    made = add(at, secrets={"token": "hush"})
    changed = software.change_software(
        software=made, details=details(title="New"), actor=HOUSE, at=at
    )
    assert (changed.title, catalogue.settings_of(changed)) == ("New", {"token": "hush"})
    without = software.change_software(
        software=made, details=details(secrets={}), actor=HOUSE, at=at
    )
    assert catalogue.settings_of(without) == {}
    with pytest.raises(InvalidInput, match="cannot change"):
        software.change_software(
            software=made, details=details(identifier="com.city.other"), actor=HOUSE, at=at
        )


def test_an_identifier_and_a_number_are_there_once_until_retired(at):
    made = add(at)
    with pytest.raises(Conflict, match="already"):
        add(at, store_id="1")
    with pytest.raises(Conflict, match="already"):
        add(at, identifier="com.city.other")
    software.retire_software(software=made, reason="No longer kept", actor=HOUSE, at=at)
    assert add(at).retired_at is None
    with pytest.raises(Conflict):
        software.retire_software(software=made, reason="Again", actor=HOUSE, at=at)
    with pytest.raises(Conflict):
        software.change_software(software=made, details=details(), actor=HOUSE, at=at)
    with pytest.raises(InvalidInput, match="why"):
        software.retire_software(software=made, reason=" ", actor=HOUSE, at=at)


def test_a_package_is_kept_with_its_hashes(at, monkeypatch):
    monkeypatch.setattr(catalogue, "CHUNK", 4)
    made = package(packaged(), b"0123456789")
    expected = [hashlib.sha256(piece).hexdigest() for piece in (b"0123", b"4567", b"89")]
    assert (made.chunk_size, made.chunk_hashes) == (4, expected)
    assert made.file.digest == hashlib.sha256(b"0123456789").hexdigest()
    assert made.file.size == 10


def test_packages_are_read_from_a_stream(at):
    made = software.add_package(
        software=packaged(),
        content=BytesIO(b"streamed"),
        name="../../app.ipa",
        version=" 2.0 ",
        platforms=("ios",),
        actor=HOUSE,
        at=at,
    )
    assert (made.version, made.file.name) == ("2.0", "app.ipa")


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"version": " "}, "version"),
        ({"content": b""}, "empty"),
        ({"platforms": ()}, "none of its platforms"),
        ({"platforms": ("macos",)}, "none of its platforms"),
    ],
)
def test_a_package_without_what_it_needs_is_refused(at, wrong, word):
    with pytest.raises(InvalidInput, match=word):
        package(packaged(), **wrong)
    assert not SoftwarePackage.objects.exists()


def test_a_package_for_the_store_or_twice_is_refused(at):
    with pytest.raises(InvalidInput, match="store"):
        package(SoftwareFactory())
    ours = packaged()
    package(ours)
    with pytest.raises(Conflict, match="already"):
        package(ours)


@pytest.mark.clause("G-4")
def test_deliverable_is_what_a_device_of_the_platform_can_get(at):
    SoftwareFactory(identifier="a")
    SoftwareFactory(identifier="mac", platforms=["macos"])
    package(packaged(identifier="ours"))
    packaged(identifier="empty")
    SoftwareFactory(identifier="gone", retired_at=at)
    asked = ["a", "mac", "ours", "empty", "gone", "unheard"]
    assert deliverable(asked, "ios") == {"a", "ours"}
    assert deliverable(asked, "macos") == {"mac"}
    assert deliverable([], "ios") == frozenset()


def test_the_newest_package_that_was_not_withdrawn_is_the_one(at):
    ours = packaged(platforms=["ios", "macos"])
    first = package(ours, b"1", "1.0", platforms=("ios",))
    second = package(ours, b"2", "2.0", platforms=("ios",))
    assert newest_package(ours.id, "ios") == second
    assert newest_package(ours.id, "macos") is None
    software.withdraw_package(package=second, actor=HOUSE, at=at)
    assert newest_package(ours.id, "ios") == first
    with pytest.raises(Conflict):
        software.withdraw_package(package=second, actor=HOUSE, at=at)


def test_the_catalogue_is_shown_to_those_who_may_look(cast):
    SoftwareFactory()
    seen = {
        who: software_visible_to(cast.acting(getattr(cast, who))).count()
        for who in ("ana", "cole", "sue", "ida", "rex")
    }
    assert seen == {"ana": 0, "cole": 1, "sue": 0, "ida": 1, "rex": 0}
