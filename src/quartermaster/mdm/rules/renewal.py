"""When a certificate is renewed, and how it stands."""

from datetime import datetime, timedelta
from enum import StrEnum

FROM_SHARE_LEFT = 0.3
LATEST_SHARE_LEFT = 0.2
LATEST_LEFT = timedelta(days=60)
ASK_AGAIN = timedelta(days=14)  # as long as a command waits
WARN_LEFT = timedelta(days=30)


class Standing(StrEnum):
    """How a certificate stands, from good to gone."""

    GOOD = "good"
    DUE = "due for renewal"
    ENDING = "runs out soon"
    LAPSED = "ran out"
    REVOKED = "revoked"


def window(issued_at: datetime, expires_at: datetime) -> tuple[datetime, datetime]:
    """Between when and when a certificate is renewed.

    From 30 % of its life left, at the latest with 60 days left; short lives have shorter ends.
    """
    life = expires_at - issued_at
    return expires_at - life * FROM_SHARE_LEFT, expires_at - min(
        LATEST_LEFT, life * LATEST_SHARE_LEFT
    )


def renew_at(issued_at: datetime, expires_at: datetime, fingerprint: bytes) -> datetime:
    """When this certificate is renewed: its fingerprint spreads a fleet over the window."""
    first, last = window(issued_at, expires_at)
    return first + (last - first) * (int.from_bytes(fingerprint[:4], "big") / 2**32)


def may_renew(issued_at: datetime, expires_at: datetime, at: datetime) -> bool:
    """Whether a device may renew of its own accord: within the window, while in date."""
    return window(issued_at, expires_at)[0] <= at < expires_at


def standing(
    issued_at: datetime, expires_at: datetime, revoked_at: datetime | None, at: datetime
) -> Standing:
    if revoked_at is not None:
        return Standing.REVOKED
    if expires_at <= at:
        return Standing.LAPSED
    if expires_at - at <= min(WARN_LEFT, (expires_at - issued_at) * LATEST_SHARE_LEFT):
        return Standing.ENDING
    return Standing.DUE if may_renew(issued_at, expires_at, at) else Standing.GOOD
