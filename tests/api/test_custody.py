"""Custody over the API: whoever may see a thing reads its chain; counts, answers, photographs."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from quartermaster.inventory.actions import confirmations
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.models import Return
from tests.factories import inventory as make
from tests.factories.denials import denied
from tests.factories.pictures import heic

JSON = "application/json"


def send(call, person, path, said, scope="custody:write"):
    return call(person, path, scope, method="post", data=json.dumps(said), content_type=JSON)


def items(answer):
    assert answer.status_code == 200
    return answer.json()["items"]


@pytest.mark.clause("C-3")
def test_the_chain_of_a_thing_as_far_as_one_may_know_it(cast, call):
    device = make.DeviceFactory(holder=cast.ana)
    path = f"custody/devices/{device.id}"
    seen = call(cast.ida, path, "custody:read").json()
    assert [(row["custodian"], row["until"]) for row in seen] == [("person", None)]
    assert seen[0]["where"] == "Ana Reyes, Water Works"
    assert len(call(cast.ana, path, "custody:read").json()) == 1
    assert call(cast.rex, path, "custody:read").status_code == 404
    assert call(cast.ida, f"custody/lines/{device.id}", "custody:read").status_code == 404
    assert call(cast.ida, f"custody/chairs/{device.id}", "custody:read").status_code == 422


@pytest.mark.clause("C-3")
def test_a_count_is_opened_and_scanned_into_by_who_counts(cast, call):
    device = make.DeviceFactory(department=cast.water)
    place = {"department_id": str(cast.water.id), "place": "Shelf 1"}
    for person in (cast.ana, cast.sue, cast.rex):
        assert send(call, person, "stock-counts", place).status_code == 403
    opened = send(call, cast.cole, "stock-counts", place)
    assert (opened.status_code, opened.json()["state"]) == (201, "open")
    key = opened.json()["id"]
    scanned = send(call, cast.cole, f"stock-counts/{key}/scans", {"code": device.asset_tag})
    assert (scanned.status_code, scanned.json()["seen"]) == (200, "found")
    assert send(call, cast.rex, f"stock-counts/{key}/scans", {"code": "X"}).status_code == 404
    assert [row["id"] for row in items(call(cast.ida, "stock-counts", "custody:read"))] == [key]
    entries = items(call(cast.cole, f"stock-counts/{key}/entries", "custody:read"))
    assert [row["device_id"] for row in entries] == [str(device.id)]
    assert items(call(cast.rex, f"stock-counts/{key}/entries", "custody:read")) == []


@pytest.mark.clause("C-3", "G-11")
def test_a_holder_answers_for_themselves_alone(cast, at, call):
    device = make.DeviceFactory(holder=cast.ana)
    row = confirmations.ask_holders(device_ids=[device.id], actor=cast.acting(cast.ida), at=at)[0]
    path = f"confirmations/{row.id}/answer"
    assert send(call, cast.rex, path, {"said": "have"}).status_code == 404
    assert send(call, cast.cole, path, {"said": "have"}).status_code == 403
    assert send(call, cast.ana, path, {"said": "perhaps"}).status_code == 422
    assert send(call, cast.ana, path, {"said": "have"}).json()["answer"] == "have"
    assert len(items(call(cast.cole, "confirmations", "custody:read"))) == 1
    row = denied(cast, cast.sue, at)
    shown = items(call(cast.cole, "denials", "custody:read"))
    assert [one["id"] for one in shown] == [str(row.id)]
    assert items(call(cast.rex, "denials", "custody:read")) == []


@pytest.mark.clause("C-3", "G-11")
def test_photographs_are_added_by_whom_it_concerns_and_read_back_without_what_tells(cast, call):
    device = make.DeviceFactory(holder=cast.ana)

    def add(person, content=None, **more):
        file = SimpleUploadedFile("p.heic", content or heic(exif=True), content_type="image/heic")
        said = {"image": file, "occasion": "damaged", "note": "Corner", **more}
        path = f"devices/{device.id}/photographs"
        return call(person, path, "custody:write", method="post", data=said)

    assert add(cast.rex).status_code == 404
    assert add(cast.ana, b"GIF89a").status_code == 422
    assert add(cast.ana, occasion="whim").status_code == 422
    made = add(cast.ana)
    assert made.status_code == 201
    key = made.json()["id"]
    listed = items(call(cast.ida, f"photographs?device_id={device.id}", "custody:read"))
    assert [row["id"] for row in listed] == [key]
    image = call(cast.ana, f"photographs/{key}/image", "custody:read")
    assert (image["Content-Type"], b"Telltale" in image.content) == ("image/jpeg", False)
    assert call(cast.rex, f"photographs/{key}/image", "custody:read").status_code == 404
    assert call(cast.ida, f"photographs/{new_id()}/image", "custody:read").status_code == 404


@pytest.mark.clause("C-2", "C-3")
def test_a_device_is_asked_back_and_its_holder_states_their_word(cast, call):
    device = make.DeviceFactory(holder=cast.ana)
    said = {"device_id": str(device.id), "reason": "not_needed"}
    assert send(call, cast.rex, "returns", said, "disposals:write").status_code == 404
    made = send(call, cast.cole, "returns", said, "disposals:write")
    assert (made.status_code, made.json()["state"]) == (201, "expected")
    path = f"returns/{made.json()['id']}/statement"
    word = {"confirmed": True}
    assert send(call, cast.rex, path, word, "disposals:write").status_code == 404
    assert send(call, cast.ida, path, word, "disposals:write").status_code == 403
    assert send(call, cast.ana, path, word, "disposals:write").status_code == 200
    assert Return.objects.get().stated_at is not None
