"""Which devices have a Secure Enclave that Apple vouches for (managed device attestation)."""

import re

from quartermaster.mdm.driver import Context
from quartermaster.policy.requirements import version_key

FIRST_IOS, FIRST_MACOS = "16.0", "14.0"
_PRODUCT = re.compile(r"([A-Za-z]+)(\d{1,4}),\d{1,4}")
# The first number of a product name tells the chip: A11 and later on telephones and A12 and later
# on tablets; on Macs the families that went on after the change to Apple silicon.
_FIRST_WITH = {
    "iPhone": 10,
    "iPad": 8,
    "Mac": 13,
    "MacBookAir": 10,
    "MacBookPro": 17,
    "Macmini": 9,
    "iMac": 21,
}
TOO_OLD_IOS = "An attestation needs iOS or iPadOS 16 or newer."
TOO_OLD_MACOS = "An attestation needs macOS 14 or newer."
OLD_CHIP = "This model has no chip that Apple attests."


def is_mac(context: Context) -> bool:
    return context.platform == "macos"


def has(context: Context, introduced: str) -> bool:
    """Whether the device's system is new enough; an unknown version is taken for a present one."""
    known = context.os_version
    return not known or version_key(known) >= version_key(introduced)


def why_not_attested(context: Context) -> str:
    """Why Apple does not vouch for such a device; empty where it does, or nothing is known yet."""
    if not has(context, FIRST_MACOS if is_mac(context) else FIRST_IOS):
        return TOO_OLD_MACOS if is_mac(context) else TOO_OLD_IOS
    if context.product and not has_attested_chip(context.product):
        return OLD_CHIP
    return ""


def has_attested_chip(product: str) -> bool:
    """Whether a product (``iPhone17,3``) has a chip that Apple attests."""
    found = _PRODUCT.fullmatch(product)
    if found is None:
        return False
    first = _FIRST_WITH.get(found[1])
    return first is not None and int(found[2]) >= first


def surely_attested(context: Context) -> bool:
    """Whether the device is known to be one that Apple vouches for."""
    return bool(context.os_version and context.product) and not why_not_attested(context)
