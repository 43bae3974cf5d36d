"""What a browser says of the device that it runs on: enough to tell the right next step."""

import re
from dataclasses import dataclass

_SYSTEM = re.compile(r"\((iPhone|iPod touch|iPad|Macintosh)[;)].{0,200}?\)")
_VERSION = re.compile(r"(?:CPU (?:iPhone )?OS |Version/)(\d{1,3})")
_OTHERS = ("CriOS/", "FxiOS/", "EdgiOS/", "OPiOS/", "DuckDuckGo/", "GSA/")
_PLATFORMS = {
    "iPhone": frozenset({"ios"}),
    "iPod touch": frozenset({"ios"}),
    "iPad": frozenset({"ipados"}),
    "Macintosh": frozenset({"macos", "ipados"}),  # an iPad calls itself so, too
}
LONGEST = 500


@dataclass(frozen=True)
class Browser:
    """``platforms``: the systems that it may be of; none where it is of something else.

    ``version`` is the system's first number, as far as told: nought if it is not. ``installs``:
    whether it hands a profile to the system, which on iPhones and iPads Safari alone does.
    """

    platforms: frozenset[str] = frozenset()
    version: int = 0
    installs: bool = True

    def is_of(self, platform: str) -> bool:
        return platform in self.platforms

    @property
    def is_phone(self) -> bool:
        return self.platforms in (_PLATFORMS["iPhone"], _PLATFORMS["iPad"])


def browser_of(user_agent: str) -> Browser:
    """The browser that calls itself so; whatever is odd is no device of the kinds we know."""
    text = user_agent[:LONGEST]
    found = _SYSTEM.search(text)
    if not found:
        return Browser()
    version = max((int(number) for number in _VERSION.findall(text)), default=0)
    other = any(name in text for name in _OTHERS) or "Safari/" not in text
    phone = found.group(1) != "Macintosh"
    return Browser(_PLATFORMS[found.group(1)], version, installs=not (phone and other))
