"""What a device says of itself when its person signs in to enrol it (Apple: MachineInfo).

`machine` reads what a device tells that enrols by itself, and asks whether Apple made it.
"""

from dataclasses import dataclass

from quartermaster.drivers.apple.wire import cms, plist
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge
from quartermaster.drivers.apple.wire.fields import optional_text
from quartermaster.drivers.apple.wire.machine import LARGEST, content_of

__all__ = ["LARGEST", "MachineInfo", "read"]
_PLATFORMS = {"iPhone": "ios", "iPod": "ios", "iPad": "ipados"}


@dataclass(frozen=True)
class MachineInfo:
    """A User Enrolment names neither UDID nor serial number."""

    product: str
    build: str = ""
    os_version: str = ""
    language: str = ""
    udid: str = ""
    serial: str = ""

    @property
    def platform(self) -> str:
        """``ios``, ``ipados`` or ``macos``, from the product type; Macs have many names."""
        for prefix, platform in _PLATFORMS.items():
            if self.product.startswith(prefix):
                return platform
        return "macos" if "Mac" in self.product else ""


def read(body: bytes) -> MachineInfo:
    """The message, signed by the device or plain.

    The signature must hold, but whose it is, is not asked here: it proves the message whole, and
    the person who signs in is the proof of leave.
    """
    if len(body) > LARGEST:
        raise TooLarge("The message is too long.")
    message = plist.loads(_content(body), limit=LARGEST)
    found = MachineInfo(
        product=optional_text(message, "PRODUCT"),
        build=optional_text(message, "VERSION"),
        os_version=optional_text(message, "OS_VERSION"),
        language=optional_text(message, "LANGUAGE"),
        udid=optional_text(message, "UDID"),
        serial=optional_text(message, "SERIAL"),
    )
    if not found.product:
        raise Malformed("“PRODUCT” is missing.")
    return found


def _content(body: bytes) -> bytes:
    if body.startswith(b"<"):
        return body
    signed = cms.load_signed_data(body)
    content = content_of(signed)
    cms.verify_signer(signed, content)
    return content
