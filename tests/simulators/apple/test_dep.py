"""The simulated device assignment service, spoken to without our client."""

import json
from datetime import timedelta

import httpx
import pytest

from quartermaster.drivers.apple.wire import dep as wire
from quartermaster.simulators.apple.services.dep import Dep

HEADERS = {wire.PROTOCOL_HEADER: wire.PROTOCOL}


@pytest.fixture
def dep():
    with Dep() as service:
        yield service


def begun(dep, **more):
    address = f"{dep.address}/session"
    headers = {**HEADERS, **wire.session_headers(dep.token, address), **more}
    return httpx.get(address, headers=headers)


def asked(dep, path, said=None, session=None, method="POST"):
    token = session or begun(dep).json()["auth_session_token"]
    headers = {**HEADERS, wire.SESSION_HEADER: token, "Content-Type": wire.JSON}
    content = json.dumps(said) if said is not None else None
    return httpx.request(method, dep.address + path, content=content, headers=headers)


def test_a_session_takes_a_signature_by_the_right_secrets(dep):
    assert begun(dep).status_code == 200
    wrong = dep.new_token()
    headers = {**HEADERS, **wire.session_headers(wrong, f"{dep.address}/session")}
    assert httpx.get(f"{dep.address}/session", headers=headers).status_code == 401
    half = type(dep.token)(**{**vars(dep.token), "access_secret": "AS_wrong"})
    headers = {**HEADERS, **wire.session_headers(half, f"{dep.address}/session")}
    assert httpx.get(f"{dep.address}/session", headers=headers).status_code == 401


def test_a_proof_is_good_once_and_for_its_own_address(dep):
    address = f"{dep.address}/session"
    headers = {**HEADERS, **wire.session_headers(dep.token, address)}
    assert [httpx.get(address, headers=headers).status_code for _ in range(2)] == [200, 401]
    other = {**HEADERS, **wire.session_headers(dep.token, f"{dep.address}/other")}
    assert httpx.get(address, headers=other).status_code == 401


def test_every_call_needs_a_session_and_gives_a_new_one(dep):
    refused = asked(dep, "/account", session="made-up", method="GET")
    assert (refused.status_code, refused.json()) == (403, "FORBIDDEN")
    answer = asked(dep, "/account", method="GET")
    assert answer.json()["org_name"] == "Model City"
    renewed = answer.headers[wire.SESSION_HEADER]
    assert asked(dep, "/account", session=renewed, method="GET").status_code == 200


def test_cursors_lead_through_the_list_and_then_through_what_changed(dep):
    dep.buy("C02A", "C02B", "C02C")
    first = asked(dep, "/server/devices", {"limit": 2}).json()
    assert [item["serial_number"] for item in first["devices"]] == ["C02A", "C02B"]
    assert first["more_to_follow"] is True
    second = asked(dep, "/server/devices", {"limit": 2, "cursor": first["cursor"]}).json()
    assert [item["serial_number"] for item in second["devices"]] == ["C02C"]
    assert second["more_to_follow"] is False
    over = asked(dep, "/server/devices", {"cursor": second["cursor"]})
    assert (over.status_code, over.json()) == (400, "EXHAUSTED_CURSOR")
    dep.sell("C02A")
    dep.change("C02B", asset_tag="X")
    changes = asked(dep, "/devices/sync", {"cursor": second["cursor"]}).json()
    told = [(item["serial_number"], item["op_type"]) for item in changes["devices"]]
    assert told == [("C02A", "deleted"), ("C02B", "modified")]
    again = asked(dep, "/devices/sync", {"cursor": changes["cursor"]}).json()
    assert again["devices"] == []


@pytest.mark.parametrize(
    ("cursor", "code"), [("", "CURSOR_REQUIRED"), ("made-up", "INVALID_CURSOR")]
)
def test_a_cursor_that_is_none_is_refused(dep, cursor, code):
    answer = asked(dep, "/devices/sync", {"cursor": cursor})
    assert (answer.status_code, answer.json()) == (400, code)


