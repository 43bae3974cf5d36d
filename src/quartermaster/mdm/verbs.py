"""What a person may have done to a device: declared once, for every platform, page and command.

Whether a verb is possible on one device, and how it is said there, is the driver's to know.
Erasing is not among them: it takes two people, and has a way of its own.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import Permit
from quartermaster.mdm import permits


@dataclass(frozen=True)
class Field:
    """One thing that a person says with a verb."""

    name: str
    label: str
    longest: int = 200
    required: bool = False


@dataclass(frozen=True)
class Verb:
    """One verb. ``hours``: after so long without being taken it is of no use any more."""

    code: str
    title: str
    sentence: str
    permit: Permit
    fields: tuple[Field, ...] = ()
    hours: int = 24 * 14


_MESSAGE = Field("message", "Message on the screen", 500)
_PHONE = Field("phone", "Telephone number to call", 40)

VERBS: Mapping[str, Verb] = {
    verb.code: verb
    for verb in (
        Verb(
            "lock",
            "Lock the screen",
            "The screen is locked now. A Mac restarts and asks for a PIN that is kept here.",
            permits.COMMAND_SEND,
            (_MESSAGE, _PHONE),
            24,
        ),
        Verb(
            "clear-passcode",
            "Clear the passcode",
            "The passcode is removed; the holder is asked to set a new one.",
            permits.COMMAND_SEND,
            hours=24,
        ),
        Verb("restart", "Restart", "The device restarts.", permits.COMMAND_SEND, hours=24),
        Verb(
            "shut-down",
            "Shut down",
            "The device switches itself off and cannot be reached until somebody starts it.",
            permits.COMMAND_SEND,
            hours=24,
        ),
        Verb(
            "lost-mode-on",
            "Switch lost mode on",
            "The device is locked and shows the message; only this office can end it.",
            permits.DEVICE_LOCATE,
            (_MESSAGE, _PHONE, Field("footnote", "Footnote", 200)),
        ),
        Verb(
            "locate",
            "Ask where the device is",
            "A device in lost mode says where it is. Its holder can see that it was asked.",
            permits.DEVICE_LOCATE,
            hours=1,
        ),
        Verb(
            "play-sound",
            "Play a sound",
            "A device in lost mode rings until somebody finds it.",
            permits.DEVICE_LOCATE,
            hours=1,
        ),
        Verb(
            "lost-mode-off",
            "End lost mode",
            "The device can be used again.",
            permits.DEVICE_LOCATE,
        ),
        Verb(
            "rename",
            "Rename",
            "The device takes this name.",
            permits.COMMAND_SEND,
            (Field("name", "Name", 200, required=True),),
        ),
        Verb(
            "update-system",
            "Install a system update",
            "The device loads this version and installs it as soon as it can.",
            permits.COMMAND_SEND,
            (Field("version", "Version", 20, required=True),),
        ),
        Verb(
            "set-recovery-lock",
            "Lock the recovery system",
            "A password is made and kept here; without it the Mac starts no other system.",
            permits.COMMAND_SEND,
        ),
        Verb(
            "ask-bypass-code",
            "Keep the activation-lock code",
            "The code that lifts the activation lock is asked for and kept here.",
            permits.COMMAND_SEND,
        ),
    )
}


def checked(verb: Verb, said: Mapping[str, str]) -> dict[str, str]:
    """What was said with a verb, trimmed and within its bounds.

    Raises:
        InvalidInput: something unknown, missing or too long.
    """
    known = {field.name: field for field in verb.fields}
    for name in said:
        if name not in known:
            raise InvalidInput(f"“{name[:40]}” is nothing that is said with “{verb.title}”.")
    kept = {name: said.get(name, "").strip() for name in known}
    for name, field in known.items():
        if field.required and not kept[name]:
            raise InvalidInput(f"{field.label} is missing.")
        if len(kept[name]) > field.longest:
            raise InvalidInput(f"{field.label} is longer than {field.longest} characters.")
    return kept
