"""What holds for every endpoint, found by themselves: no token, wrong scope, description."""

import json

import pytest
from django.test import Client

from quartermaster.api.base import api, openapi
from quartermaster.api.tokens import BearerToken
from quartermaster.kernel.ids import new_id
from tools.api_snapshot import SNAPSHOT, snapshot

OPERATIONS = [
    (method, path, operation)
    for path, methods in openapi()["paths"].items()
    for method, operation in methods.items()
]
NAMES = [operation["operationId"] for _, _, operation in OPERATIONS]


def _address(path):
    parts = [str(new_id()) if part.startswith("{") else part for part in path.split("/")]
    return "/".join(parts)


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_without_a_token_nothing_is_read(db, method, path, operation):
    answer = Client().generic(
        method.upper(), _address(path), data=b"{not json", content_type="application/json"
    )
    assert (answer.status_code, answer["Content-Type"]) == (401, "application/problem+json")
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "unauthenticated"


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=NAMES)
def test_without_the_scope_nothing_is_read(cast, token, method, path, operation):
    headers = {"Authorization": f"Bearer {token(cast.ida, 'nothing:read')}"}
    answer = getattr(Client(), method)(_address(path), headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "refused")
    assert "scope" in answer.json()["facts"]


def test_every_operation_asks_a_token_with_a_scope():
    found = 0
    for bound in api._get_bound_routers():
        for view in bound.path_operations.values():
            for operation in view.operations:
                if operation.include_in_schema:
                    assert [type(check) for check in operation.auth_callbacks] == [BearerToken]
                    found += 1
    assert found == len(OPERATIONS)


def test_operation_ids_are_their_own():
    assert len(set(NAMES)) == len(NAMES)


def test_openapi_snapshot_is_up_to_date():
    assert SNAPSHOT.read_text(encoding="utf-8") == snapshot(), "run `make api-snapshot`"
    assert json.loads(snapshot())["openapi"] == "3.1.0"
