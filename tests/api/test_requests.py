"""Requests and loans over the API: trimmed as everywhere; asking and reserving."""

from datetime import timedelta

import pytest
from django.utils import timezone

from quartermaster.lifecycle.models import Loan, Request
from tests.factories import loans
from tests.factories import requests as make

READ, WRITE = "requests:read", "requests:write"


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("G-7")
def test_requests_and_loans_are_for_whom_they_concern(cast, at, call):
    request = make.asked(cast, at)
    loans.hotspot(cast, at)
    loan = loans.reserved(cast, at)
    for who in (cast.ana, cast.cole, cast.sue, cast.ida):
        assert ids(call(who, "requests", READ)) == {str(request.id)}
        assert ids(call(who, "loans", READ)) == {str(loan.id)}
    for path in ("requests", "loans"):
        assert ids(call(cast.rex, path, READ)) == set()
    for path in (f"requests/{request.id}", f"loans/{loan.id}"):
        assert call(cast.rex, path, READ).status_code == 404
        assert call(cast.ana, path, READ).status_code == 200
    assert ids(call(cast.ida, "requests?state=authorised", READ)) == set()
    assert ids(call(cast.ida, "loans?state=reserved", READ)) == {str(loan.id)}
    assert call(cast.ida, "requests", "cases:read").status_code == 403


@pytest.mark.clause("G-7", "S-3")
def test_asking_over_the_api(cast, call, db):
    body = {
        "person_id": str(cast.ana.id),
        "need": "Meter readings in the field.",
        "wanted_from": timezone.localdate().isoformat(),
        "items": [{"kind": "device", "device_class": "tablet", "cellular": True}],
    }

    def post(who, given, scope=WRITE):
        more = {"data": given, "content_type": "application/json"}
        return call(who, "requests", scope, method="post", **more)

    answer = post(cast.sue, body)
    assert (answer.status_code, answer.json()["state"]) == (201, "asked")
    assert answer.json()["items"][0]["cellular"] is True
    assert post(cast.rex, body).status_code == 403
    assert post(cast.sue, body, READ).status_code == 403
    for wrong in ({"items": []}, {"need": "no"}, {"items": [{"kind": "device"}]}):
        assert post(cast.sue, {**body, **wrong}).status_code == 422
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own contracts"
    cast.water.save()
    refused = post(cast.sue, body)
    assert (refused.status_code, refused.json()["code"]) == (409, "department-excluded")
    assert Request.objects.count() == 1


@pytest.mark.clause("G-8")
def test_reserving_over_the_api(cast, at, call):
    loans.hotspot(cast, at)
    today = timezone.localdate()
    body = {
        "person_id": str(cast.ana.id),
        "starts_on": today.isoformat(),
        "ends_on": (today + timedelta(days=2)).isoformat(),
        "purpose": "A street festival.",
    }
    more = {"method": "post", "data": body, "content_type": "application/json"}
    assert call(cast.ana, "loans", WRITE, **more).json()["state"] == "reserved"
    refused = call(cast.ana, "loans", WRITE, **more)
    assert (refused.status_code, refused.json()["code"]) == (409, "none-free")
    assert Loan.objects.count() == 1


@pytest.mark.clause("G-8")
def test_second_devices(cast, at, call):
    make.cellular(cast.ana)
    make.authorised(cast, at, second=make.second_details(at))
    (item,) = call(cast.ida, "second-devices", READ).json()["items"]
    assert (item["person_id"], item["device_class"]) == (str(cast.ana.id), "smartphone")
    assert ids(call(cast.rex, "second-devices", READ)) == set()
