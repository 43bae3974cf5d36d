"""Delivering software as Apple publishes it, to every kind of device."""

import plistlib

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple import software
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.ids import new_id
from quartermaster.mdm.delivering import Arrival, Delivery, Package
from quartermaster.mdm.driver import Context
from tests.drivers.apple.schema import Target, command_findings, needs_schema, schema_folder

PHONE = Context("city", "ios", supervised=True, os_version="18.1")
PERSONAL = Context("personal", "ios", os_version="18.1", way="user")
MAC = Context("city", "macos", supervised=True, os_version="15.1")
TARGETS = {
    "phone": (PHONE, Target(supervised=True)),
    "personal": (PERSONAL, Target(user_enrolment=True)),
    "mac": (MAC, Target("macOS", "15.1", supervised=True)),
}
SETTINGS = {"server": "https://a", "port": 8443, "on": True, "list": ["a", {"b": 1.5}]}
ATTRIBUTES = {
    "Removable": False,
    "VPNUUID": "0b0c2d1f-1b7b-4a52-8a1f-55a4f76d1f9b",
    "AssociatedDomains": ["applinks:city.example"],
    "Hideable": False,
}
STORE = Delivery("com.shop.notes", store_id="361309726")
OURS = Delivery("com.city.inspect", title="Inspections", address="https://d.example/software/m")
FULL = {"configuration": SETTINGS, "attributes": ATTRIBUTES}


def with_more(delivery, **more):
    return Delivery(**{**delivery.__dict__, **more})


def rendered(order):
    return plistlib.loads(order.render(new_id()))["Command"]


@needs_schema
@pytest.mark.clause("G-4", "G-10")
@pytest.mark.parametrize("name", TARGETS)
@pytest.mark.parametrize("delivery", [STORE, OURS], ids=["store", "package"])
@pytest.mark.parametrize(
    "more",
    [
        {},
        FULL,
        {"take_over": True},
        {"licensed": False},
        {"keep_out_of_backups": False},
        {"remove_at_unenrolment": False},
    ],
    ids=["plain", "full", "take-over", "unlicensed", "backed-up", "staying"],
)
def test_everything_sent_is_as_apple_publishes_it(name, delivery, more):
    context, target = TARGETS[name]
    wanted = with_more(delivery, **more)
    if software.why_not_delivered(wanted, context):
        assert (name, wanted.take_over) == ("personal", True)
        return
    assert command_findings(rendered(software.deliver(wanted, context)), target) == []


@needs_schema
@pytest.mark.parametrize("name", ["phone", "personal", "mac"])
def test_removal_and_question_are_as_apple_publishes_them(name):
    _, target = TARGETS[name]
    assert command_findings(rendered(software.withdraw("com.city.inspect")), target) == []
    assert command_findings(rendered(software.ask()), target) == []


def test_what_goes_with_an_installation():
    assert rendered(software.deliver(STORE, PHONE)) == {
        "RequestType": "InstallApplication",
        "iTunesStoreID": 361309726,
        "Options": {"PurchaseMethod": 1},
        "ManagementFlags": 5,
    }
    assert rendered(software.deliver(with_more(OURS, take_over=True), MAC)) == {
        "RequestType": "InstallEnterpriseApplication",
        "ManifestURL": "https://d.example/software/m",
        "InstallAsManaged": True,
        "ManagementFlags": 1,
        "ChangeManagementState": "Managed",
    }
    staying = with_more(STORE, remove_at_unenrolment=False, keep_out_of_backups=False)
    assert "ManagementFlags" not in rendered(software.deliver(staying, PHONE))


def test_attributes_are_for_phones_alone():
    assert rendered(software.deliver(with_more(STORE, **FULL), PHONE))["Attributes"] == ATTRIBUTES
    assert "Attributes" not in rendered(software.deliver(with_more(STORE, **FULL), MAC))


def test_bringing_and_taking_away_have_one_purpose():
    brought, taken = software.deliver(STORE, PHONE), software.withdraw(STORE.identifier)
    assert brought.key == taken.key == "software:com.shop.notes"
    assert software.deliver(with_more(STORE, secret=True), PHONE).secret is True


