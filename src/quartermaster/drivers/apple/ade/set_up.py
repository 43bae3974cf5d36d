"""What a device gets while it waits in the setup assistant, and the word that lets it go on."""

import secrets as randomness

from django.conf import settings

from quartermaster.drivers.apple import verbs
from quartermaster.drivers.apple.wire import commands
from quartermaster.drivers.apple.wire.commands.accounts import SALT_BYTES
from quartermaster.inventory.models import Platform
from quartermaster.mdm.actions.setting_up import RELEASE
from quartermaster.mdm.driver import Context, Order, Performance
from quartermaster.mdm.models import SecretKind

PASSWORD_BYTES = 18


def set_up(context: Context) -> Performance:
    """On a Mac the administrator that the settings ask for; its password is kept in escrow."""
    administrator = settings.ADE_MAC_ADMINISTRATOR
    if context.platform != Platform.MACOS or not administrator:
        return Performance(())
    password = randomness.token_urlsafe(PASSWORD_BYTES)
    command = commands.account_configuration(
        administrator, password, randomness.token_bytes(SALT_BYTES)
    )
    return Performance(
        (verbs.order(command, "set-up:account", secret=True),),
        {SecretKind.ADMINISTRATOR: password.encode()},
    )


def release() -> Order:
    return verbs.order(commands.device_configured(), RELEASE)
