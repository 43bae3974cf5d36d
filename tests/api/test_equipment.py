"""Devices and lines, as each of the cast may read and enter them."""

import pytest

from quartermaster.inventory.models import Device, Line
from tests.factories import inventory as make


@pytest.fixture
def phones(cast):
    return [
        make.DeviceFactory(holder=cast.ana, asset_tag="T-1"),
        make.DeviceFactory(department=cast.library, asset_tag="T-2", status="lost"),
        make.PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN"),
    ]


def _tags(answer):
    return [item["asset_tag"] for item in answer.json()["items"]]


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        ("ana", ["T-1", "OWN"]),
        ("cole", ["T-1", "OWN"]),
        ("ida", ["T-1", "T-2", "OWN"]),
        ("rex", []),
    ],
)
def test_devices(cast, call, phones, who, seen):
    person = getattr(cast, who)
    assert _tags(call(person, "devices", "devices:read")) == seen
    for phone in phones:
        status = call(person, f"devices/{phone.id}", "devices:read").status_code
        assert status == (200 if phone.asset_tag in seen else 404)


@pytest.mark.parametrize(
    ("query", "seen"),
    [
        ("status=lost", ["T-2"]),
        ("ownership=personal", ["OWN"]),
        ("limit=1", ["T-1"]),
    ],
)
def test_devices_are_narrowed(cast, call, phones, query, seen):
    assert _tags(call(cast.ida, f"devices?{query}", "devices:read")) == seen
    held = call(cast.ida, f"devices?holder={cast.ana.id}", "devices:read")
    there = call(cast.ida, f"devices?department={cast.library.id}", "devices:read")
    assert (_tags(held), _tags(there)) == (["T-1", "OWN"], ["T-2"])
    assert call(cast.ida, "devices?status=eaten", "devices:read").status_code == 422


@pytest.mark.clause("S-1", "G-1")
def test_one_device(cast, call, phones):
    own = call(cast.ana, f"devices/{phones[2].id}", "devices:read").json()
    assert own == {
        "id": str(phones[2].id),
        "asset_tag": "OWN",
        "device_class": "smartphone",
        "platform": "ios",
        "ownership": "personal",
        "channel": "Apple MDM",
        "enforced": True,
        "model_id": None,
        "serial": "",
        "imei": "",
        "imei2": "",
        "meid": "",
        "eid": "",
        "wifi_mac": "",
        "department_id": str(cast.water.id),
        "holder_id": str(cast.ana.id),
        "status": "assigned",
        "acquired_on": None,
    }


def _post(call, person, path, scope, **body):
    return call(person, path, scope, method="post", data=body, content_type="application/json")


def test_register_a_device(cast, call):
    body = {"device_class": "smartphone", "platform": "ios", "serial": "f2l abc 1"}
    here = {"department_id": str(cast.water.id)}
    made = _post(call, cast.ida, "devices", "devices:write", **body, **here)
    assert (made.status_code, made.json()["serial"]) == (201, "F2LABC1")
    again = _post(call, cast.ida, "devices", "devices:write", **body, **here)
    assert (again.status_code, again.json()["code"]) == (409, "identifier-taken")
    wrong = _post(call, cast.ida, "devices", "devices:write", **{**body, "imei": "1"}, **here)
    assert (wrong.status_code, wrong.json()["facts"]) == (422, {"field": "imei"})
    private = {**body, "ownership": "personal", "holder_id": str(cast.ana.id)}
    refused = _post(call, cast.ida, "devices", "devices:write", **private)
    assert (refused.status_code, refused.json()["code"]) == (422, "invalid-input")
    for person in (cast.ana, cast.cole, cast.rex):
        answer = _post(call, person, "devices", "devices:write", **body, **here)
        assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert Device.objects.count() == 1


@pytest.mark.parametrize(("who", "seen"), [("ana", 1), ("cole", 1), ("ida", 2), ("rex", 0)])
def test_lines(cast, call, who, seen):
    hers = make.LineFactory(holder=cast.ana)
    make.LineFactory(department=cast.library, status="suspended")
    person = getattr(cast, who)
    assert len(call(person, "lines", "lines:read").json()["items"]) == seen
    one = call(person, f"lines/{hers.id}", "lines:read")
    assert one.status_code == (200 if seen else 404)
    narrowed = call(person, "lines?status=suspended", "lines:read").json()["items"]
    assert len(narrowed) == (1 if who == "ida" else 0)


def test_add_a_line(cast, call):
    body = {"number": "(414) 286-3800", "carrier": "Lakeside", "department_id": str(cast.water.id)}
    made = _post(call, cast.ida, "lines", "lines:write", **body)
    assert (made.status_code, made.json()["number"]) == (201, "+14142863800")
    assert made.json()["status"] == "ordered"
    assert _post(call, cast.ida, "lines", "lines:write", **body).status_code == 409
    assert _post(call, cast.rex, "lines", "lines:write", **body).status_code == 403
    assert Line.objects.count() == 1
