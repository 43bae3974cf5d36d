"""The verbs of the room `mdm` in Apple's commands."""

import secrets as randomness
from collections.abc import Callable, Mapping

from quartermaster.drivers.apple.wire import commands, connect
from quartermaster.drivers.apple.wire.commands import Command, settings
from quartermaster.drivers.apple.wire.errors import WireError
from quartermaster.kernel.errors import InvalidInput
from quartermaster.mdm.driver import Context, Order, Performance, Secrets
from quartermaster.mdm.models import SecretKind
from quartermaster.mdm.states import LOCATE, LOST

PIN_DIGITS = 6
PASSWORD_BYTES = 18
Said = Mapping[str, str]
Performer = Callable[[Said, Context, Secrets], Performance]

# what Apple calls each verb; where it may be sent is known by the command
COMMANDS: Mapping[str, str] = {
    "lock": "DeviceLock",
    "clear-passcode": "ClearPasscode",
    "restart": "RestartDevice",
    "shut-down": "ShutDownDevice",
    "lost-mode-on": "EnableLostMode",
    "locate": "DeviceLocation",
    "play-sound": "PlayLostModeSound",
    "lost-mode-off": "DisableLostMode",
    "rename": "Settings",
    "update-system": "ScheduleOSUpdate",
    "set-recovery-lock": "SetRecoveryLock",
    "ask-bypass-code": "ActivationLockBypassCode",
    "allow-activation-lock": "Settings",
    "forbid-activation-lock": "Settings",
    "inspect": "CertificateList",
    "rotate-disk-key": "RotateFileVaultKey",
}
SUPERVISED_SETTINGS = frozenset({"rename", "allow-activation-lock", "forbid-activation-lock"})


def order(command: Command, key: str = "", *, secret: bool = False) -> Order:
    """A command as the queue takes it."""
    return Order(str(command["RequestType"]), connect.rendering(command), key=key, secret=secret)


def why_not(verb: str, context: Context) -> str:
    """Why Apple does not allow a verb on such a device, as a sentence; empty if it does."""
    if context.personal:
        return "A personal device is its holder's own: the City neither locks nor locates it."
    if verb in SUPERVISED_SETTINGS and context.platform != "macos" and not context.supervised:
        return "Apple allows this on supervised devices only."
    return _why_not_sent(COMMANDS[verb], context)


def _why_not_sent(kind: str, context: Context) -> str:
    return commands.why_not(
        kind,
        mac=context.platform == "macos",
        version=context.os_version,
        supervised=context.supervised,
    )


def perform(verb: str, said: Said, context: Context, kept: Secrets) -> Performance:
    """How a verb is carried out.

    Raises:
        InvalidInput: what was said with it cannot be sent.
    """
    try:
        return _PERFORMERS[verb](said, context, kept)
    except WireError as problem:
        raise InvalidInput(str(problem)) from problem


def _lock(said: Said, context: Context, _kept: Secrets) -> Performance:
    if context.platform != "macos":
        command = commands.device_lock(text=said["message"], phone_number=said["phone"])
        return Performance((order(command, "do:lock"),))
    pin = "".join(randomness.choice("0123456789") for _ in range(PIN_DIGITS))
    command = commands.device_lock(text=said["message"], unlock_pin=pin)
    return Performance(
        (order(command, "do:lock", secret=True),), {SecretKind.UNLOCK_PIN: pin.encode()}
    )


def _clear_passcode(_said: Said, _context: Context, kept: Secrets) -> Performance:
    command = commands.clear_passcode(kept.unlock_token)
    return Performance((order(command, "do:clear-passcode", secret=True),))


def _enable_lost_mode(said: Said, _context: Context, _kept: Secrets) -> Performance:
    command = commands.enable_lost_mode(
        text=said["message"], phone_number=said["phone"], footnote=said["footnote"]
    )
    return Performance((order(command, LOST),))


def _set_recovery_lock(_said: Said, _context: Context, kept: Secrets) -> Performance:
    password = randomness.token_urlsafe(PASSWORD_BYTES)
    command = commands.set_recovery_lock(password, current=kept.recovery_lock.decode())
    return Performance(
        (order(command, "do:recovery-lock", secret=True),),
        {SecretKind.RECOVERY_LOCK: password.encode()},
    )


def _rename(said: Said, _context: Context, _kept: Secrets) -> Performance:
    return Performance((order(settings.settings([settings.device_name(said["name"])]), "do:name"),))


def _update(said: Said, _context: Context, _kept: Secrets) -> Performance:
    command = commands.schedule_os_update(version=said["version"])
    return Performance((order(command, "do:update"), _asked(commands.os_update_status())))


def _asked(command: Command) -> Order:
    return order(command, f"ask:{command['RequestType']}")


def _inspect(_said: Said, context: Context, _kept: Secrets) -> Performance:
    """Whatever of the finer questions such a device answers."""
    questions = (
        commands.certificate_list(managed_only=False),
        commands.managed_application_list(),
        commands.restrictions_list(),
        commands.available_os_updates(),
        commands.os_update_status(),
        commands.user_list(),
        commands.security_info(),
    )
    asked = [item for item in questions if not _why_not_sent(str(item["RequestType"]), context)]
    return Performance(tuple(_asked(item) for item in asked))


def _activation_lock(*, allowed: bool) -> Performer:
    def performer(_said: Said, _context: Context, _kept: Secrets) -> Performance:
        setting = settings.activation_lock_while_supervised(allowed=allowed)
        return Performance((order(settings.settings([setting]), "do:activation-lock"),))

    return performer


def _rotate_disk_key(_said: Said, context: Context, kept: Secrets) -> Performance:
    command = commands.rotate_disk_key(kept.disk_key.decode(), context.sealing_certificate)
    return Performance((order(command, "do:disk-key", secret=True),))


def _plain(make: Callable[[], Command], key: str) -> Performer:
    """A verb with which nothing is said."""

    def performer(_said: Said, _context: Context, _kept: Secrets) -> Performance:
        return Performance((order(make(), key),))

    return performer


_PERFORMERS: Mapping[str, Performer] = {
    "lock": _lock,
    "clear-passcode": _clear_passcode,
    "restart": _plain(commands.restart_device, "do:restart"),
    "shut-down": _plain(commands.shut_down_device, "do:shut-down"),
    "lost-mode-on": _enable_lost_mode,
    "locate": _plain(commands.device_location, LOCATE),
    "play-sound": _plain(commands.play_lost_mode_sound, "do:sound"),
    "lost-mode-off": _plain(commands.disable_lost_mode, LOST),
    "rename": _rename,
    "update-system": _update,
    "set-recovery-lock": _set_recovery_lock,
    "allow-activation-lock": _activation_lock(allowed=True),
    "forbid-activation-lock": _activation_lock(allowed=False),
    "inspect": _inspect,
    "rotate-disk-key": _rotate_disk_key,
    "ask-bypass-code": _plain(commands.activation_lock_bypass_code, "do:bypass-code"),
}
