"""What the tests of the ACME service share."""

import hashlib

import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from quartermaster.drivers.apple.enrolling import profile_for
from quartermaster.drivers.apple.wire import plist
from quartermaster.kernel.clock import now
from quartermaster.mdm.models import CertificateOrder
from quartermaster.simulators.apple.identities import Refused
from quartermaster.simulators.apple.vouching import properties_of

SERIAL = "F2LX0000ABCD"


def acme_payload(token):
    profile = plist.loads(profile_for(token, now(), signed=False))
    return next(p for p in profile["PayloadContent"] if p["PayloadType"].endswith(".acme"))


def kind_of(response):
    return response.json()["type"].removeprefix("urn:ietf:params:acme:error:")


def refusal(work):
    with pytest.raises(Refused) as caught:
        work()
    return caught.value.response.status_code, kind_of(caught.value.response)


def freshness(challenge):
    return hashlib.sha256(challenge["token"].encode()).digest()


class Story:
    """An order under way, with everything that goes into its attestation open to change."""

    def __init__(self, account, payload, state):
        self.account, self.state = account, state
        self.key = ec.generate_private_key(ec.SECP384R1())
        self.url, self.order = account.order(payload["ClientIdentifier"])
        self.challenge = account.challenge(self.order)

    def chain(self, service=None, key=None, code=None, **more):
        service = service or self.state.enclave.service
        properties = properties_of(self.state, freshness(self.challenge) if code is None else code)
        public = (key or self.key).public_key()
        return service.chain(public, properties, more.pop("at", now()), **more)

    def attest(self, chain=None):
        return self.account.attest(self.challenge, chain or self.chain())

    def row(self):
        return CertificateOrder.objects.get()