def test_a_cursor_lives_for_seven_days(dep):
    cursor = asked(dep, "/server/devices", {}).json()["cursor"]
    dep.moved = timedelta(days=6, hours=23)
    assert asked(dep, "/devices/sync", {"cursor": cursor}).status_code == 200
    dep.moved = timedelta(days=7, minutes=1)
    assert asked(dep, "/devices/sync", {"cursor": cursor}).json() == "EXPIRED_CURSOR"


def test_terms_and_a_disabled_server_refuse_everything(dep):
    session = begun(dep).json()["auth_session_token"]
    dep.terms_signed = False
    assert asked(dep, "/account", session=session, method="GET").json() == "T_C_NOT_SIGNED"
    dep.enabled = False
    assert asked(dep, "/account", session=session, method="GET").json() == "ACCESS_DENIED"
    assert begun(dep).json() == "TOKEN_EXPIRED"


GOOD = {"profile_name": "City", "url": "https://mdm.city.example/automated"}


@pytest.mark.parametrize(
    ("more", "code"),
    [
        ({"url": ""}, "CONFIG_URL_REQUIRED"),
        ({"profile_name": ""}, "CONFIG_NAME_REQUIRED"),
        ({"url": "http://mdm.city.example"}, "CONFIG_URL_INVALID"),
        ({"profile_name": "x" * 126}, "CONFIG_NAME_INVALID"),
        ({"department": "x" * 126}, "DEPARTMENT_INVALID"),
        ({"support_phone_number": ""}, "SUPPORT_PHONE_INVALID"),
        ({"org_magic": "x" * 257}, "MAGIC_INVALID"),
        ({"is_supervised": "yes"}, "FLAGS_INVALID"),
        ({"invented": True}, "FLAGS_INVALID"),
        ({"is_mdm_removable": False}, "FLAGS_INVALID"),
        ({"skip_setup_items": "Siri"}, "FLAGS_INVALID"),
    ],
)
def test_a_profile_that_apple_would_refuse_is_refused(dep, more, code):
    answer = asked(dep, "/profile", {**GOOD, **more})
    assert (answer.status_code, answer.json()) == (400, code)


def test_a_profile_is_defined_assigned_handed_out_and_taken_back(dep):
    dep.buy("C02A", "C02B")
    dep.outcomes["C02B"] = "THROTTLED"
    made = asked(dep, "/profile", {**GOOD, "devices": ["C02A"]}).json()
    name = made["profile_uuid"]
    assert made["devices"] == {"C02A": "SUCCESS"}
    said = {"profile_uuid": name, "devices": ["C02B", "C02Z"]}
    answer = asked(dep, "/profile/devices", said, method="PUT").json()
    assert answer["devices"] == {"C02B": "THROTTLED", "C02Z": "NOT_ACCESSIBLE"}
    assert answer["retry_after_seconds"] == 900
    assert dep.activate("C02A")["url"] == GOOD["url"]
    assert dep.activate("C02B") == {}
    read = asked(dep, f"/profile?profile_uuid={name}", method="GET").json()
    assert read == {**GOOD, "devices": ["C02A"], "profile_uuid": name}
    details = asked(dep, "/devices", {"devices": ["C02A", "C02Z"]}).json()["devices"]
    assert details["C02A"]["profile_status"] == "pushed"
    assert details["C02Z"] == {"response_status": "NOT_ACCESSIBLE"}
    taken = asked(dep, "/profile/devices", {"devices": ["C02A", "C02Z"]}, method="DELETE").json()
    assert taken["devices"] == {"C02A": "SUCCESS", "C02Z": "NOT_ACCESSIBLE"}
    assert dep.activate("C02A") == {}
    unknown = {"profile_uuid": "X", "devices": []}
    assert asked(dep, "/profile/devices", unknown, method="PUT").status_code == 404


def test_another_version_of_the_protocol_is_refused(dep):
    headers = {wire.PROTOCOL_HEADER: "1"}
    assert httpx.get(f"{dep.address}/session", headers=headers).status_code == 400
    assert asked(dep, "/nothing").status_code == 404
