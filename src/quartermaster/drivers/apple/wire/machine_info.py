"""What a device says of itself when it asks for an enrolment profile (Apple: MachineInfo)."""

from dataclasses import dataclass

from quartermaster.drivers.apple.wire import cms, plist
from quartermaster.drivers.apple.wire.errors import Malformed
from quartermaster.drivers.apple.wire.fields import optional_text

LARGEST = 64 * 1024
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
        raise Malformed("The message is too long.")
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
    if body.lstrip().startswith(b"<"):
        return body
    signed = cms.load_signed_data(body)
    try:
        content = signed["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError) as problem:
        raise Malformed("The signed message cannot be read.") from problem
    if not isinstance(content, bytes):
        raise Malformed("The signed message holds nothing.")
    cms.verify_signer(signed, content)
    return content
