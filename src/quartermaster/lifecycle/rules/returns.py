"""Coming back: what must be settled first, by class and platform (C-2, C-3)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import TextChoices

from quartermaster.inventory.models import DeviceClass, Platform
from quartermaster.kernel.transitions import Machine, Transition


class ReturnReason(TextChoices):
    NOT_NEEDED = "not_needed", "Not needed any longer"
    REPLACED = "replaced", "Replaced by another"
    BEYOND_REPAIR = "beyond_repair", "Beyond repair"
    SEPARATION = "separation", "The holder leaves the City"
    OTHER = "other", "Another reason"


class ReturnState(TextChoices):
    EXPECTED = "expected", "Expected"
    RECEIVED = "received", "Received"
    CANCELLED = "cancelled", "Cancelled"


RETURN: Machine[ReturnState] = Machine(
    "return",
    ReturnState.EXPECTED,
    [
        Transition("receive", frozenset({ReturnState.EXPECTED}), ReturnState.RECEIVED),
        Transition("cancel", frozenset({ReturnState.EXPECTED}), ReturnState.CANCELLED),
    ],
)


class ItemCode(TextChoices):
    RECORDS = "records", "Nothing of the City is left on it that City systems do not have"
    ACCOUNTS = "accounts", "Accounts are signed out"
    ACTIVATION_LOCK = "activation_lock", "The activation lock is off"
    SETTINGS = "settings", "Its settings and password are reset"
    SIM = "sim", "The SIM is out"
    ACCESSORY = "accessory", "An accessory comes back"
    CHARGER = "charger", "The charger comes back"


class ItemState(TextChoices):
    """Missing: it does not come back, which the receipt says. Waived: it cannot be done."""

    OPEN = "open", "Open"
    DONE = "done", "Done"
    MISSING = "missing", "Missing"
    WAIVED = "waived", "Not possible"


class Condition(TextChoices):
    GOOD = "good", "Good"
    WORN = "worn", "Worn"
    DAMAGED = "damaged", "Damaged"
    BROKEN = "broken", "Broken"


HOLDERS = frozenset({ItemCode.RECORDS, ItemCode.ACCOUNTS})
MAY_BE_MISSING = frozenset({ItemCode.ACCESSORY, ItemCode.CHARGER, ItemCode.SIM})
_APPLE = frozenset({Platform.IOS, Platform.IPADOS, Platform.MACOS})
DUE = timedelta(days=7)
LONGEST_DUE = timedelta(days=120)
MOST_REMINDERS = 5
REMIND_AGAIN = timedelta(days=2)


@dataclass(frozen=True)
class Item:
    """One thing to settle; an accessory by its key."""

    code: ItemCode
    title: str
    accessory_id: UUID | None = None


def checklist(
    device_class: str,
    platform: str,
    *,
    sims: Iterable[str] = (),
    accessories: Iterable[tuple[UUID, str]] = (),
) -> list[Item]:
    """What must be settled before such a device is received."""
    codes: list[ItemCode] = []
    if device_class == DeviceClass.HOTSPOT:
        codes = [ItemCode.SETTINGS]
    else:
        codes = [ItemCode.RECORDS, ItemCode.ACCOUNTS]
        codes += [ItemCode.ACTIVATION_LOCK] if platform in _APPLE else []
    items = [Item(code, code.label) for code in codes]
    items += [Item(ItemCode.SIM, f"The SIM {iccid} is out") for iccid in sims]
    items += [Item(ItemCode.ACCESSORY, f"{name} comes back", key) for key, name in accessories]
    return [*items, Item(ItemCode.CHARGER, ItemCode.CHARGER.label)]


def open_items(states: Iterable[str]) -> int:
    return sum(1 for state in states if state == ItemState.OPEN)
