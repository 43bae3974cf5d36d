"""A local push service with a certificate for it, and devices that listen there."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from quartermaster.mdm.models import Enrolment, ServiceCredential
    from quartermaster.simulators.apple.services.apns import PushService


@dataclass
class Pushing:
    """The service as it runs, and the credential that it takes."""

    service: "PushService"
    topic: str
    credential: "ServiceCredential"

    def listener(self, **more: Any) -> "Enrolment":
        """A device under management that listens; its token is registered at the service."""
        from tests.factories.waking import listener  # importable once Django is set up

        enrolment, token = listener(self.topic, **more)
        self.service.register(token, self.topic)
        return enrolment

    @property
    def reached(self) -> list[bytes]:
        """The tokens of the notifications that were taken, in order."""
        return [item.token for item in self.service.received]


@pytest.fixture
def trust(tmp_path: "Path") -> Callable[[Any], "Path"]:
    """Writes the root of a portal where a setting can name it."""
    from cryptography.hazmat.primitives.serialization import Encoding

    def write(portal: Any) -> "Path":
        path = tmp_path / "push-root.pem"
        path.write_bytes(portal.root.public_bytes(Encoding.PEM))
        return path

    return write


@pytest.fixture
def pushing(db: None, settings: Any, trust: Callable[[Any], "Path"]) -> Iterator[Pushing]:
    """Everything that waking takes: service, settings, certificate."""
    from quartermaster.drivers.apple import push
    from quartermaster.kernel.clock import now
    from quartermaster.kernel.permits import system
    from quartermaster.mdm import actions
    from quartermaster.simulators.apple.services.apns import PushService
    from quartermaster.simulators.apple.services.portal import Portal, new_topic

    portal, topic = Portal(), new_topic()
    service = PushService(portal)
    settings.APPLE_PUSH_TRUST = trust(portal)
    credential = actions.import_credential(
        driver="apple",
        kind="push",
        content=portal.bundle(topic).pem(),
        actor=system("test"),
        at=now(),
    )
    with service.open() as url:
        settings.APPLE_PUSH_URL = url
        yield Pushing(service, topic, credential)
        push.hang_up()
