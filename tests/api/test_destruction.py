"""Destructive requests by the API: asked, seen, stopped; approved never."""

import json

import pytest

from quartermaster.kernel.clock import now
from quartermaster.mdm.models import DestructiveRequest
from tests.factories.destruction import account, asked, devices, second_person
from tests.factories.mdm import enrolled
from tests.factories.records import held

pytestmark = pytest.mark.django_db
READ, WRITE = "destruction:read", "destruction:write"
REASON = "Left on the bus, not found"


@pytest.fixture
def enrolment(cast):
    (device,) = devices(cast, 1)
    return enrolled(device, now())


def post(call, person, path, body):
    return call(
        person,
        path,
        WRITE,
        method="post",
        data=json.dumps(body),
        content_type="application/json",
    )


@pytest.mark.clause("G-10")
def test_a_program_asks_and_stops(call, cast, enrolment):
    body = {"kind": "wipe", "enrolment_ids": [str(enrolment.id)], "reason": REASON}
    made = post(call, cast.ida, "destructive-requests", body)
    assert made.status_code == 201
    said = made.json()
    assert (said["state"], said["requester_id"], said["approver_id"]) == (
        "requested",
        str(cast.ida.id),
        None,
    )
    listed = call(cast.ida, "destructive-requests?state=requested", READ).json()
    assert [item["id"] for item in listed["items"]] == [said["id"]]
    assert call(cast.ida, f"destructive-requests/{said['id']}", READ).json() == said
    done = post(
        call, cast.ida, f"destructive-requests/{said['id']}/stop", {"reason": "It was found"}
    )
    assert (done.status_code, done.json()["state"]) == (200, "stopped")


@pytest.mark.clause("G-2", "G-10")
def test_what_is_held_is_asked_for_in_spite_of_the_hold_or_not_at_all(call, cast, enrolment):
    held(cast, now())
    body = {"kind": "wipe", "enrolment_ids": [str(enrolment.id)], "reason": REASON}
    refused = post(call, cast.ida, "destructive-requests", body)
    assert (refused.status_code, refused.json()["code"]) == (409, "on-hold")
    assert "ask the records custodian" in refused.json()["detail"]
    made = post(call, cast.ida, "destructive-requests", {**body, "despite_hold": True})
    assert (made.status_code, made.json()["despite_hold"]) == (201, True)


@pytest.mark.clause("G-10")
def test_no_token_approves_not_even_a_second_persons(call, cast, enrolment):
    ben = second_person(cast)
    account(cast.ida)
    request = asked([enrolment], cast.acting(cast.ida), now())
    for person in (ben, cast.ida):
        answer = post(call, person, f"destructive-requests/{request.id}/approve", {})
        assert answer.status_code == 403
        assert answer.json()["code"] == "approval-takes-a-person"
        assert "types their password" in answer.json()["detail"]
    request.refresh_from_db()
    assert request.state == "requested"


@pytest.mark.parametrize("who", ["cole", "sue", "rex"])
def test_others_see_and_do_nothing(call, cast, enrolment, who):
    person = getattr(cast, who)
    request = asked([enrolment], cast.acting(cast.ida), now())
    assert call(person, "destructive-requests", READ).json()["items"] == []
    assert call(person, f"destructive-requests/{request.id}", READ).status_code == 404
    stop = post(call, person, f"destructive-requests/{request.id}/stop", {"reason": "mine now"})
    assert stop.status_code == 404
    body = {"kind": "removal", "enrolment_ids": [str(enrolment.id)], "reason": REASON}
    assert post(call, person, "destructive-requests", body).status_code in {403, 404}
    assert DestructiveRequest.objects.count() == 1


def test_odd_input_is_refused(call, cast, enrolment):
    good = {"kind": "wipe", "enrolment_ids": [str(enrolment.id)], "reason": REASON}
    for change, status in (
        ({"kind": "explode"}, 422),
        ({"kind": "raise"}, 422),
        ({"enrolment_ids": []}, 422),
        ({"reason": "x"}, 422),
        ({"reason": "x" * 501}, 422),
        ({"arguments": {"format_disk": "yes"}}, 409),
    ):
        answer = post(call, cast.ida, "destructive-requests", good | change)
        assert (change, answer.status_code) == (change, status)
    assert not DestructiveRequest.objects.exists()
