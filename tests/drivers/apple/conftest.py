"""Keys and certificates that tests of the Apple dialect share; made once a run."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from quartermaster.drivers.apple.wire import ca

HOLDER = UUID("01935c2e-0000-7000-8000-000000000001")


@dataclass(frozen=True)
class Pair:
    key: rsa.RSAPrivateKey
    certificate: x509.Certificate


@pytest.fixture(scope="session")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture(scope="session")
def authority(instant: datetime) -> Pair:
    made = ca.new_key()
    return Pair(made, ca.new_authority(made, "Model City", instant))


@pytest.fixture(scope="session")
def instant() -> datetime:
    from tests.cast import AT  # models are importable once Django is set up

    return AT


@pytest.fixture(scope="session")
def device(authority: Pair, key: rsa.RSAPrivateKey, instant: datetime) -> Pair:
    issued = ca.issue(
        key.public_key(),
        holder=HOLDER,
        authority=authority.certificate,
        key=authority.key,
        at=instant,
    )
    return Pair(key, issued)
