"""Every answer that is not a success: problem details with a stable code."""

import json

import pytest
from django.test import Client
from ninja import NinjaAPI, Schema
from ninja.testing import TestClient

from quartermaster.api import problems
from quartermaster.api.base import api
from quartermaster.api.tokens import LARGEST_BODY
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.ids import new_id
from tools.api_snapshot import snapshot


def _problem(answer):
    assert answer["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:quartermaster:problem:{body['code']}"
    return answer.status_code, body["code"]


@pytest.mark.parametrize("path", ["nothing", "people/x/y", "people/"])
def test_unknown_address(db, path):
    assert _problem(Client().get(f"/api/v1/{path}")) == (404, "not-found")
    assert _problem(Client().post(f"/api/v1/{path}")) == (404, "not-found")


def test_a_method_that_is_not_there(cast, call):
    answer = call(cast.ida, "people", method="post")
    assert _problem(answer) == (405, "method-not-allowed")
    assert answer["Allow"] == "GET"


def test_missing_row(cast, call):
    assert _problem(call(cast.ida, f"people/{new_id()}")) == (404, "not-found")


def test_invalid_values_are_named(cast, call):
    answer = call(cast.ida, "people?limit=500")
    assert _problem(answer) == (422, "invalid-input")
    assert answer.json()["errors"] == [
        {"at": "query.limit", "message": "Input should be less than or equal to 200"}
    ]


def test_a_large_body_is_refused_unread(cast, token):
    headers = {"Authorization": f"Bearer {token(cast.ida)}"}
    answer = Client().generic(
        "GET", "/api/v1/trace", data=b"x" * (LARGEST_BODY + 1), headers=headers
    )
    assert _problem(answer) == (413, "too-large")


class Body(Schema):
    number: int


@pytest.fixture
def small():
    """An API of its own with one operation that fails in the way that it is asked."""
    made = NinjaAPI(urls_namespace="small")
    problems.install(made)

    @made.post("echo")
    def echo(request, body: Body):
        return {"number": body.number}

    @made.get("conflict")
    def conflict(request):
        raise Conflict("It moved on.", state="done")

    @made.get("fault")
    def fault(request):
        raise ZeroDivisionError

    return TestClient(made)


@pytest.mark.parametrize(
    ("method", "path", "data", "outcome"),
    [
        ("get", "/conflict", None, (409, "conflict")),
        ("get", "/fault", None, (500, "internal-error")),
        ("post", "/echo", b"{not json", (400, "malformed")),
        ("post", "/echo", b'{"number": "x"}', (422, "invalid-input")),
    ],
)
def test_each_kind_of_problem(small, method, path, data, outcome):
    answer = getattr(small, method)(path, data=data)
    assert _problem(answer._response) == outcome


def test_a_fault_says_nothing_of_the_inside(small):
    assert "ZeroDivision" not in small.get("/fault")._response.content.decode()


def test_facts_of_an_error_are_passed_on(small):
    assert small.get("/conflict").json()["facts"] == {"state": "done"}


def test_the_description_is_public(db):
    assert Client().get("/api/v1/openapi.json").json()["info"]["title"] == "Quartermaster"
    assert api.docs_url is None


def test_the_description_is_made_once_and_told_by_its_tag():
    first = Client().get("/api/v1/openapi.json")
    assert first.json() == json.loads(snapshot())
    again = Client().get("/api/v1/openapi.json", headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert Client().post("/api/v1/openapi.json").status_code == 405
