"""The names that our declarations have for ever, and what each is."""

from collections.abc import Mapping

from quartermaster.drivers.apple.wire.declarative import availability as kinds

NAME = "org.quartermaster."
PASSCODE, RESTRICTIONS, GATEKEEPER = "passcode", "restrictions", "gatekeeper"
UPDATE_BY, UPDATES = "update-by", "updates"
DISK = "disk"  # never a declaration: the device seals its key to a certificate in the profile

KINDS: Mapping[str, str] = {
    f"{NAME}organisation": kinds.ORGANISATION,
    f"{NAME}properties": kinds.PROPERTIES,
    f"{NAME}status": kinds.SUBSCRIPTIONS,
    f"{NAME}identity": kinds.USER_IDENTITY,
    f"{NAME}{PASSCODE}": kinds.PASSCODE,
    f"{NAME}{RESTRICTIONS}": kinds.LEGACY,
    f"{NAME}{GATEKEEPER}": kinds.LEGACY,
    f"{NAME}{UPDATE_BY}": kinds.UPDATE_BY,
    f"{NAME}{UPDATES}": kinds.UPDATES,
}
