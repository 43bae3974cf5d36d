"""How a device is managed: a pure function of its class and platform (S-1)."""

from enum import StrEnum

from quartermaster.inventory.models import DeviceClass, Platform


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
_RUNS = {
    DeviceClass.SMARTPHONE: frozenset({Platform.IOS, Platform.ANDROID, Platform.NONE}),
    DeviceClass.TABLET: frozenset(
        {Platform.IPADOS, Platform.ANDROID, Platform.WINDOWS, Platform.NONE}
    ),
    DeviceClass.LAPTOP: frozenset({Platform.MACOS, Platform.WINDOWS, Platform.NONE}),
    DeviceClass.HOTSPOT: frozenset({Platform.NONE}),
}


def channel(device_class: str, platform: str) -> Channel:
    """The management channel of a class and platform; a hot-spot has only its line (S-1)."""
    if device_class == DeviceClass.HOTSPOT:
        return Channel.LINE
    return _CHANNELS.get(Platform(platform), Channel.NONE)


def require_fit(device_class: DeviceClass, platform: Platform) -> None:
    """Raise `ValueError` where no device of the class runs the platform."""
    if platform not in _RUNS[device_class]:
        raise ValueError(f"a {device_class.label.lower()} does not run {platform.label}")


def usual_class(platform: str) -> DeviceClass:
    """The class that a device is taken for where only its platform is known.

    Raises:
        ValueError: nothing that can be enrolled runs it.
    """
    for device_class, platforms in _RUNS.items():
        if platform in platforms - {Platform.NONE}:
            return device_class
    raise ValueError(f"nothing runs {platform}")
