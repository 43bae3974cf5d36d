"""ACME at the device's side: an order, an attestation, a certificate."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import cbor2
import httpx
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID
from josepy import jwa, jwk

from quartermaster.drivers.apple.wire.jws import encoded
from quartermaster.simulators.apple.identities import Identity, Refused
from quartermaster.simulators.apple.vouching import Enclave, properties_of
from quartermaster.simulators.clock import now

MEDIA_TYPE = "application/jose+json"
CURVES: Mapping[int, type[ec.EllipticCurve]] = {256: ec.SECP256R1, 384: ec.SECP384R1}


class AcmeClient:
    """One account at one server, with a key of its own."""

    def __init__(self, client: httpx.Client, directory_url: str) -> None:
        self.client = client
        self.directory: dict[str, str] = _good(client.get(directory_url)).json()
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.account = ""
        self.nonce = client.head(self.directory["newNonce"]).headers["Replay-Nonce"]

    def signed(self, url: str, payload: Mapping[str, Any] | None, **changed: Any) -> bytes:
        """One message, as it is sent; ``changed`` replaces parts of its protected header."""
        header: dict[str, Any] = {"alg": "ES256", "nonce": self.nonce, "url": url}
        if self.account:
            header["kid"] = self.account
        else:
            header["jwk"] = jwk.JWKEC(key=self.key.public_key()).to_json()
        header |= changed
        body = "" if payload is None else encoded(json.dumps(payload).encode())
        protected = encoded(json.dumps(header).encode())
        signature = jwa.ES256.sign(self.key, f"{protected}.{body}".encode())
        return json.dumps(
            {"protected": protected, "payload": body, "signature": encoded(signature)}
        ).encode()

    def send(self, url: str, message: bytes) -> httpx.Response:
        answered = self.client.post(url, content=message, headers={"Content-Type": MEDIA_TYPE})
        self.nonce = answered.headers.get("Replay-Nonce", self.nonce)
        return answered

    def ask(self, url: str, payload: Mapping[str, Any] | None) -> httpx.Response:
        return _good(self.send(url, self.signed(url, payload)))

    def open_account(self) -> None:
        made = self.ask(self.directory["newAccount"], {"termsOfServiceAgreed": True})
        self.account = made.headers["Location"]

    def order(self, identifier: str) -> tuple[str, dict[str, Any]]:
        """A new order, by its address, and as it stands."""
        asked = {"identifiers": [{"type": "permanent-identifier", "value": identifier}]}
        made = self.ask(self.directory["newOrder"], asked)
        return made.headers["Location"], made.json()

    def challenge(self, order: Mapping[str, Any]) -> dict[str, Any]:
        """The one challenge of an order."""
        found = self.ask(order["authorizations"][0], None).json()
        (challenge,) = found["challenges"]
        return dict(challenge)

    def attest(self, challenge: Mapping[str, Any], chain: list[bytes]) -> dict[str, Any]:
        answer = {"attObj": encoded(attestation_object(chain))}
        return dict(self.ask(challenge["url"], answer).json())

    def finalize(
        self, order: Mapping[str, Any], key: ec.EllipticCurvePrivateKey
    ) -> x509.Certificate:
        done = self.ask(order["finalize"], {"csr": encoded(request_for(key))}).json()
        pem = self.ask(done["certificate"], None).content
        return x509.load_pem_x509_certificates(pem)[0]


def attestation_object(chain: list[bytes]) -> bytes:
    return cbor2.dumps({"fmt": "apple", "attStmt": {"x5c": chain}, "authData": b""})


def request_for(key: ec.EllipticCurvePrivateKey) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "device")])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, hashes.SHA384()).public_bytes(Encoding.DER)


def by_acme(
    client: httpx.Client, payload: Mapping[str, Any], state: Any, enclave: Enclave
) -> Identity:
    """Ask by ACME for an identity whose key is made in the device's hardware."""
    key = ec.generate_private_key(CURVES[payload["KeySize"]]())
    acme = AcmeClient(client, payload["DirectoryURL"])
    acme.open_account()
    _, order = acme.order(payload["ClientIdentifier"])
    challenge = acme.challenge(order)
    freshness = hashlib.sha256(challenge["token"].encode()).digest()
    chain = enclave.service.chain(key.public_key(), properties_of(state, freshness), now())
    acme.attest(challenge, chain)
    return Identity(acme.finalize(order, key), key)


def _good(response: httpx.Response) -> httpx.Response:
    if response.status_code not in {200, 201}:
        raise Refused(response)
    return response
