"""The ACME service without a socket, and devices whose maker vouches for them."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import httpx
import pytest


class InProcess(httpx.BaseTransport):
    """Hands a client's requests to the service as the devices' door would."""

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        from quartermaster.drivers.apple.acme.door import answer  # needs Django set up
        from quartermaster.kernel.clock import now

        asked: Any = SimpleNamespace(
            method=request.method,
            path=request.url.path.removeprefix("/acme").strip("/"),
            headers={name.lower(): value for name, value in request.headers.items()},
            body=request.read(),
            at=now(),
        )
        found = answer(asked)
        headers = {"Content-Type": found.media_type, **found.headers}
        return httpx.Response(found.status, headers=headers, content=found.body)


@pytest.fixture(scope="session")
def vouching() -> Any:
    """The simulated maker's service."""
    from quartermaster.kernel.clock import now
    from quartermaster.simulators.apple.vouching import Vouching

    return Vouching.founded(now())


@pytest.fixture
def hardware_keys(settings: Any, vouching: Any, tmp_path: Any) -> Any:
    """An installation that trusts the simulated maker and requires keys in the hardware."""
    roots = tmp_path / "roots.pem"
    roots.write_bytes(vouching.root_pem)
    settings.APPLE_ATTESTATION_ROOTS = str(roots)
    settings.APPLE_ACME = "required"
    return settings


@pytest.fixture
def acme_http() -> Iterator[httpx.Client]:
    with httpx.Client(transport=InProcess()) as client:
        yield client
