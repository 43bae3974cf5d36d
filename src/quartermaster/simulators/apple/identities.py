"""How a simulated device gets its identity, by the payload that tells it to."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from quartermaster.drivers.apple.wire import scep_client
from quartermaster.simulators.clock import now

SCEP, ACME = "com.apple.security.scep", "com.apple.security.acme"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


class Refused(Exception):  # noqa: N818 (an outcome)
    """A door did not answer 200."""

    def __init__(self, response: httpx.Response) -> None:
        super().__init__(f"{response.request.url.path} answered {response.status_code}.")
        self.response = response


@dataclass(frozen=True)
class Identity:
    """A certificate and its key."""

    certificate: x509.Certificate
    key: PrivateKey


def good(response: httpx.Response) -> httpx.Response:
    if response.status_code != httpx.codes.OK:
        raise Refused(response)
    return response


def by_scep(client: httpx.Client, payload: Mapping[str, Any], present: Identity | None) -> Identity:
    """Ask by SCEP; with a present identity of an RSA key as a renewal signed by that."""
    asked = payload["PayloadContent"]
    served = good(client.get(asked["URL"], params={"operation": "GetCACert"}))
    authority = scep_client.certificates_of(served.content)[0]
    capable = good(client.get(asked["URL"], params={"operation": "GetCACaps"})).text.split()
    key = rsa.generate_private_key(public_exponent=65537, key_size=asked["Keysize"])
    renewing = present_key = None
    if present is not None and "Renewal" in capable and isinstance(present.key, rsa.RSAPrivateKey):
        renewing, present_key = present.certificate, present.key
    sent = scep_client.request(
        key,
        name=str(asked["Subject"][-1][0][1]),
        challenge=asked["Challenge"],
        authority=authority,
        at=now(),
        renewing=renewing,
        present_key=present_key,
    )
    answered = client.post(asked["URL"], params={"operation": "PKIOperation"}, content=sent.message)
    return Identity(scep_client.read_answer(good(answered).content, sent, authority), key)
