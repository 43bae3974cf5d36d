"""A proxy that ends TLS before the door, and passes on the certificate that a device showed it."""

import binascii
from collections.abc import Iterable
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote

from quartermaster.drivers.apple.wire.errors import Malformed

LONGEST = 16 * 1024
_BEGIN, _END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"
Network = IPv4Network | IPv6Network


def is_trusted(peer: str, networks: Iterable[Network]) -> bool:
    """Whether a request comes from a proxy of ours. No address is a socket of this machine."""
    plain = _address(peer or "127.0.0.1")
    return plain is not None and any(
        plain.version == item.version and plain in item for item in networks
    )


@lru_cache(maxsize=1024)
def _address(peer: str) -> IPv4Address | IPv6Address | None:
    try:
        return _plain(ip_address(peer))
    except ValueError:
        return None


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An IPv4 address that came over an IPv6 socket is the IPv4 address."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return mapped or address


def certificate_in(value: str) -> bytes:
    """The certificate (DER) in a proxy's header: RFC 9440, or PEM with its octets escaped (nginx).

    Raises:
        Malformed: neither of the two, longer than a certificate is, or more than one.
    """
    if len(value) > LONGEST:
        raise Malformed("The proxy's certificate header is too long.")
    encoded = value.strip()
    if "%0A" in encoded or encoded.startswith("-----"):
        encoded = _armoured(unquote(encoded))
    elif encoded.startswith(":") and encoded.endswith(":") and len(encoded) > 1:
        encoded = encoded[1:-1]
    else:
        raise Malformed("The proxy's certificate header is of no form that is known here.")
    try:
        return binascii.a2b_base64(encoded, strict_mode=True)
    except ValueError as problem:  # among them binascii.Error
        raise Malformed("The proxy's certificate header cannot be read.") from problem


def _armoured(text: str) -> str:
    body = text.strip()
    if not body.startswith(_BEGIN) or not body.endswith(_END) or body.count(_BEGIN) != 1:
        raise Malformed("The proxy's certificate header holds no single certificate.")
    return "".join(body[len(_BEGIN) : -len(_END)].split())
