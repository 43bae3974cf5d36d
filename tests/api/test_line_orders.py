"""Orders to carriers over the API, trimmed to what the owner of the token may see and do."""

import pytest

from quartermaster.billing.models import LineOrder
from tests.factories import line_orders as make

pytestmark = pytest.mark.django_db
READ, WRITE = "line-orders:read", "line-orders:write"


def asked(call, person, line, **more):
    body = {"line_id": str(line.id), "kind": "suspend", "reason": "The season is over", **more}
    return call(
        person, "line-orders", WRITE, method="post", data=body, content_type="application/json"
    )


def post(call, person, order, verb, body):
    path = f"line-orders/{order}/{verb}"
    return call(person, path, WRITE, method="post", data=body, content_type="application/json")


@pytest.mark.clause("G-9")
def test_asked_for_listed_confirmed_and_called_off(call, cast, at):
    line = make.line(cast.ana, phone=False)
    made = asked(call, cast.ida, line)
    assert (made.status_code, made.json()["state"]) == (201, "sent")
    key = made.json()["id"]
    assert asked(call, cast.ida, line).json()["id"] == key
    for person, found in ((cast.ida, [key]), (cast.cole, [key]), (cast.rex, [])):
        rows = call(person, "line-orders?state=sent", READ).json()["items"]
        assert [row["id"] for row in rows] == found
    assert call(cast.rex, f"line-orders/{key}", READ).status_code == 404
    assert post(call, cast.cole, key, "confirm", {"reference": "x"}).status_code == 403
    done = post(call, cast.ida, key, "confirm", {"reference": "LW-2"})
    assert (done.json()["state"], make.status(line)) == ("confirmed", "suspended")
    later = asked(call, cast.ida, line, kind="cancel", due_at="2099-01-01T00:00:00Z").json()
    off = post(call, cast.ida, later["id"], "call-off", {"reason": "Kept"})
    assert (off.json()["state"], off.json()["answer"]) == ("cancelled", "Kept")


def test_what_makes_no_sense_is_said_in_problem_details(call, cast):
    line = make.line(cast.ana, phone=False)
    no = asked(call, cast.ida, line, kind="restore")
    assert (no.status_code, no.json()["code"]) == (409, "conflict")
    assert asked(call, cast.ida, line, kind="explode").status_code == 422
    assert asked(call, cast.ida, line, reason="x" * 301).status_code == 422
    assert asked(call, cast.rex, line).status_code == 403
    assert not LineOrder.objects.exists()
