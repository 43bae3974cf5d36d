"""How a device comes under management; no platform's word for it, and the same for all of them."""

from enum import StrEnum


class Way(StrEnum):
    """User ways set the City's data apart on a device and hide what is personal from the City."""

    PROFILE = "profile"
    USER = "user"
    ACCOUNT_DRIVEN_USER = "account-driven-user"
    ACCOUNT_DRIVEN_DEVICE = "account-driven-device"
    AUTOMATED = "automated"
    IMPORTED = "imported"


TITLES = {
    Way.PROFILE: "By a profile",
    Way.USER: "By a profile, as a user",
    Way.ACCOUNT_DRIVEN_USER: "By account, as a user",
    Way.ACCOUNT_DRIVEN_DEVICE: "By account, as a device",
    Way.AUTOMATED: "Automatically",
    Way.IMPORTED: "Brought from another server",
}
CHOICES = [(way.value, TITLES[way]) for way in Way]
VALUES = [way.value for way in Way]
USER_WAYS = frozenset({Way.USER, Way.ACCOUNT_DRIVEN_USER})
ACCOUNT_WAYS = frozenset({Way.ACCOUNT_DRIVEN_USER, Way.ACCOUNT_DRIVEN_DEVICE})
