"""Lost mode: the device is locked, tells who is to be called, and says where it is."""

from quartermaster.drivers.apple.wire.commands.checks import (
    Command,
    message,
    phone,
    with_texts,
)
from quartermaster.drivers.apple.wire.errors import Malformed


def enable_lost_mode(*, text: str = "", phone_number: str = "", footnote: str = "") -> Command:
    if not text.strip() and not phone_number:
        raise Malformed("Lost mode needs a message or a telephone number for the finder.")
    return with_texts(
        {"RequestType": "EnableLostMode"},
        Message=message(text),
        PhoneNumber=phone(phone_number) if phone_number else "",
        Footnote=message(footnote),
    )


def device_location() -> Command:
    return {"RequestType": "DeviceLocation"}


def play_lost_mode_sound() -> Command:
    return {"RequestType": "PlayLostModeSound"}


def disable_lost_mode() -> Command:
    return {"RequestType": "DisableLostMode"}
