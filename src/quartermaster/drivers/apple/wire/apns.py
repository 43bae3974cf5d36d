"""What is said to Apple's push service to wake a managed device, and what it answers.

HTTP/2, one stream a notification: ``POST /3/device/<token in hex>``. Nothing of what waits for the
device goes through Apple: the body holds the device's own PushMagic alone.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from quartermaster.drivers.apple.wire.errors import Malformed

LARGEST_PAYLOAD = 4096
LARGEST_TOKEN = 100
PUSH_TYPE = "mdm"
AT_ONCE = "10"
LONGEST_PAUSE = timedelta(days=1)
_LONGEST_REASON = 60


@dataclass(frozen=True)
class Notification:
    """One wake of one device."""

    token: bytes = field(repr=False)
    magic: str = field(repr=False)
    topic: str

    def __post_init__(self) -> None:
        if not 0 < len(self.token) <= LARGEST_TOKEN:
            raise Malformed("A push token has 1 to 100 bytes.")
        if len(self.body) > LARGEST_PAYLOAD:
            raise Malformed("The payload of a push notification is too large.")

    @property
    def path(self) -> str:
        return f"/3/device/{self.token.hex()}"

    @property
    def body(self) -> bytes:
        return json.dumps({"mdm": self.magic}, separators=(",", ":")).encode()

    def headers(self, expires_at: datetime) -> dict[str, str]:
        """The headers; until ``expires_at`` Apple keeps it for a device that is not reached."""
        return {
            "apns-topic": self.topic,
            "apns-push-type": PUSH_TYPE,
            "apns-priority": AT_ONCE,
            "apns-expiration": str(int(expires_at.timestamp())),
        }


@dataclass(frozen=True)
class Answer:
    """What the service said to one notification."""

    status: int
    reason: str = ""
    gone_since: datetime | None = None
    pause: timedelta | None = None


def read(status: int, headers: Mapping[str, str], body: bytes, at: datetime) -> Answer:
    """An answer. What it says beyond the status is optional; nonsense in it is left out."""
    said: object = None
    if len(body) <= LARGEST_PAYLOAD:
        try:
            said = json.loads(body) if body else None
        except ValueError:
            said = None
    facts = said if isinstance(said, dict) else {}
    reason = facts.get("reason")
    return Answer(
        status,
        reason[:_LONGEST_REASON] if isinstance(reason, str) else "",
        _instant(facts.get("timestamp")),
        _pause(headers.get("retry-after", ""), at),
    )


def _instant(milliseconds: object) -> datetime | None:
    if not isinstance(milliseconds, int) or isinstance(milliseconds, bool):
        return None
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return None


def _pause(text: str, at: datetime) -> timedelta | None:
    """``Retry-After``: seconds, or a date."""
    if text.isascii() and text.isdigit() and len(text) < 10:  # noqa: PLR2004 (any sane number)
        return min(timedelta(seconds=int(text)), LONGEST_PAUSE)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    if until.tzinfo is None:
        return None
    return min(max(until - at, timedelta()), LONGEST_PAUSE)
