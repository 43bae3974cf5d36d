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
    """One verb. ``hours``: after so long without being taken it is of no use any more.

    ``confirm``: whoever asks for it says that it is the right device. ``while_lost``: only in lost
    mode. ``many``: also for a list of devices. ``steps``: what will happen, for the page.
    """

    code: str
    title: str
    sentence: str
    permit: Permit
    fields: tuple[Field, ...] = ()
    hours: int = 24 * 14
    confirm: bool = False
    while_lost: bool = False
    many: bool = False
    steps: tuple[str, ...] = ()
    needs_secret: str = ""
    needs_unlock_token: bool = False


REFRESH = "refresh"  # for many devices: ask anew for what the posture is made of
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
            confirm=True,
            steps=(
                "Whoever has the device needs its passcode to go on.",
                "A Mac restarts at once and asks for a PIN; what was not saved is lost.",
            ),
        ),
        Verb(
            "clear-passcode",
            "Clear the passcode",
            "The passcode is removed; the holder is asked to set a new one.",
            permits.COMMAND_SEND,
            hours=24,
            confirm=True,
            needs_unlock_token=True,
            steps=("Until a new passcode is set, anybody can open the device.",),
        ),
        Verb(
            "restart",
            "Restart",
            "The device restarts.",
            permits.COMMAND_SEND,
            hours=24,
            confirm=True,
            many=True,
            steps=("What was not saved is lost. Until it is unlocked it may not be reached.",),
        ),
        Verb(
            "shut-down",
            "Shut down",
            "The device switches itself off and cannot be reached until somebody starts it.",
            permits.COMMAND_SEND,
            hours=24,
            confirm=True,
        ),
        Verb(
            "lost-mode-on",
            "Switch lost mode on",
            "The device is locked and shows the message; only this office can end it.",
            permits.DEVICE_LOCATE,
            (_MESSAGE, _PHONE, Field("footnote", "Footnote", 200)),
            confirm=True,
            steps=(
                "The holder is told by mail, and told each time the device is located.",
                "While lost mode is on, the device may be asked where it is.",
            ),
        ),
        Verb(
            "locate",
            "Ask where the device is",
            "A device in lost mode says where it is. Its holder is told that it was asked.",
            permits.DEVICE_LOCATE,
            hours=1,
            while_lost=True,
            steps=(
                "The place is seen by those who look for lost devices alone; each look is kept.",
                "It is deleted some weeks later by itself.",
            ),
        ),
        Verb(
            "play-sound",
            "Play a sound",
            "A device in lost mode rings until somebody finds it.",
            permits.DEVICE_LOCATE,
            hours=1,
            while_lost=True,
        ),
        Verb(
            "lost-mode-off",
            "End lost mode",
            "The device can be used again.",
            permits.DEVICE_LOCATE,
            steps=("The holder is told by mail.",),
        ),
        Verb(
            "inspect",
            "Ask for details",
            "The device is asked for its certificates, accounts, managed software, restrictions"
            " and updates.",
            permits.COMMAND_SEND,
            hours=24,
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
            confirm=True,
            many=True,
            steps=("The device restarts; it may ask for its passcode first.",),
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
        Verb(
            "allow-activation-lock",
            "Allow the activation lock",
            "The holder's own account may lock the device against thieves; the code kept here"
            " lifts that lock.",
            permits.COMMAND_SEND,
        ),
        Verb(
            "forbid-activation-lock",
            "Forbid the activation lock",
            "The holder's own account can lock the device no more.",
            permits.COMMAND_SEND,
        ),
        Verb(
            "rotate-disk-key",
            "Replace the recovery key",
            "The Mac makes a new recovery key for its disk, which is kept here; the earlier one"
            " opens nothing any more.",
            permits.COMMAND_SEND,
            needs_secret="disk-key",  # noqa: S106 (a kind of secret)
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
