"""The City's networks as profiles of their own, so that each comes and goes by itself.

Nobody's password is in them: who joins is known by the holder's address, and the device asks for
the password.
"""

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from django.conf import settings

from quartermaster.drivers.apple.wire import networking, profile
from quartermaster.mdm.driver import Context, Payload

IDENTIFIER = "org.quartermaster.network"
Network = Mapping[str, Any]


def payloads(context: Context) -> Iterator[Payload]:
    """The networks that such a device is given now; its holder must be known (G-10)."""
    for number, network in enumerate(settings.NETWORKS):
        if _is_for(network, context):
            yield _payload(f"{IDENTIFIER}.{number}", network, context)


def _is_for(network: Network, context: Context) -> bool:
    """A personal device gets what is offered to it alone; one of a user no VPN for all of it."""
    if not context.holder.email or (context.personal and not network["personal"]):
        return False
    if context.withheld and not network["stays"]:
        return False
    return not (network["kind"] == "vpn" and context.user_enrolment)


def _payload(key: str, network: Network, context: Context) -> Payload:
    native = _native(network, context.holder.email)
    body = profile.render(profile.configuration(key, network["name"], settings.CITY, [native]))
    return Payload(key, network["name"], (), body, hashlib.sha256(body).hexdigest())


def _native(network: Network, user: str) -> profile.Payload:
    if network["kind"] == "vpn":
        return networking.vpn(network["name"], network["host"], user)
    who = "" if network["open"] else user
    return networking.wifi(network["ssid"], who, network["trusted"], hidden=network["hidden"])
