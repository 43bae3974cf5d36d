"""Access as a proxy asks it; rules to look at and to stop; nothing that approves."""

import json

import pytest

from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionStop
from tests.factories import automatic as make
from tests.factories.destruction import account, second_person

pytestmark = pytest.mark.django_db
ASK, READ, WRITE = "access:read", "automatic:read", "automatic:write"


@pytest.fixture
def rule(cast, at):
    account(cast.ida)
    return make.on(cast.acting(cast.ida), cast.acting(second_person(cast)), at)


def post(call, person, path, body, scope=WRITE):
    return call(
        person, path, scope, method="post", data=json.dumps(body), content_type="application/json"
    )


@pytest.mark.clause("G-10")
def test_access_is_asked_with_a_token_of_that_scope_alone(call, cast, at):
    phone = make.phones(cast, 1, at)[0]
    path = f"devices/{phone.asset_tag}/access"
    answer = call(cast.ida, path, ASK)
    assert (answer.status_code, answer.json()["admitted"]) == (200, True)
    ida = cast.acting(cast.ida)
    automatic.restrict_access(device=phone, reason="A bad feeling", actor=ida, at=at)
    said = call(cast.ida, path, ASK).json()
    assert (said["admitted"], said["code"], said["reasons"]) == (
        False,
        "restricted",
        ["A bad feeling"],
    )
    for tag in ("PH-NONE", "x" * 200, "%20", "' or 1"):
        assert call(cast.ida, f"devices/{tag}/access", ASK).json()["decision"] == "denied"
    assert call(cast.ida, path, "devices:read").status_code == 403
    for person in (cast.rex, cast.ana, cast.cole):
        assert call(person, path, ASK).status_code == 403


@pytest.mark.clause("G-10")
def test_a_program_sees_rules_plans_and_acts_and_stops_them(call, cast, rule, at):
    (row,) = call(cast.ida, "automatic-rules", READ).json()["items"]
    assert (row["name"], row["state"], row["terms"]["checks"]) == (rule.name, "on", ["passcode"])
    one = call(cast.ida, f"automatic-rules/{rule.id}", READ).json()
    assert one == row
    plan = call(cast.ida, f"automatic-rules/{rule.id}/plan", READ).json()
    assert (plan["devices"], plan["lines"], plan["jump"]) == (0, [], "")
    assert call(cast.ida, "automatic-acts?state=done", READ).json()["items"] == []
    stop = {"reason": "it looks odd"}
    path = f"automatic-rules/{rule.id}/stop"
    assert post(call, cast.ida, path, stop, READ).status_code == 403
    assert post(call, cast.ida, path, stop).json()["state"] == "stopped"
    assert post(call, cast.ida, path, stop).status_code == 409
    said = post(call, cast.ida, "automatic-stops", stop).json()
    assert said["note"].endswith("it looks odd")
    assert ActionStop.objects.filter(ended_at=None).count() == 2


def test_others_see_no_rule_and_stop_none(call, cast, rule):
    for person in (cast.rex, cast.ana, cast.cole):
        assert call(person, "automatic-rules", READ).json()["items"] == []
        assert call(person, f"automatic-rules/{rule.id}", READ).status_code == 404
        assert call(person, "automatic-acts", READ).json()["items"] == []
        body = {"reason": "it looks odd"}
        assert post(call, person, f"automatic-rules/{rule.id}/stop", body).status_code == 404
        assert post(call, person, "automatic-stops", body).status_code == 403


@pytest.mark.clause("G-10")
@pytest.mark.parametrize("verb", ["approve", "go-on", "change"])
def test_no_token_makes_approves_or_lets_go_on(call, cast, rule, verb):
    assert post(call, cast.ida, f"automatic-rules/{rule.id}/{verb}", {}).status_code == 404
    assert post(call, cast.ida, "automatic-rules", {"name": "x"}).status_code in {404, 405}


@pytest.mark.clause("G-10")
def test_a_program_tries_and_retires_a_rule_and_it_does_nothing_by_that(call, cast, at):
    proposed = make.proposed(cast.acting(cast.ida), at)
    path = f"automatic-rules/{proposed.id}"
    tried = post(call, cast.ida, f"{path}/try", {}).json()
    assert (tried["state"], tried["approver_id"]) == ("trial", None)
    assert post(call, cast.ida, f"{path}/try", {}).status_code == 409
    assert post(call, cast.ida, f"{path}/retire", {"reason": "x"}, READ).status_code == 403
    for person in (cast.rex, cast.cole):
        assert post(call, person, f"{path}/retire", {"reason": "x"}).status_code == 404
    assert (
        post(call, cast.ida, f"{path}/retire", {"reason": "nobody needs it"}).json()["state"]
        == "retired"
    )
