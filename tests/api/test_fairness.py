"""More time, faults of our own and the papers of a case over the API, as on the pages."""

import json
from datetime import timedelta
from io import BytesIO

import pytest
from pypdf import PdfReader

from quartermaster.audit.models import Entry
from quartermaster.compliance.models import Extension, Fault, Finding
from quartermaster.kernel.ids import new_id
from quartermaster.org.roles import Role
from tests.factories import cases as make
from tests.factories.destruction import second_person

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
HOUR = timedelta(hours=1)
TIME_READ, TIME_WRITE = "extensions:read", "extensions:write"
FAULT_READ, FAULT_WRITE, EXPORT = "faults:read", "faults:write", "case-papers:read"


def post(call, person, path, body, scope):
    return call(
        person, path, scope, method="post", data=json.dumps(body), content_type="application/json"
    )


def ids(answer):
    assert answer.status_code == 200
    return [item["id"] for item in answer.json()["items"]]


@pytest.fixture
def finding(cast, at):
    return make.told(cast.ana, at)


@pytest.fixture
def asked(call, cast, finding):
    body = {"days": 3, "reason": "I am on leave"}
    answer = post(call, cast.ana, f"findings/{finding.id}/extension", body, TIME_WRITE)
    assert answer.status_code == 201
    return answer.json()


def test_a_holder_asks_once_and_the_coordinator_grants(call, cast, finding, asked):
    assert (asked["state"], asked["days"], asked["until"]) == ("asked", 3, None)
    body = {"days": 3, "reason": "And again"}
    again = post(call, cast.ana, f"findings/{finding.id}/extension", body, TIME_WRITE)
    assert (again.status_code, again.json()["code"]) == (409, "conflict")
    assert ids(call(cast.cole, "extensions?state=asked", TIME_READ)) == [asked["id"]]
    path = f"extensions/{asked['id']}"
    own = post(call, cast.ana, f"{path}/grant", {}, TIME_WRITE)
    assert (own.status_code, own.json()["code"]) == (403, "refused")
    granted = post(call, cast.cole, f"{path}/grant", {"note": "Fine"}, TIME_WRITE).json()
    assert (granted["state"], granted["decided_by_id"]) == ("granted", str(cast.cole.id))
    finding.refresh_from_db()
    assert granted["until"] == finding.cure_until.isoformat().replace("+00:00", "Z")
    assert call(cast.ana, path, TIME_READ).json()["note"] == "Fine"
    assert ids(call(cast.ida, "extensions?state=asked", TIME_READ)) == []


def test_more_time_is_declined_with_a_reason(call, cast, asked):
    path = f"extensions/{asked['id']}/decline"
    answer = post(call, cast.ida, path, {"note": " "}, TIME_WRITE)
    assert (answer.status_code, answer.json()["facts"]["field"]) == (422, "reason")
    declined = post(call, cast.ida, path, {"note": "It is quickly done"}, TIME_WRITE).json()
    assert (declined["state"], declined["until"]) == ("declined", None)
    assert post(call, cast.ida, path, {"note": "Twice"}, TIME_WRITE).status_code == 409


@pytest.mark.parametrize(
    "body", [{"days": 0, "reason": "x"}, {"days": 10**9, "reason": "x"}, {"days": 2, "reason": ""}]
)
def test_what_is_out_of_bounds_is_not_asked(call, cast, finding, body):
    answer = post(call, cast.ana, f"findings/{finding.id}/extension", body, TIME_WRITE)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not Extension.objects.exists()


def test_others_neither_see_nor_decide_on_more_time(call, cast, finding, asked):
    path = f"extensions/{asked['id']}"
    for person in (cast.rex, cast.sue):
        assert ids(call(person, "extensions", TIME_READ)) == []
        assert call(person, path, TIME_READ).status_code == 404
        assert post(call, person, f"{path}/grant", {}, TIME_WRITE).status_code == 404
        body = {"days": 1, "reason": "x"}
        mine = post(call, person, f"findings/{finding.id}/extension", body, TIME_WRITE)
        assert mine.status_code == 404
    assert Extension.objects.get().state == "asked"


