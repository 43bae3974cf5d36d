"""What a device says of itself when it asks for its enrolment profile (Apple: MachineInfo).

A property list inside a CMS SignedData. The signature is by a certificate that Apple gave the
device; the messages of real devices are BER, some without signed attributes, and the authority
below which Apple issues these certificates ran out in 2014, so that its dates prove nothing.
"""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from asn1crypto import cms as asn1_cms
from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa

from quartermaster.drivers.apple.wire import cms, plist
from quartermaster.drivers.apple.wire.errors import Malformed, TooLarge, Untrusted
from quartermaster.drivers.apple.wire.fields import flag, optional_text, text
from quartermaster.drivers.apple.wire.ids import checked_id

MEDIA_TYPE = "application/pkcs7-signature"
HEADER = "x-apple-aspen-deviceinfo"
LARGEST = 64 * 1024
LONGEST_CHAIN = 5
LONGEST_TEXT = 120
OLDEST = timedelta(days=1)  # a clock that is further off cannot set up TLS either


@dataclass(frozen=True)
class Machine:
    """One device before it is enrolled. ``signed_at`` is None where the device does not tell."""

    udid: str
    serial: str
    product: str
    build: str
    os_version: str = ""
    supplemental_build: str = ""
    supplemental_version: str = ""
    imei: str = ""
    meid: str = ""
    language: str = ""
    can_update: bool = False
    update_id: str = ""
    signed_at: datetime | None = None


def of_header(value: str, anchors: Sequence[x509.Certificate], at: datetime) -> Machine:
    """The machine in the header that a web view brings (base64)."""
    if len(value) > LARGEST * 4 // 3 + 4:
        raise TooLarge("The device's description is too long.")
    try:
        der = base64.b64decode(value, validate=True)
    except (binascii.Error, ValueError) as problem:
        raise Malformed("The device's description is not base64.") from problem
    return read(der, anchors, at)


def read(message: bytes, anchors: Sequence[x509.Certificate], at: datetime) -> Machine:
    """The machine in a signed message, once its signature is found to lead to an anchor.

    Raises:
        TooLarge: more bytes than a description has.
        Untrusted: the signature does not hold, leads elsewhere, or is of another day.
        Malformed: no such message.
    """
    if len(message) > LARGEST:
        raise TooLarge(f"A device's description has {LARGEST} bytes at most.")
    signed = cms.load_signed_data(message)
    content = content_of(signed)
    signer = cms.verify_signer(signed, content)
    require_chain(signer, _others(signed), anchors)
    return _machine(content, _recent(signed, at))


def require_chain(
    leaf: x509.Certificate,
    others: Sequence[x509.Certificate],
    anchors: Sequence[x509.Certificate],
) -> None:
    """`Untrusted` unless the leaf was issued below an anchor, through authorities in ``others``."""
    here = leaf
    for _ in range(LONGEST_CHAIN):
        if any(_issued(here, anchor) for anchor in anchors):
            return
        above = next((item for item in others if _is_authority(item) and _issued(here, item)), None)
        if above is None or above == here:
            break
        here = above
    raise Untrusted("The device's certificate is not Apple's.")


def _issued(certificate: x509.Certificate, authority: x509.Certificate) -> bool:
    """Whether ``authority`` signed ``certificate``; by SHA-1 too, as Apple's device CA does."""
    signature, signed = certificate.signature, certificate.tbs_certificate_bytes
    try:
        key, digest = authority.public_key(), certificate.signature_hash_algorithm
        if digest is None or certificate.issuer != authority.subject:
            return False
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, signed, padding.PKCS1v15(), digest)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey):
            key.verify(signature, signed, ec.ECDSA(digest))
            return True
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return False


def _is_authority(certificate: x509.Certificate) -> bool:
    try:
        return bool(certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except (x509.ExtensionNotFound, ValueError):
        return False


def content_of(signed: asn1_cms.SignedData) -> bytes:
    """What a signed message holds; its signature is not looked at here."""
    try:
        content = signed["encap_content_info"]["content"].native
    except (ValueError, TypeError, KeyError, AttributeError) as problem:
        raise Malformed("The signed message is not well-formed.") from problem
    if not isinstance(content, bytes) or not content:
        raise Malformed("The signed message is empty.")
    return content


def _others(signed: asn1_cms.SignedData) -> list[x509.Certificate]:
    try:
        choices = [item.chosen.dump() for item in signed["certificates"]][: 2 * LONGEST_CHAIN]
        return [x509.load_der_x509_certificate(der) for der in choices]
    except (ValueError, TypeError, x509.InvalidVersion) as problem:
        raise Malformed("The certificates in the message cannot be read.") from problem


def _recent(signed: asn1_cms.SignedData, at: datetime) -> datetime | None:
    """When it was signed, where it says so; `Untrusted` where that is another day."""
    said = _signing_time(signed["signer_infos"][0]["signed_attrs"])
    if said is not None and abs(at - said) > OLDEST:
        raise Untrusted("The device signed this on another day.")
    return said


def _signing_time(attributes: Iterable[asn1_cms.CMSAttribute]) -> datetime | None:
    try:
        for item in attributes or ():
            if item["type"].native == "signing_time":
                found = item["values"][0].native
                return found if isinstance(found, datetime) else None
    except (ValueError, TypeError, KeyError, IndexError) as problem:
        raise Malformed("The signed attributes cannot be read.") from problem
    return None


def _machine(content: bytes, signed_at: datetime | None) -> Machine:
    said = plist.loads(content, limit=LARGEST)

    def short(key: str) -> str:
        return optional_text(said, key)[:LONGEST_TEXT]

    return Machine(
        udid=checked_id(text(said, "UDID"), "UDID"),
        serial=checked_id(text(said, "SERIAL"), "SERIAL"),
        product=text(said, "PRODUCT")[:LONGEST_TEXT],
        build=text(said, "VERSION")[:LONGEST_TEXT],
        os_version=short("OS_VERSION"),
        supplemental_build=short("SUPPLEMENTAL_BUILD_VERSION"),
        supplemental_version=short("SUPPLEMENTAL_OS_VERSION_EXTRA"),
        imei=short("IMEI"),
        meid=short("MEID"),
        language=short("LANGUAGE"),
        can_update=flag(said, "MDM_CAN_REQUEST_SOFTWARE_UPDATE"),
        update_id=short("SOFTWARE_UPDATE_DEVICE_ID"),
        signed_at=signed_at,
    )


def update_required(version: str, build: str = "") -> dict[str, object]:
    """What makes a device update before it enrols (Apple: com.apple.softwareupdate.required)."""
    details = {"OSVersion": version} | ({"BuildVersion": build} if build else {})
    return {
        "code": "com.apple.softwareupdate.required",
        "description": f"Enrolment needs version {version}.",
        "message": f"This device must be updated to {version} before it is set up.",
        "details": details,
    }
