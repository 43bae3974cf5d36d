"""A device that asks for its enrolment profile, proven by the certificate that Apple gave it."""

import json
from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path

from cryptography import x509
from django.conf import settings

from quartermaster.drivers.apple.report import family_of
from quartermaster.drivers.apple.wire import machine
from quartermaster.drivers.apple.wire.errors import Untrusted, WireError
from quartermaster.drivers.apple.wire.machine import Machine
from quartermaster.kernel.errors import Refused
from quartermaster.mdm.makers import Asking

SYSTEMS: Mapping[str, str] = {"iOS": "ios", "iPadOS": "ipados", "macOS": "macos"}


def of_message(message: bytes, at: datetime) -> Asking:
    """The device whose signed description is the body of a request."""
    return _asking(machine.read(message, trusted(), at))


def of_headers(headers: Mapping[str, str], at: datetime) -> Asking | None:
    """The device whose signed description is in a header; None where there is no such header."""
    value = headers.get(machine.HEADER)
    return _asking(machine.of_header(value, trusted(), at)) if value else None


def of_web_view(headers: Mapping[str, str], at: datetime) -> Asking | None:
    """As `of_headers`, for the people's door: what is not proven is refused in the house's words.

    Raises:
        Refused: the header is there and does not prove what it says.
    """
    try:
        return of_headers(headers, at)
    except WireError as problem:
        raise Refused(f"This device could not be recognised. {problem}") from problem


def update_required(version: str) -> tuple[bytes, str]:
    """What has a device update first, and its media type."""
    return json.dumps(machine.update_required(version)).encode(), "application/json"


def _asking(said: Machine) -> Asking:
    family = family_of(said.product)
    return Asking(
        external_id=said.udid,
        serial=said.serial.upper(),
        system=SYSTEMS.get(family, ""),
        os_version=said.os_version,
        can_update=said.can_update,
        signed_at=said.signed_at,
    )


def trusted() -> tuple[x509.Certificate, ...]:
    """The certificates of Apple that a device's own must lead to, from the installation's file.

    Raises:
        Untrusted: the installation names none, so no device can be recognised.
    """
    if settings.APPLE_DEVICE_ANCHORS is None:
        raise Untrusted("This server has not been told yet which certificates Apple signs with.")
    return _loaded(settings.APPLE_DEVICE_ANCHORS)


@cache
def _loaded(path: Path) -> tuple[x509.Certificate, ...]:
    return tuple(x509.load_pem_x509_certificates(path.read_bytes()))
