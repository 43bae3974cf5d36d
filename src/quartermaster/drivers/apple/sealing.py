"""The certificate that Macs seal their disk's recovery key to, and opening what they sealed."""

from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from quartermaster.drivers.apple.wire import ca, envelope
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.mdm import sealing
from quartermaster.mdm.driver import Context


def certificate_for(context: Context, at: datetime) -> bytes:
    """The certificate (DER) for a City Mac; the first call makes it. Others seal nothing."""
    if context.platform != "macos" or context.personal:
        return b""
    present = sealing.active_certificate()
    if present:
        return present
    key = ca.new_key()
    made = ca.new_recipient(key, settings.CITY, at)
    return sealing.create(made.public_bytes(Encoding.DER), key, at)


def opened(sealed: bytes) -> bytes:
    """What a device sealed for us; empty if none of our keys opens it."""
    for key in sealing.active_keys():
        try:
            return envelope.decrypt(sealed, key, allow_des=False)
        except WireError:
            continue
    return b""
