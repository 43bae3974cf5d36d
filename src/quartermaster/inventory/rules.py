"""Pure decisions about equipment."""

from enum import StrEnum

from quartermaster.inventory.models import DeviceClass, LineStatus, Platform
from quartermaster.kernel.transitions import Machine, Transition


class Channel(StrEnum):
    """How a device is managed (S-1)."""

    APPLE = "Apple MDM"
    ANDROID = "Android Management API"
    WINDOWS = "Windows MDM"
    LINE = "line only"
    NONE = "none"


_CHANNELS = {
    Platform.IOS: Channel.APPLE,
    Platform.IPADOS: Channel.APPLE,
    Platform.MACOS: Channel.APPLE,
    Platform.ANDROID: Channel.ANDROID,
    Platform.WINDOWS: Channel.WINDOWS,
}


def channel(device_class: str, platform: str) -> Channel:
    """The management channel of a class and platform; a hot-spot has only its line (S-1)."""
    if device_class == DeviceClass.HOTSPOT:
        return Channel.LINE
    return _CHANNELS.get(Platform(platform), Channel.NONE)


_LIVE = frozenset({LineStatus.ORDERED, LineStatus.ACTIVE, LineStatus.SUSPENDED})

LINE = Machine(
    "line",
    LineStatus.ORDERED,
    [
        Transition("activate", frozenset({LineStatus.ORDERED}), LineStatus.ACTIVE),
        Transition("suspend", frozenset({LineStatus.ACTIVE}), LineStatus.SUSPENDED),
        Transition("restore", frozenset({LineStatus.SUSPENDED}), LineStatus.ACTIVE),
        Transition("cancel", _LIVE, LineStatus.CANCELLED),
        Transition(
            "port out", frozenset({LineStatus.ACTIVE, LineStatus.SUSPENDED}), LineStatus.PORTED
        ),
    ],
)
