"""The entry that each setting has in the catalogue."""

from dataclasses import dataclass, field
from typing import Any

from quartermaster.policy.requirements.orders import Order

ENTRY = "quartermaster"
EVERY_PLATFORM = ("ios", "ipados", "macos", "android", "windows")


@dataclass(frozen=True)
class Setting:
    """One thing that can be required of a device.

    ``remedy`` tells the holder what to do; ``destructive`` marks what lets a device erase itself,
    which takes two people to ask for.
    """

    key: str
    title: str
    clause: str
    order: Order[Any]
    remedy: str
    help: str = ""
    unit: str = ""
    platforms: tuple[str, ...] = EVERY_PLATFORM
    destructive: bool = False

    @property
    def lax(self) -> Any:
        return self.order.lax

    def show(self, value: Any) -> str:
        return self.order.show(value, self.unit)


def setting(
    order: Order[Any],
    title: str,
    clause: str,
    remedy: str,
    *,
    note: str = "",
    unit: str = "",
    platforms: tuple[str, ...] = EVERY_PLATFORM,
    destructive: bool = False,
) -> Any:
    """Declare a setting as a field of `Requirements`: value, order and words in one place."""

    def entry(key: str) -> Setting:
        return Setting(key, title, clause, order, remedy, note, unit, platforms, destructive)

    return field(default_factory=lambda: order.lax, metadata={ENTRY: entry})
