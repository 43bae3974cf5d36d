"""Service credentials by the API: administrators read them, without any secret."""

import json

import pytest

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.simulators.apple.services.portal import Portal, new_topic

SCOPE = "credentials:read"


@pytest.fixture
def push(db):
    return actions.import_credential(
        driver="apple",
        kind="push",
        content=Portal().bundle(new_topic()).pem(),
        actor=system("test"),
        at=now(),
    )


def test_an_administrator_reads_them_without_secrets(cast, call, push):
    answer = call(cast.ida, "service-credentials", SCOPE)
    (found,) = answer.json()["items"]
    assert (found["id"], found["kind"], found["standing"]) == (str(push.id), "push", "active")
    assert (found["identity"], found["public"]["topic"]) == (push.identity, push.identity)
    assert "PRIVATE" not in json.dumps(found)
    assert not {"sealed_secret", "secret", "request", "state"} & set(found)
    assert call(cast.ida, f"service-credentials/{push.id}", SCOPE).json() == found
    retired = call(cast.ida, "service-credentials?standing=retired", SCOPE)
    assert retired.json()["items"] == []


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_others_see_nothing(cast, call, push, who):
    person = getattr(cast, who)
    assert call(person, "service-credentials", SCOPE).json()["items"] == []
    assert call(person, f"service-credentials/{push.id}", SCOPE).status_code == 404
