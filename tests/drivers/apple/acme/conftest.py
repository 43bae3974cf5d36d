"""An installation with the ACME service, and an order under way."""

import pytest

from quartermaster.drivers.apple.wire import ca
from quartermaster.kernel.clock import now
from quartermaster.mdm import authority
from quartermaster.simulators.apple import iphone
from quartermaster.simulators.apple.acme_client import AcmeClient
from quartermaster.simulators.apple.vouching import Enclave
from tests.drivers.apple.acme.story import SERIAL, Story, acme_payload


@pytest.fixture(scope="session")
def made_once():
    key = ca.new_key()
    return ca.new_authority(key, "Model City", now()), key


@pytest.fixture(autouse=True)
def ready(made_once, db):
    """The installation's authority, which takes long to make."""
    authority.create(*made_once, now())


@pytest.fixture
def payload(assigned, token_for, hardware_keys):
    return acme_payload(token_for(assigned(serial=SERIAL)))


@pytest.fixture
def account(acme_http, payload):
    client = AcmeClient(acme_http, payload["DirectoryURL"])
    client.open_account()
    return client


@pytest.fixture
def state(vouching):
    return iphone(serial=SERIAL, enclave=Enclave(vouching))


@pytest.fixture
def story(account, payload, state):
    return Story(account, payload, state)
