"""The client of Apple's service: each call, and what becomes of a session."""

import pytest

from quartermaster.drivers.apple.ade.client import DepClient
from quartermaster.drivers.apple.wire.dep import Refused, Trouble
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge
from quartermaster.simulators.apple.services.dep import Dep
from quartermaster.simulators.apple.services.faults import Fault

GOOD = {"profile_name": "City", "url": "https://mdm.city.example/automated"}


@pytest.fixture
def dep():
    with Dep() as service:
        yield service


@pytest.fixture
def client(dep):
    with DepClient(dep.address + "/", dep.token) as made:
        yield made


def test_the_account_says_whose_list_it_is(client):
    said = client.account()
    assert (said.organisation, said.server_name, said.admin) == (
        "Model City",
        "Quartermaster",
        "admin@city.example",
    )


def test_details_are_of_what_is_ours_alone(dep, client):
    dep.buy("C02A")
    found = client.details(["C02A", "C02Z"])
    assert {serial: item.family for serial, item in found.items()} == {"C02A": "iPhone"}


def test_a_profile_is_read_as_it_was_defined(client):
    made = client.define(GOOD)
    assert client.profile(made.profile_uuid) == {**GOOD, "profile_uuid": made.profile_uuid}
    with pytest.raises(Refused) as problem:
        client.profile("no/such?one")
    assert problem.value.trouble is Trouble.NOT_FOUND


def test_one_session_serves_many_calls_and_is_renewed_by_each(dep, client):
    for _ in range(3):
        client.account()
    assert dep.asked.count("GET /session") == 1
    assert len(dep.sessions) == 4


def test_a_lost_session_is_begun_anew_once(dep, client):
    client.account()
    dep.sessions.clear()
    client.account()
    assert dep.asked.count("GET /session") == 2
    dep.faults = [Fault(403, "FORBIDDEN"), Fault(403, "FORBIDDEN")]
    with pytest.raises(Refused) as problem:
        client.account()
    assert problem.value.trouble is Trouble.TOKEN_REFUSED  # the session itself was refused


def test_a_fresh_session_that_is_not_taken_is_denied_access(dep, client):
    client.account()
    dep.sessions = Forgetful()
    with pytest.raises(Refused) as problem:
        client.account()
    assert problem.value.trouble is Trouble.ACCESS_DENIED


class Forgetful(set):
    """Sessions that are forgotten at once."""

    def add(self, _name):
        return None


@pytest.mark.parametrize(
    ("fault", "trouble", "wait"),
    [
        (Fault(429, "", 30), Trouble.BUSY, 30),
        (Fault(503, "SERVICE_UNAVAILABLE", 60), Trouble.BUSY, 60),
        (Fault(403, "T_C_NOT_SIGNED"), Trouble.TERMS, 0),
        (Fault(403, "ACCESS_DENIED"), Trouble.ACCESS_DENIED, 0),
        (Fault(400, "FLAGS_INVALID"), Trouble.REFUSED, 0),
    ],
)
def test_each_refusal_is_told_as_what_it_is(dep, client, fault, trouble, wait):
    client.account()
    dep.faults = [fault]
    with pytest.raises(Refused) as problem:
        client.account()
    assert (problem.value.trouble, problem.value.wait) == (trouble, wait)


def test_a_token_that_ran_out_begins_no_session(dep):
    dep.moved = dep.token.expires_at - dep.at()
    with DepClient(dep.address, dep.token) as client, pytest.raises(Refused) as problem:
        client.account()
    assert problem.value.trouble is Trouble.TOKEN_REFUSED


def test_answers_that_are_none_are_refused(dep, client, monkeypatch):
    client.account()
    monkeypatch.setattr(dep, "account", lambda: ["no", "dictionary"])
    with pytest.raises(Malformed):
        client.account()
    monkeypatch.setattr(dep, "account", lambda: {"org_name": "x" * 9_000_000})
    with pytest.raises(TooLarge):
        client.account()


def test_nobody_there_is_a_busy_service(dep):
    with DepClient("http://127.0.0.1:9", dep.token) as client, pytest.raises(Refused) as problem:
        client.account()
    assert problem.value.trouble is Trouble.BUSY
