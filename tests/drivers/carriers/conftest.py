"""The emulated APIs, each with a line that the house knows, too."""

import pytest

from quartermaster.drivers.carriers.thingspace import client
from quartermaster.simulators.carriers_api import ControlCenterApi, ThingSpaceApi, serving
from tests.factories import line_orders as make


@pytest.fixture
def line(cast, db):
    return make.line(cast.ana)


@pytest.fixture
def sim(line):
    return line.sims.get()


@pytest.fixture
def center(line, sim, at):
    """Control Center with the line's SIM, and an access that it takes."""
    api = ControlCenterApi()
    api.put(sim.iccid, msisdn=line.number.removeprefix("+"))
    with serving(api) as address:
        make.access(
            at,
            adapter="control-center",
            address=address,
            values={"username": api.username, "api_key": api.key},
        )
        yield api


@pytest.fixture
def thingspace(line, sim, at):
    """ThingSpace with the line, and an access that it takes."""
    client.forget()
    api = ThingSpaceApi()
    api.put(line.number.removeprefix("+1"), sim.iccid)
    with serving(api) as address:
        make.access(at, adapter="thingspace", address=address, values=entered(api))
        yield api


def entered(api, **more):
    return {
        "account": api.account,
        "key": api.key,
        "secret": api.secret,
        "username": api.username,
        "password": api.password,
        "callback_password": "say-friend",
        **more,
    }