@pytest.mark.parametrize(
    "wrong",
    [
        {"store_id": "0"},
        {"store_id": "x"},
        {"address": "http://elsewhere.example/m", "store_id": ""},
        {"address": "https://a b", "store_id": ""},
        {"configuration": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}}},
        {"configuration": {"a": list(range(600))}},
        {"configuration": {"a": b"bytes"}},
        {"attributes": {"CellularSliceUUID": "x"}},
    ],
)
def test_what_cannot_be_said_is_refused(wrong):
    with pytest.raises(InvalidInput):
        software.deliver(with_more(STORE, **wrong), PHONE)


@pytest.mark.clause("G-1")
def test_personal_devices_keep_what_is_their_holders():
    mac = Context("personal", "macos", os_version="15.1")
    assert "personal Mac" in software.why_not_delivered(OURS, mac)
    taken = with_more(STORE, take_over=True)
    assert "holder's own" in software.why_not_delivered(taken, PERSONAL)
    assert software.why_not_delivered(STORE, PERSONAL) == ""


def test_an_old_mac_is_told_of_in_words():
    old = Context("city", "macos", os_version="10.12")
    assert "10.13.6 or newer" in software.why_not_delivered(OURS, old)


def manifest(**more):
    given = {
        "identifier": "com.city.inspect",
        "title": "Inspections",
        "version": "1.0",
        "address": "https://d.example/software/package/x",
        "chunk_size": 10,
        "chunk_hashes": ("ab" * 32,),
    }
    return software.manifest_of(Package(**{**given, **more}))


@needs_schema
def test_a_manifest_has_the_keys_that_apple_publishes():
    document = yaml.safe_load((schema_folder() / "other" / "manifesturl.yaml").read_text())
    items = document["payloadkeys"][0]["subkeys"][0]["subkeys"]
    known = {key["key"]: key["subkeys"] for key in items}
    assets = {key["key"]: key for key in known["assets"][0]["subkeys"]}
    metadata = {key["key"]: key for key in known["metadata"]}
    (item,) = plistlib.loads(manifest())["items"]
    (asset,) = item["assets"]
    for found, schema in ((asset, assets), (item["metadata"], metadata)):
        needed = {key for key, entry in schema.items() if entry["presence"] == "required"}
        assert needed <= set(found) <= set(schema)
    # the schema's list of kinds names pictures only; packages have always had this one
    assert asset["kind"] == "software-package"


@pytest.mark.parametrize(
    "wrong",
    [{"title": "x"}, {"chunk_hashes": ()}, {"chunk_size": 0}, {"address": "http://a.example/"}],
)
def test_a_manifest_that_no_device_would_take_is_not_made(wrong):
    with pytest.raises(WireError):
        manifest(**wrong)


def test_what_a_list_says():
    said = {
        "Status": "Acknowledged",
        "ManagedApplicationList": {
            "com.a": {"Status": "Managed", "ExternalVersionIdentifier": 12},
            "com.b": {"Status": "Prompting", "ExternalVersionIdentifier": -1},
            "com.c": {"Status": "Brand new"},
            "com.d": "nonsense",
        },
    }
    report = software.reported("ManagedApplicationList", plistlib.dumps(said))
    assert report.whole is True
    assert [(i.identifier, i.arrival, i.external_version) for i in report.items] == [
        ("com.a", Arrival.INSTALLED, 12),
        ("com.b", Arrival.PROMPTING, None),
        ("com.c", Arrival.WAITING, None),
    ]


def test_other_answers_say_nothing_of_software():
    assert software.reported("SecurityInfo", b"whatever") is None
    assert software.reported("ManagedApplicationList", plistlib.dumps({})) is None


@given(
    st.dictionaries(
        st.sampled_from(["Status", "State", "RejectionReason", "Identifier", "Extra"]),
        st.one_of(st.text("abc.M"), st.integers(-5, 5), st.booleans(), st.lists(st.text("ab"))),
    ),
    st.sampled_from(["InstallApplication", "ManagedApplicationList"]),
)
def test_no_answer_breaks_the_reading(said, kind):
    report = software.reported(kind, plistlib.dumps(said))
    assert report is None or all(item.arrival in Arrival for item in report.items)