def fault_of(at, **more):
    span = {"since": (at - HOUR).isoformat(), "until": (at + HOUR).isoformat()}
    return {"check": "passcode", **span, "reason": "The check read the wrong answer", **more}


def test_a_fault_is_named_by_one_and_taken_back_by_another(call, cast, finding, at):
    ben = second_person(cast)
    named = post(call, cast.ida, "faults", fault_of(at), FAULT_WRITE)
    assert (named.status_code, named.json()["state"]) == (201, "named")
    path = f"faults/{named.json()['id']}"
    plan = call(ben, path, FAULT_READ).json()
    assert (plan["findings"], plan["cases"], plan["told"]) == ([str(finding.id)], [], 1)
    alone = post(call, cast.ida, f"{path}/confirm", {}, FAULT_WRITE)
    assert (alone.status_code, alone.json()["code"]) == (403, "refused")
    assert Finding.objects.get().state == "noticed"
    done = post(call, ben, f"{path}/confirm", {}, FAULT_WRITE).json()
    assert (done["state"], done["decided_by_id"]) == ("confirmed", str(ben.id))
    assert Finding.objects.get().state == "withdrawn"
    assert post(call, ben, f"{path}/refuse", {}, FAULT_WRITE).status_code == 409
    assert ids(call(ben, "faults?state=confirmed", FAULT_READ)) == [done["id"]]


def test_a_fault_is_refused_and_nothing_is_taken_back(call, cast, finding, at):
    ben = second_person(cast)
    named = post(call, cast.ida, "faults", fault_of(at), FAULT_WRITE).json()
    said = post(call, ben, f"faults/{named['id']}/refuse", {}, FAULT_WRITE).json()
    assert (said["state"], Finding.objects.get().state) == ("refused", "noticed")


@pytest.mark.parametrize(
    "more",
    [
        {"check": "no such check"},
        {"since": "2026-11-24T08:00:00"},
        {"until": "2099-01-01T00:00:00Z"},
        {"reason": " "},
    ],
)
def test_nonsense_names_no_fault(call, cast, finding, at, more):
    answer = post(call, cast.ida, "faults", fault_of(at, **more), FAULT_WRITE)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    assert not Fault.objects.exists()


def test_others_see_no_fault_and_name_none(call, cast, finding, at):
    named = post(call, cast.ida, "faults", fault_of(at), FAULT_WRITE).json()
    for person in (cast.rex, cast.ana, cast.cole, cast.sue):
        assert ids(call(person, "faults", FAULT_READ)) == []
        assert call(person, f"faults/{named['id']}", FAULT_READ).status_code == 404
        body = fault_of(at)
        assert post(call, person, "faults", body, FAULT_WRITE).status_code == 403
        path = f"faults/{named['id']}/confirm"
        assert post(call, person, path, {}, FAULT_WRITE).status_code == 404


@pytest.mark.clause("E-1")
def test_papers_are_for_human_resources_and_the_employee(call, cast, at):
    hr = make.with_role(cast, Role.HR)
    case = make.decided(cast, hr, at)
    path, body = f"cases/{case.id}/papers", {"reason": "The commission asks"}
    answer = post(call, hr, path, body, EXPORT)
    assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
    text = "".join(page.extract_text() for page in PdfReader(BytesIO(answer.content)).pages)
    assert "HR-2026-17" in text
    entry = Entry.objects.get(tag="compliance.case.exported")
    assert (entry.actor_label, entry.data["reason"]) == (hr.name, "The commission asks")
    assert post(call, cast.ana, path, body, EXPORT).status_code == 200
    for person in (cast.ida, cast.sue):  # they see the case, and take no papers
        assert post(call, person, path, body, EXPORT).status_code == 403
    for person in (cast.rex, cast.cole):
        assert post(call, person, path, body, EXPORT).status_code == 404
    assert post(call, hr, path, body, "cases:read").status_code == 403
    assert post(call, hr, path, {"reason": ""}, EXPORT).status_code == 422
    assert post(call, hr, f"cases/{new_id()}/papers", body, EXPORT).status_code == 404
    assert Entry.objects.filter(tag="compliance.case.exported").count() == 2
