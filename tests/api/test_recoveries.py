"""Recoveries over the API: trimmed as everywhere, and charges that come once."""

import pytest
from django.test import Client

from quartermaster.lifecycle.models import RecoveryCharge
from tests.factories import recoveries as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-4")]


def test_recoveries_are_for_whom_they_concern(cast, at, call):
    make.equipped(cast.ana)
    recovery = make.announced(cast.ana, at)
    for who in ("ana", "sue", "cole", "ida", "rex"):
        answer = call(getattr(cast, who), "recoveries", "recoveries:read")
        seen = {item["id"] for item in answer.json()["items"]}
        assert (who, seen) == (who, set() if who == "rex" else {str(recovery.id)})
    one = call(cast.ida, f"recoveries/{recovery.id}", "recoveries:read").json()
    assert (one["things_due"], one["state"]) == (4, "announced")
    assert {item["kind"] for item in one["items"]} == {"device", "line", "accessory", "records"}
    assert call(cast.rex, f"recoveries/{recovery.id}", "recoveries:read").status_code == 404


def test_a_charge_of_an_invoice_is_taken_once_and_by_who_may(cast, at, token):
    recovery = make.begun(cast.ana, at)
    path = f"/api/v1/recoveries/{recovery.id}/charges"
    charge = {
        "title": "Voice",
        "amount_cents": 4250,
        "from_on": "2026-11-25",
        "until_on": "2026-12-24",
        "source": "invoice:77/3",
    }

    def post(who, body, scope="recoveries:write"):
        headers = {"Authorization": f"Bearer {token(who, scope)}"}
        return Client().post(path, body, content_type="application/json", headers=headers)

    assert [post(cast.ida, charge).status_code for _ in range(2)] == [201, 201]
    assert RecoveryCharge.objects.count() == 1
    assert post(cast.ida, charge | {"amount_cents": 0, "source": "x"}).status_code == 422
    early = post(cast.ida, charge | {"from_on": "2026-11-01", "source": "x"})
    assert (early.status_code, early.json()["code"]) == (422, "invalid-input")
    assert post(cast.sue, charge | {"source": "x"}).status_code == 403
    assert post(cast.rex, charge | {"source": "x"}).status_code == 404
    assert post(cast.ida, charge, "recoveries:read").status_code == 403
