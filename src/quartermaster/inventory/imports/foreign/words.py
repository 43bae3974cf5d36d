"""What the words of other programs mean here: kinds of devices, statuses, dates. Pure."""

import re
from datetime import date, datetime

from quartermaster.inventory.models import DeviceClass, DeviceStatus, Platform

_CLASSES = (
    (DeviceClass.HOTSPOT, r"hot.?spots?|mi-?fi|jetpack"),
    (DeviceClass.TABLET, r"tablets?|ipads?|galaxy tab"),
    (DeviceClass.LAPTOP, r"laptops?|notebooks?|macbooks?|portables?|ultrabooks?"),
    (DeviceClass.SMARTPHONE, r"(mobile|cell|smart|cellular)?.?phones?|iphones?|mobiles?|cells?"),
)
# a word of these says that it is no device that the policy covers, whatever else is said
_NOT_COVERED = re.compile(
    r"\b(desk ?phones?|voip|ip phones?|desktops?|monitors?|printers?|servers?|docks?"
    r"|docking stations?|keyboards?|mice|mouse|switch(es)?|routers?|projectors?|televisions?"
    r"|headsets?|chargers?|cases?)\b",
    re.IGNORECASE,
)
_STATUSES = (
    (DeviceStatus.LOST, r"lost|stolen|missing"),
    (
        DeviceStatus.RETIRED,
        r"archived|retired|disposed|decommissioned|scrapped|surplus|sold|recycled|written off",
    ),
    (
        DeviceStatus.IN_REPAIR,
        r"repair|repairs|maintenance|broken|damaged|diagnostics|out of order|undeployable",
    ),
)
_APPLE = {
    DeviceClass.SMARTPHONE: Platform.IOS,
    DeviceClass.TABLET: Platform.IPADOS,
    DeviceClass.LAPTOP: Platform.MACOS,
}
_FORMS = (
    "%Y-%m-%d",
    "%Y-%m-%d %H:%M:%S",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S",
    "%m/%d/%Y",
    "%m/%d/%Y %H:%M",
    "%m/%d/%Y %I:%M %p",
    "%a %b %d, %Y",
    "%a %b %d, %Y %I:%M%p",
    "%a %b %d, %Y %I:%M %p",
    "%b %d, %Y",
    "%B %d, %Y",
)


def not_covered(category: str) -> bool:
    """Whether a category is of things that the policy says nothing about."""
    return bool(_NOT_COVERED.search(category))


def truth(said: str) -> bool:
    """Whether a cell says yes, as such programs write it."""
    return said.strip().casefold() in {"1", "true", "yes", "y", "x"}


def class_of(*said: str) -> DeviceClass | None:
    """The class that a category, else a model's name, tells; None: nothing that is covered."""
    for words in said:
        if not_covered(words):
            return None
        for known, pattern in _CLASSES:
            if re.search(rf"\b({pattern})\b", words, re.IGNORECASE):
                return known
    return None


def platform_of(device_class: DeviceClass, manufacturer: str, model: str) -> Platform:
    """The system that such a device of this maker has."""
    if device_class == DeviceClass.HOTSPOT:
        return Platform.NONE
    named = f"{manufacturer} {model}".casefold()
    if re.search(r"\b(apple|iphone|ipad|macbook)\b", named):
        return _APPLE[device_class]
    windows = device_class == DeviceClass.LAPTOP or "surface" in named
    return Platform.WINDOWS if windows else Platform.ANDROID


def status_of(said: str, *, held: bool) -> DeviceStatus:
    """The status that a word tells; what it does not tell follows from there being a holder."""
    for known, pattern in _STATUSES:
        if re.search(rf"\b({pattern})\b", said, re.IGNORECASE):
            return known
    return DeviceStatus.ASSIGNED if held else DeviceStatus.IN_STOCK


def day_of(said: str) -> date | None:
    """A day as such programs write it; None where there is none. `ValueError` for others."""
    plain = " ".join(said.split())
    if not plain or plain.startswith("0000"):
        return None
    for form in _FORMS:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 (a day, without its hour)
        except ValueError:
            continue
    raise ValueError("is not a date that can be read; write it such as 2026-11-24")
