"""The demo's push service: a simulated Apple on this machine, so that devices are really woken."""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from quartermaster.kernel import vault
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.checkin import place
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import EnrolmentState
from quartermaster.simulators.apple import Refused, SimulatedDevice
from quartermaster.simulators.apple.services.apns import PushService
from quartermaster.simulators.apple.services.portal import Portal, new_topic

HOUSE = system("the demo")
URL, TRUST = "QUARTERMASTER_APPLE_PUSH_URL", "QUARTERMASTER_APPLE_PUSH_TRUST"


def prepare() -> None:
    """Have a push certificate of the simulated portal, and tell our processes where its service is.

    Nothing of it where the installation has a certificate of Apple's, or a service was named.
    """
    if URL in os.environ:
        return
    portal = _portal()
    present = active_credential("apple", "push")
    if present is None:
        bundle = portal.bundle(new_topic())
        actions.import_credential(
            driver="apple", kind="push", content=bundle.pem(), actor=HOUSE, at=now()
        )
    elif present.public.get("issuer") != portal.intermediate.subject.rfc4514_string():
        return
    _root().write_bytes(portal.root.public_bytes(Encoding.PEM))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    os.environ[URL], os.environ[TRUST] = f"https://127.0.0.1:{port}", str(_root())


@contextmanager
def running() -> Iterator[PushService | None]:
    """The push service, where `prepare` arranged for one. Devices of an earlier run sleep on."""
    if settings.APPLE_PUSH_TRUST is None or Path(settings.APPLE_PUSH_TRUST) != _root():
        yield None
        return
    service = PushService(_portal(), port=urlsplit(settings.APPLE_PUSH_URL).port or 0)
    with service.open():
        for row in Enrolment.objects.filter(state=EnrolmentState.ENROLLED, driver="apple"):
            if row.sealed_push_token:
                sealed = bytes(row.sealed_push_token)
                token = vault.unseal(sealed, place=place(row, "push-token"))
                service.register(token, row.topic)
        yield service


def listen(phone: SimulatedDevice, service: PushService) -> None:
    """Have a simulated device come whenever the service wakes it."""
    wake = _Woken(phone)
    phone.on_token = lambda token, topic: service.register(token, topic, wake)


class _Woken:
    """A device that connects when it is woken, once at a time."""

    def __init__(self, phone: SimulatedDevice) -> None:
        self._phone = phone
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock, httpx.Client(timeout=30) as client:
            self._phone.client = client
            try:
                self._phone.connect()
            except (Refused, httpx.HTTPError):
                return


def _folder() -> Path:
    folder = Path(settings.DATA).resolve() / "demo"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _root() -> Path:
    return _folder() / "push-root.pem"


def _portal() -> Portal:
    """The portal with the keys that it had before, so that its certificates stay good."""
    return Portal(_kept("root"), _kept("intermediate"))


def _kept(name: str) -> rsa.RSAPrivateKey:
    path = _folder() / f"{name}.pem"
    if path.exists():
        known = load_pem_private_key(path.read_bytes(), None)
        if isinstance(known, rsa.RSAPrivateKey):
            return known
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path.touch(mode=0o600)
    path.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return key
