"""Losses over the API: reported and found by whom it concerns, and nothing leaves by it."""

import json
from datetime import timedelta

import pytest

from quartermaster.api.base import openapi
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import Loss
from tests.factories import losses as make
from tests.factories import returns as back


def ids(answer):
    assert answer.status_code == 200
    return {item["id"] for item in answer.json()["items"]}


@pytest.mark.clause("G-11")
def test_a_loss_is_seen_by_whom_it_concerns(cast, at, call):
    loss = make.reported(make.phone(cast.ana, at), cast.acting(cast.ana), at)
    seen = {n: ids(call(getattr(cast, n), "losses", "losses:read")) for n in ("ana", "cole", "rex")}
    assert seen == {"ana": {str(loss.id)}, "cole": {str(loss.id)}, "rex": set()}
    assert call(cast.rex, f"losses/{loss.id}", "losses:read").status_code == 404
    assert ids(call(cast.ida, "losses?state=found", "losses:read")) == set()
    one = call(cast.ida, f"losses/{loss.id}", "losses:read").json()
    assert (one["kind"], one["locked"]) == ("lost", True)
    assert not {"responsibility", "decision", "story"} & set(one)


@pytest.mark.clause("C-3")
def test_what_ends_a_device_has_no_endpoint(cast, at, call):
    paths = openapi()["paths"]
    ending = [
        (path, method)
        for path, methods in paths.items()
        for method in methods
        if method != "get" and any(word in path for word in ("surplus", "write-off", "sanitis"))
    ]
    assert ending == []
    back.lot(cast.acting(cast.ida), at)
    lots = {
        n: len(ids(call(getattr(cast, n), "surplus-lots", "disposals:read")))
        for n in ("ana", "cole", "sue", "rex", "ida")
    }
    assert lots == {"ana": 0, "cole": 0, "sue": 0, "rex": 0, "ida": 1}
    row = back.asked(make.phone(cast.ana, at), cast.acting(cast.ida), at)
    assert ids(call(cast.ana, "returns", "disposals:read")) == {str(row.id)}
    assert ids(call(cast.rex, "returns", "disposals:read")) == set()
    assert ids(call(cast.ida, "sanitisations", "disposals:read")) == set()


@pytest.mark.clause("G-11")
def test_reported_and_found_over_the_api(cast, at, call):
    def send(person, path, scope, said):
        more = {"data": json.dumps(said), "content_type": "application/json"}
        return call(person, path, scope, method="post", **more)

    phone = make.phone(cast.ana, at)
    body = {
        "device_id": str(phone.id),
        "kind": "lost",
        "happened_at": (now() - timedelta(hours=1)).isoformat(),
        "place": "Depot",
        "story": "It is gone",
    }
    assert send(cast.rex, "losses", "losses:write", body).status_code == 403
    made = send(cast.ana, "losses", "losses:write", body)
    assert made.status_code == 201
    key = made.json()["id"]
    where = {"where": "In the van"}
    assert send(cast.rex, f"losses/{key}/found", "losses:write", where).status_code == 404
    assert send(cast.ana, f"losses/{key}/found", "losses:write", where).json()["state"] == "found"
    assert Loss.objects.get().state == "found"
