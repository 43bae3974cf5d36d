"""What a device takes by declaration: by Apple's tables, and by what it says itself."""

from quartermaster.drivers.apple.wire.declarative.availability import (
    ITEMS,
    Kind,
    Target,
    available,
    has_key,
    knows_declarations,
)
from quartermaster.mdm.driver import Context
from quartermaster.mdm.posture import EVERYTHING


def target_of(context: Context) -> Target:
    """The device in Apple's words."""
    if context.supervised:
        kind = Kind.SUPERVISED
    else:
        kind = Kind.USER if context.user_enrolment else Kind.DEVICE
    return Target(context.platform == "macos", kind, context.os_version)


def takes_declarations(context: Context) -> bool:
    """Whether declarations are used at all.

    Not while the version is unknown: an old device would refuse them, and have no profile either.
    """
    known = bool(context.os_version) and EVERYTHING not in context.refused
    return known and knows_declarations(target_of(context))


def declares(context: Context, kind: str, *keys: str) -> bool:
    """Whether a declaration of this kind, with these keys, is used for such a device."""
    target = target_of(context)
    return (
        takes_declarations(context)
        and available(kind, target)
        and kind not in context.refused
        and (context.supported is None or kind in context.supported)
        and all(has_key(kind, key, target) for key in keys)
    )


# Told by every client without being asked (Apple: an implicit subscription).
_UNASKED = frozenset({"management.client-capabilities", "management.declarations"})
# A personal device is not asked which piece of hardware it is (G-1).
_NOT_OF_PERSONS = frozenset({"device.identifier.serial-number", "device.identifier.udid"})


def subscribed(context: Context) -> tuple[str, ...]:
    """The status items that such a device is asked to tell, in the order of their names (G-1)."""
    target = target_of(context)
    refused = _NOT_OF_PERSONS if context.personal else frozenset[str]()
    return tuple(
        name
        for name in sorted(ITEMS)
        if available(name, target)
        and name not in refused
        and (context.supported is None or name in _UNASKED or name in context.supported)
    )
