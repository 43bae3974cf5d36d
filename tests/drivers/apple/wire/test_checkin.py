"""Check-in and connect: messages become typed values; wrong types are refused."""

import contextlib
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple.wire import checkin, connect, plist
from quartermaster.drivers.apple.wire.errors import Malformed, WireError
from quartermaster.drivers.apple.wire.ids import Ids

TOPIC = "com.apple.mgmt.External.1d5a"
TOKEN = {"MessageType": "TokenUpdate", "UDID": "A", "Topic": TOPIC, "PushMagic": "m", "Token": b"t"}


def test_authenticate_keeps_what_the_device_said():
    said = {
        "MessageType": "Authenticate",
        "UDID": "U-1",
        "Topic": TOPIC,
        "SerialNumber": "C02",
        "OSVersion": "18.1",
        "BuildVersion": "22B83",
        "ProductName": "iPhone17,1",
        "IMEI": "35",
        "MEID": "",
    }
    assert checkin.parse(said) == checkin.Authenticate(
        Ids(udid="U-1"),
        TOPIC,
        serial="C02",
        imei="35",
        product_name="iPhone17,1",
        os_version="18.1",
        build="22B83",
    )


SHARED = "FFFFFFFF-FFFF-FFFF-FFFF-FFFFFFFFFFFF"  # on a shared iPad the account names the user


@pytest.mark.parametrize(
    ("keys", "kind"),
    [
        ({"MessageType": "CheckOut", "Topic": TOPIC}, checkin.CheckOut),
        ({"MessageType": "SetBootstrapToken", "BootstrapToken": b"x"}, checkin.SetBootstrapToken),
        ({"MessageType": "GetBootstrapToken"}, checkin.GetBootstrapToken),
        (
            {"MessageType": "DeclarativeManagement", "Endpoint": "tokens"},
            checkin.DeclarativeManagement,
        ),
        ({"MessageType": "GetToken", "TokenServiceType": "com.apple.maid"}, checkin.GetToken),
        ({"MessageType": "UserAuthenticate", "UserID": "B"}, checkin.UserAuthenticate),
    ],
)
def test_each_message_has_its_type(keys, kind):
    assert checkin.is_check_in(keys)
    assert type(checkin.parse({"UDID": "A", **keys})) is kind


@pytest.mark.parametrize(
    ("keys", "device", "user"),
    [
        ({"UDID": "A"}, "A", ""),
        ({"EnrollmentID": "E"}, "E", ""),
        ({"UDID": "A", "UserID": "B", "UserShortName": "ana"}, "A", "B"),
        ({"EnrollmentID": "E", "EnrollmentUserID": "F"}, "E", "F"),
        ({"UDID": "A", "UserID": SHARED}, "A", SHARED),
        ({"UDID": "A", "UserID": SHARED, "UserShortName": "ana@x.example"}, "A", "ana@x.example"),
    ],
)
def test_identity_is_normalised(keys, device, user):
    ids = checkin.parse({"MessageType": "CheckOut", **keys}).ids
    assert (ids.device, ids.user, ids.is_user_channel) == (device, user, bool(user))


@pytest.mark.parametrize(
    "message",
    [
        {"MessageType": "Authenticate", "Topic": TOPIC},
        {"MessageType": "Authenticate", "UDID": "A"},
        {"MessageType": "Authenticate", "UDID": 5, "Topic": TOPIC},
        {"MessageType": "Authenticate", "UDID": "A" * 129, "Topic": TOPIC},
        {"MessageType": "Authenticate", "UDID": "../../etc", "Topic": TOPIC},
        {"MessageType": "Authenticate", "UDID": ["A"], "Topic": TOPIC},
        {"MessageType": "Authenticate", "UDID": "A", "Topic": {}},
        {"MessageType": "Authenticate", "UDID": "A", "Topic": TOPIC, "OSVersion": 18},
        {"MessageType": "Invented", "UDID": "A"},
        {"MessageType": True, "UDID": "A"},
        {"UDID": "A"},
        {**TOKEN, "Token": "text"},
        {**TOKEN, "Token": b""},
        {**TOKEN, "AwaitingConfiguration": 1},
        {key: value for key, value in TOKEN.items() if key != "PushMagic"},
    ],
)
def test_wrong_check_ins_are_refused(message):
    with pytest.raises(Malformed):
        checkin.parse(message)


def test_an_answer_keeps_its_error_chain():
    item = {
        "ErrorCode": 12021,
        "ErrorDomain": "MCMDMErrorDomain",
        "LocalizedDescription": "Unbekannt",
        "USEnglishDescription": "Unknown command",
    }
    said = connect.parse({"UDID": "A", "Status": "Error", "CommandUUID": "C", "ErrorChain": [item]})
    assert said.errors == (connect.ErrorItem(12021, "MCMDMErrorDomain", "Unknown command"),)
    assert str(said.errors[0]) == "Unknown command (MCMDMErrorDomain 12021)"


@pytest.mark.parametrize("status", connect.Status)
def test_each_status_is_read(status):
    said = connect.parse({"UDID": "A", "Status": status.value, "CommandUUID": "C"})
    assert (said.status, said.command_uuid) == (status, "C")


@pytest.mark.parametrize(
    "message",
    [
        {"UDID": "A"},
        {"UDID": "A", "Status": "Fine", "CommandUUID": "C"},
        {"UDID": "A", "Status": "Acknowledged"},
        {"Status": "Idle"},
        {"UDID": "A", "Status": "Error", "CommandUUID": "C", "ErrorChain": {}},
        {"UDID": "A", "Status": "Error", "CommandUUID": "C", "ErrorChain": ["x"]},
        {"UDID": "A", "Status": "Error", "CommandUUID": "C", "ErrorChain": [{}]},
        {"UDID": "A", "Status": "Error", "CommandUUID": 7},
    ],
)
def test_wrong_answers_are_refused(message):
    with pytest.raises(Malformed):
        connect.parse(message)


def test_a_command_is_one_dictionary():
    body = connect.render("C", {"RequestType": "SecurityInfo"})
    assert plist.loads(body) == {"CommandUUID": "C", "Command": {"RequestType": "SecurityInfo"}}


anything = (
    st.sampled_from(["Authenticate", "TokenUpdate", "CheckOut", "Idle", "Error"])
    | st.text("AB", max_size=3)
    | st.integers(0, 9)
    | st.binary(max_size=3)
    | st.booleans()
    | st.lists(st.integers(0, 2) | st.dictionaries(st.text("E"), st.integers()), max_size=2)
)
KEYS = ["MessageType", "Status", "UDID", "Topic", "Token", "PushMagic", "CommandUUID", "ErrorChain"]


@given(st.dictionaries(st.sampled_from(KEYS), anything))
def test_any_dictionary_is_a_message_or_a_typed_error(message):
    for parse in (checkin.parse, connect.parse):
        with contextlib.suppress(WireError):
            assert parse(message).ids.device


@pytest.mark.parametrize("number", [0, 1, 2**128 - 1])
def test_a_command_is_rendered_alike_whether_alone_or_as_one_of_many(number):
    command = {"RequestType": "X", "Said": str(connect.NO_ID), "Data": b"\x00", "List": [1, True]}
    render = connect.rendering(command)
    for key in (UUID(int=number), UUID(int=number ^ 1)):
        assert render(key) == connect.render(str(key), command)
