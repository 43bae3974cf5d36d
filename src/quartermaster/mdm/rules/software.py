"""When to look at an application on its way again, and when to give up by itself."""

from datetime import datetime, timedelta

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
MOST_ATTEMPTS = 6
LONGEST_PAUSE = DAY
FIRST_PAUSE = 15 * MINUTE
UNANSWERED = 6 * HOUR  # a device that is off answers when it is on again
ON_ITS_WAY = 5 * MINUTE
UNLICENSED = 15 * MINUTE
INSTALLED = DAY
REFUSED = DAY


def again_at(attempts: int, at: datetime) -> datetime | None:
    """When to try once more after so many attempts; None: it takes a person to say so."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doublings: int = 2 ** max(attempts - 1, 0)
    return at + min(FIRST_PAUSE * doublings, LONGEST_PAUSE)


def declined_until(attempts: int, at: datetime, *, personal: bool) -> datetime | None:
    """When to ask a holder again who said no; never of a personal device."""
    return None if personal or attempts >= MOST_ATTEMPTS else at + REFUSED


def on_its_way_until(changed_at: datetime, at: datetime) -> datetime:
    """When to ask how far it is: soon at first, later as it drags on."""
    waited = at - changed_at
    return at + min(max(ON_ITS_WAY, waited), UNANSWERED)
