"""What Apple's devices need of the installation, and what is missing of it while it is in use."""

from collections.abc import Sequence

from django.conf import settings

from quartermaster.drivers.apple import attesting
from quartermaster.drivers.apple.ade import asking
from quartermaster.drivers.apple.ade.token import ADE
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.mdm.credentials import active_credential


class Equipment:
    """The ability `Equipped` of the driver."""

    name: str

    def lacks(self) -> Sequence[str]:
        """What is missing for what is in use, a sentence each."""
        return [said for said in (_anchors(self.name), _roots()) if said]


def _anchors(driver: str) -> str:
    if active_credential(driver, ADE.name) is None:
        return ""
    try:
        asking.trusted()
    except Untrusted:
        return (
            "A server token of Apple's is in use, and QUARTERMASTER_APPLE_DEVICE_ANCHORS names no"
            " file: no device can enrol by itself."
        )
    except (OSError, ValueError):
        return f"The anchors of devices in {settings.APPLE_DEVICE_ANCHORS} cannot be read."
    return ""


def _roots() -> str:
    if settings.APPLE_ACME == "off" and not settings.APPLE_ATTESTATION_ROOTS:
        return ""
    try:
        known = attesting.anchors()
    except attesting.BadRoots as problem:
        return problem.message
    if known:
        return ""
    return (
        "Identities from keys in the hardware are asked for, and"
        " QUARTERMASTER_APPLE_ATTESTATION_ROOTS names no roots: no such identity can be issued."
    )
