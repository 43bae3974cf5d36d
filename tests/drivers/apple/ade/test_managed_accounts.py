"""The token for a Managed Apple Account, checked as Apple's identity service checks it."""

import base64
import json

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding

from quartermaster.drivers.apple.managed_accounts import token_for_account
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.errors import ListRefused
from tests.cast import AT

pytestmark = pytest.mark.django_db
HOUSE = system("test")


@pytest.fixture
def registered(dep):
    """The server token, made for a request of ours; the certificate that Apple's portal has."""
    asked = actions.request_credential(driver="apple", kind="ade", actor=HOUSE, at=AT)
    actions.complete_credential(
        credential=asked, content=dep.token_file(bytes(asked.request)), actor=HOUSE, at=AT
    )
    return x509.load_pem_x509_certificate(bytes(asked.request))


def opened(token: bytes, certificate: x509.Certificate) -> tuple[dict, dict]:
    """Header and claims, once the signature holds; by the RFC and not by our own code."""
    said, _, signature = token.rpartition(b".")
    certificate.public_key().verify(_data(signature), said, padding.PKCS1v15(), hashes.SHA256())
    header, claims = (json.loads(_data(part)) for part in said.split(b"."))
    return header, claims


def _data(part: bytes) -> bytes:
    return base64.urlsafe_b64decode(part + b"=" * (-len(part) % 4))


def test_apple_can_tell_that_it_is_our_server_and_our_word(dep, registered):
    first, second = token_for_account(AT), token_for_account(AT)
    header, claims = opened(first, registered)
    assert header == {"alg": "RS256", "typ": "JWT"}
    assert claims.pop("jti") != opened(second, registered)[1]["jti"]
    assert claims == {
        "iss": dep.server_uuid,
        "iat": int(AT.timestamp()),
        "service_type": "com.apple.maid",
    }
    assert dep.asked.count("GET /account") == 1  # asked for once


def test_a_token_from_elsewhere_came_without_the_key(token):
    assert token_for_account(AT) is None


def test_without_a_server_token_there_is_none(db):
    assert token_for_account(AT) is None


def test_a_server_that_apple_does_not_name_signs_nothing(dep, registered):
    dep.server_uuid = ""
    with pytest.raises(ListRefused):
        token_for_account(AT)
