"""Which device comes in which way, and what a person is called at the makers' services."""

from quartermaster.mdm.ways import USER_WAYS, Way

_OF_PERSONAL = USER_WAYS | {Way.PROFILE}


def wrong_way(way: str, *, personal: bool) -> str:
    """Why such a device does not come in this way, as a sentence; empty if it does (G-1, G-2)."""
    if personal and way not in _OF_PERSONAL:
        return "A personal device comes as its owner's own, never as the City's."
    if not personal and way in USER_WAYS:
        return "A device of the City comes as a device; only a personal one comes as a user's."
    return ""


def managed_account(email: str, domain: str) -> str:
    """The account that the City gives a person at a maker: their address, in the City's domain."""
    local, _, own = email.rpartition("@")
    return f"{local}@{domain or own}".lower()
