"""Hand-outs by the API: made ready, signed by one's own token, called off."""

import pytest

from quartermaster.inventory.models import Device
from tests.factories.inventory import AccessoryFactory, DeviceFactory

pytestmark = pytest.mark.django_db


def post(call, person, path, **body):
    return call(
        person, path, "handovers:write", method="post", data=body, content_type="application/json"
    )


@pytest.fixture
def made(cast, call):
    tablet = DeviceFactory(department=cast.itmd, platform="android")
    kit = AccessoryFactory(department=cast.itmd)
    things = [{"device_id": str(tablet.id)}, {"accessory_id": str(kit.id), "condition": "worn"}]
    answer = post(call, cast.ida, "handovers", holder_id=str(cast.ana.id), things=things)
    assert answer.status_code == 201
    return answer.json()


@pytest.mark.clause("S-2")
def test_a_person_signs_with_their_own_token(cast, call, made):
    path = f"handovers/{made['id']}"
    read = call(cast.ana, path, "handovers:read").json()
    assert (read["state"], read["obstacles"]) == ("prepared", [])
    kit = next(item for item in read["items"] if item["accessory_id"])
    signature = {
        "typed_name": "Ana Reyes",
        "consent": True,
        "shown": read["shown"],
        "refused": [{"item_id": kit["id"], "reason": "No cable"}],
    }
    for person, status in ((cast.sue, 403), (cast.ida, 403), (cast.rex, 403)):
        assert post(call, person, f"{path}/signature", **signature).status_code == status
    wrong = post(call, cast.ana, f"{path}/signature", **{**signature, "consent": False})
    assert (wrong.status_code, wrong.json()["facts"]) == (422, {"field": "consent"})
    signed = post(call, cast.ana, f"{path}/signature", **signature).json()
    assert (signed["state"], len(signed["receipt_digest"])) == ("partly", 64)
    assert Device.objects.get().holder == cast.ana
    again = post(call, cast.ana, f"{path}/signature", **signature)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")


def test_a_thing_is_made_ready_once_and_called_off(cast, call, made):
    thing = {"device_id": made["items"][0]["device_id"] or made["items"][1]["device_id"]}
    again = post(call, cast.ida, "handovers", holder_id=str(cast.sue.id), things=[thing])
    assert (again.status_code, again.json()["code"]) == (409, "kept-for-another")
    path = f"handovers/{made['id']}/cancel"
    assert post(call, cast.cole, path, reason="No").status_code == 403
    assert post(call, cast.ida, path, reason="Not needed").json()["state"] == "cancelled"


@pytest.mark.parametrize(("who", "seen"), [("ana", 1), ("cole", 1), ("ida", 1), ("rex", 0)])
def test_each_reads_what_concerns_them(cast, call, made, who, seen):
    person = getattr(cast, who)
    rows = call(person, "handovers?state=prepared", "handovers:read").json()["items"]
    assert len(rows) == seen
    one = call(person, f"handovers/{made['id']}", "handovers:read")
    assert one.status_code == (200 if seen else 404)
    mine = call(person, f"handovers?holder={cast.ana.id}", "handovers:read").json()["items"]
    assert len(mine) == seen


def test_a_device_that_is_out_already_is_registered_as_found(cast, call):
    body = {"device_class": "smartphone", "platform": "ios", "holder_id": str(cast.ana.id)}

    def register(**more):
        return call(
            cast.ida,
            "devices",
            "devices:write",
            method="post",
            data={**body, **more},
            content_type="application/json",
        )

    assert register().status_code == 422
    made = register(as_found="In the former list")
    assert (made.status_code, made.json()["status"]) == (201, "assigned")
