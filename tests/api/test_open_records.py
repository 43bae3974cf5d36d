"""Requests over the API: for the custodian, without who asks."""

import json

import pytest

from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.rules.requests import digest_of
from tests.factories.disclosure import acknowledged, released
from tests.factories.records import custodian, saved

READ, WRITE = "open-records:read", "open-records:write"


@pytest.mark.clause("G-5")
def test_a_request_is_taken_in_and_its_records_picked(cast, at, call):
    paul = custodian(cast)
    body = {"channel": "telephone", "wanted": "Everything on the main", "name": "Pat"}
    made = call(
        paul,
        "records-requests",
        WRITE,
        method="post",
        data=json.dumps(body),
        content_type="application/json",
    )
    assert made.status_code == 201
    row = RecordsRequest.objects.get()
    assert digest_of(made.json()["status_code"]) == row.code_digest
    assert "Pat" not in json.dumps(made.json())
    request, record = acknowledged(cast, at), saved(cast.acting(cast.ana), at)
    picked = call(
        paul,
        f"records-requests/{request.id}/records",
        WRITE,
        method="post",
        data=json.dumps({"record_ids": [str(record.id)]}),
        content_type="application/json",
    )
    assert [item["record_id"] for item in picked.json()] == [str(record.id)]


def test_only_the_custodian_reads_them(cast, at, call):
    package = released(cast, at)
    path = f"records-requests/{package.request_id}"
    for who in (cast.ana, cast.ida, cast.rex):
        assert call(who, "records-requests", READ).json()["items"] == []
        for part in ("", "/files", "/releases"):
            assert call(who, f"{path}{part}", READ).status_code == 404
    paul = custodian(cast)
    listed = call(paul, "records-requests?state=answered", READ).json()["items"]
    assert [item["id"] for item in listed] == [str(package.request_id)]
    files = call(paul, f"{path}/files?decision=redact", READ).json()["items"]
    assert [item["pages"] for item in files] == [2, 1]
    (release,) = call(paul, f"{path}/releases", READ).json()["items"]
    assert release["digest"] == package.digest
