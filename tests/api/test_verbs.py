"""Verbs over the API: problem details, idempotency, and who may."""

import json

import pytest
from django.test import Client

from quartermaster.mdm.models import Command
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import CommandFactory, EnrolmentFactory

pytestmark = pytest.mark.django_db
SCOPES = ("commands:write", "enrolments:read")


@pytest.fixture
def device(cast):
    enrolment = EnrolmentFactory(device=DeviceFactory(holder=cast.ana, department=cast.water))
    return enrolment.device


@pytest.fixture
def ask(token):
    def send(person, device, verb, body, key=""):
        headers = {"Authorization": f"Bearer {token(person, *SCOPES)}"}
        if key:
            headers["Idempotency-Key"] = key
        return Client().post(
            f"/api/v1/devices/{device.id}/verbs/{verb}",
            data=json.dumps(body),
            content_type="application/json",
            headers=headers,
        )

    return send


@pytest.fixture
def read(token):
    def get(person, path):
        headers = {"Authorization": f"Bearer {token(person, *SCOPES)}"}
        return Client().get(f"/api/v1/{path}", headers=headers)

    return get


BODY = {"reason": "Reported lost", "arguments": {"message": "Call us", "phone": "+1 555 0100"}}


@pytest.mark.clause("G-10")
def test_a_device_is_locked_once_under_one_key(ask, cast, device):
    first = ask(cast.ida, device, "lock", BODY, key="k-1")
    assert first.status_code == 202
    (made,) = first.json()
    assert (made["kind"], made["state"]) == ("DeviceLock", "queued")
    assert ask(cast.ida, device, "lock", BODY, key="k-1").json() == [made]
    other = ask(cast.ida, device, "clear-passcode", {"reason": "x"}, key="k-1")
    assert (other.status_code, other.json()["code"]) == (409, "conflict")
    assert Command.objects.count() == 1
    assert "Call us" not in json.dumps(made)


@pytest.mark.parametrize(
    ("verb", "body", "status", "code"),
    [
        ("locate", {"reason": "x"}, 409, "not-possible"),
        ("dance", {"reason": "x"}, 404, "not-found"),
        ("lock", {"reason": " "}, 422, "invalid-input"),
        ("lock", {}, 422, "invalid-input"),
        ("lock", {"reason": "x", "arguments": {"colour": "red"}}, 422, "invalid-input"),
        ("lock", {"reason": "x" * 501}, 422, "invalid-input"),
        ("rename", {"reason": "x", "arguments": {"name": 5}}, 422, "invalid-input"),
    ],
)
def test_what_is_not_done_is_a_problem(ask, cast, device, verb, body, status, code):
    answer = ask(cast.ida, device, verb, body)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer["Content-Type"] == "application/problem+json"
    assert not Command.objects.exists()


def test_a_key_is_short_and_plain(ask, cast, device):
    answer = ask(cast.ida, device, "lock", BODY, key="k" * 61)
    assert answer.status_code == 422


@pytest.mark.parametrize(
    ("who", "status"), [("ana", 403), ("cole", 403), ("sue", 403), ("rex", 404)]
)
def test_verbs_are_for_administrators(ask, read, cast, device, who, status):
    person = getattr(cast, who)
    assert ask(person, device, "lock", BODY).status_code == status
    assert read(person, f"devices/{device.id}/verbs").status_code == status
    assert not Command.objects.exists()


def test_what_can_be_done_is_listed_with_why_not(read, cast, device):
    found = {item["verb"]: item for item in read(cast.ida, f"devices/{device.id}/verbs").json()}
    assert found["lock"]["why_not"] == ""
    assert found["lock"]["fields"] == ["message", "phone"]
    assert "supervised" in found["locate"]["why_not"]


def test_a_device_that_left_takes_nothing(ask, cast):
    device = DeviceFactory(holder=cast.ana)
    answer = ask(cast.ida, device, "lock", BODY)
    assert (answer.status_code, answer.json()["code"]) == (409, "conflict")


def test_the_commands_of_a_device(read, cast, device, at):
    CommandFactory(enrolment=device.enrolments.get())
    CommandFactory(enrolment__device=DeviceFactory(holder=cast.rex))
    found = read(cast.cole, f"devices/{device.id}/commands").json()["items"]
    assert [item["kind"] for item in found] == ["SecurityInfo"]
    assert read(cast.ida, f"devices/{device.id}/commands?state=failed").json()["items"] == []
    late = read(cast.ida, f"devices/{device.id}/commands?overdue=true").json()["items"]
    assert isinstance(late, list)
    assert read(cast.rex, f"devices/{device.id}/commands").status_code == 404
