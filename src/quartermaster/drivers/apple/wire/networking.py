"""Payloads of configuration profiles that have a device join networks."""

from collections.abc import Sequence
from typing import Any

from quartermaster.drivers.apple.wire.profile import Payload

PEAP, TTLS = 25, 21  # the numbers of these methods in EAP


def wifi(ssid: str, user: str, trusted: Sequence[str], *, hidden: bool) -> Payload:
    """``com.apple.wifi.managed``: open, or by the log-in of ``user``, whose password is asked."""
    content: dict[str, Any] = {
        "SSID_STR": ssid,
        "HIDDEN_NETWORK": hidden,
        "AutoJoin": True,
        "EncryptionType": "WPA2" if user else "None",
    }
    if user:
        by: dict[str, Any] = {"AcceptEAPTypes": [PEAP, TTLS], "UserName": user}
        if trusted:
            by["TLSTrustedServerNames"] = list(trusted)
        content["EAPClientConfiguration"] = by
    return Payload("com.apple.wifi.managed", "wifi", content, f"Wi-Fi {ssid}")


def vpn(name: str, host: str, user: str) -> Payload:
    """``com.apple.vpn.managed``: IKEv2 by the log-in of ``user``, whose password is asked."""
    tunnel = {
        "RemoteAddress": host,
        "RemoteIdentifier": host,
        "LocalIdentifier": user,
        "AuthenticationMethod": "None",
        "ExtendedAuthEnabled": 1,
        "AuthName": user,
    }
    content = {"UserDefinedName": name, "VPNType": "IKEv2", "IKEv2": tunnel}
    return Payload("com.apple.vpn.managed", "vpn", content, f"VPN {name}")
