"""Erasing a device, and letting one go, in Apple's commands: built here alone, against a leave."""

import secrets as randomness
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.drivers.apple import enrolling, means
from quartermaster.drivers.apple.wire import cms, commands, connect, plist
from quartermaster.drivers.apple.wire.commands import Command, Erasure
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.mdm.abilities import Choice
from quartermaster.mdm.driver import Context, Order, Performance
from quartermaster.mdm.leave import Leave, spend
from quartermaster.mdm.models import SecretKind
from quartermaster.mdm.rules.destruction import Kind

RETURN, KEEP_PLAN = "return_to_service", "preserve_data_plan"
RETURN_SINCE, BEHAVIOUR_SINCE = (17,), (12,)
PIN_DIGITS = 6
LARGEST = 8 * 1024 * 1024  # bytes of a command, with a profile in it
WHOLE = "EraseDevice"
SAID = {
    RETURN: Choice(RETURN, "Let it come back into service by itself"),
    KEEP_PLAN: Choice(KEEP_PLAN, "Keep the mobile plan of its eSIM"),
}
OWN = "org.quartermaster."
# ways to write a word so that it is not seen
_HIDDEN = (b"&#", b"<![CDATA[", b"<!--", b"<!ENTITY")
# what a harmful command must have in it, whichever way it is written
_SIGNS = (WHOLE.encode(), b"RemoveProfile", b"InstallProfile", *_HIDDEN)
# a profile by which a device erases itself, after so many wrong passcodes, or that cannot be read
_ERASING = (b"maxFailedAttempts", b"EncryptedPayloadContent", b"\x00", *_HIDDEN)


def choices(kind: str, context: Context) -> tuple[Choice, ...]:
    """What may be said with it: a Mac knows none of these."""
    if kind != Kind.WIPE or context.platform == "macos":
        return ()
    back = _version(context.os_version) >= RETURN_SINCE or not context.os_version
    return (SAID[RETURN], SAID[KEEP_PLAN]) if back else (SAID[KEEP_PLAN],)


def why_not(kind: str, context: Context, said: Mapping[str, object]) -> str:
    """Why Apple, or the policy, does not allow it on such a device; empty if they do."""
    if kind == Kind.WIPE and context.personal:
        return "A personal device is never erased: only what the City put on it can be removed."
    allowed = {item.name for item in choices(kind, context)}
    if set(said) - allowed:
        return "This device does not know what was chosen with it."
    return commands.why_not(
        WHOLE if kind == Kind.WIPE else "RemoveProfile",
        mac=context.platform == "macos",
        version=context.os_version,
        supervised=context.supervised,
        personal=context.personal,
    )


def removes(kind: str, context: Context, said: Mapping[str, object]) -> tuple[str, ...]:
    """What goes and what stays, for whoever agrees to it and for the holder (G-10)."""
    if kind == Kind.REMOVAL:
        return (
            (
                "What the City put on the device goes: its settings, accounts and certificates, and"
                " the managed applications with their data."
            ),
            "Personal applications, photographs, messages and accounts stay.",
            "The City no longer manages the device, and it reaches City services no longer.",
        )
    lines = [
        (
            "Everything on the device is erased: City data and personal data, applications,"
            " photographs, messages and accounts. It cannot be undone."
        ),
        "The City is not responsible for personal data that is lost by it.",
    ]
    if context.platform == "macos":
        lines.append("A Mac without a security chip then asks for a PIN that is kept here.")
    elif said.get(KEEP_PLAN):
        lines.append("The mobile plan of its eSIM stays.")
    else:
        lines.append("The mobile plan of an eSIM goes as well.")
    if said.get(RETURN):
        lines.append("It comes back into service by itself, under management, without data.")
    return tuple(lines)


def destroy(
    leave: Leave, context: Context, said: Mapping[str, object], back: str, at: datetime
) -> Performance:
    """The one command that a leave is for.

    Raises:
        NotReleased: the leave is none, or was used.
    """
    spend(leave)
    if leave.kind is Kind.REMOVAL:
        return Performance(
            (_order(commands.remove_management(context.former_profile or means.IDENTIFIER)),)
        )
    if context.platform != "macos":
        how = Erasure(
            preserve_data_plan=bool(said.get(KEEP_PLAN)) if KEEP_PLAN in _known(context) else None,
            return_to_service=bool(back),
            management_profile=enrolling.profile_for(back, at, signed=True) if back else b"",
            wifi_profile=_wifi() if back else b"",
        )
        return Performance((_order(commands.erase_device(how), secret=bool(back)),))
    pin = "".join(randomness.choice("0123456789") for _ in range(PIN_DIGITS))
    known = _version(context.os_version) >= BEHAVIOUR_SINCE or not context.os_version
    # acknowledged must mean that it goes: never an error from a Mac that then erases itself
    how = Erasure(pin=pin, obliteration="ObliterateWithWarning" if known else "")
    order = _order(commands.erase_device(how), secret=True)
    return Performance((order,), {SecretKind.UNLOCK_PIN: pin.encode()})


def destroys(payload: bytes) -> bool:
    """Whether these bytes tell a device to erase itself or to forget us, however written."""
    if b"\x00" in payload[:256]:
        return True  # no text as the house writes it: a device might read what we cannot
    if not any(sign in payload for sign in _SIGNS):
        return False
    try:
        command = plist.loads(payload, limit=LARGEST).get("Command")
    except WireError:
        return True
    if not isinstance(command, Mapping):
        return False
    kind = command.get("RequestType")
    if kind == "InstallProfile":
        return _makes_it_erase_itself(command.get("Payload"))
    return kind == WHOLE or (kind == "RemoveProfile" and not _is_setting(command))


def _makes_it_erase_itself(profile: object) -> bool:
    """Whether a profile has a device erase itself, or is written so that nobody can tell (G-10)."""
    if not isinstance(profile, bytes):
        return True
    text = profile.lstrip()
    if not text.startswith(b"<"):
        try:
            text = cms.content_of(profile).lstrip()
        except WireError:
            return True
    return not text.startswith(b"<") or any(sign in text for sign in _ERASING)


def _is_setting(command: Mapping[str, Any]) -> bool:
    """Whether a profile is one of the house's with settings. Any other may be what manages it."""
    name = command.get("Identifier")
    return isinstance(name, str) and name.startswith(OWN) and name != means.IDENTIFIER


def _order(command: Command, *, secret: bool = False) -> Order:
    def render(command_uuid: UUID) -> bytes:
        return connect.render(str(command_uuid), command)

    return Order(
        str(command["RequestType"]), render, key="destroy", secret=secret, destructive=True
    )


def _known(context: Context) -> set[str]:
    return {item.name for item in choices(Kind.WIPE, context)}


def _wifi() -> bytes:
    path: Path | None = settings.ERASE_WIFI_PROFILE
    return path.read_bytes() if path else b""


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
