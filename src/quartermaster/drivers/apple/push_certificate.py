"""The push certificate and the vendor's certificate that signs requests for it."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from cryptography.x509.oid import NameOID
from django.conf import settings
from django.utils.timezone import localdate

from quartermaster.drivers.apple.wire import pushcert
from quartermaster.drivers.apple.wire.errors import Malformed, Untrusted
from quartermaster.mdm.abilities import Credential, CredentialKind, Requested
from quartermaster.mdm.credentials import active_credential, open_secret

DRIVER = "apple"
PORTAL = "identity.apple.com/pushcert"
PUSH = CredentialKind(
    name="push",
    title="Push certificate",
    purpose="Apple's push service wakes iPhones, iPads and Macs for us on the strength of it.",
    lapse="When it runs out no Apple device can be woken any more: each is reached only when it"
    " calls by itself. If it is not renewed with the same Apple account, every device must enrol"
    " again.",
    steps=(
        "Make a request here and download it.",
        (
            f"Sign in at {PORTAL} with the Apple account under which the present certificate was"
            " made. It belongs to the City, not to a person; note which one it is."
        ),
        (
            "Choose Renew beside the present certificate (Create only for the very first one) and"
            " upload the request."
        ),
        "Download the certificate and upload it here.",
    ),
    new_identity="Every Apple device would have to enrol again before it can be woken: a renewed"
    " certificate keeps its topic, a newly created one does not.",
    request_name="push-certificate-request.txt",
    wakes=True,
)
SIGNING = CredentialKind(
    name="push-signing",
    title="Vendor certificate for push requests",
    purpose="Apple takes a push certificate request only with the signature of an MDM vendor. With"
    " this certificate the City signs its own.",
    lapse="When it runs out, new push certificate requests are not signed here; certificates that"
    " are in use stay good.",
    steps=(
        (
            "In the City's Apple Developer account, ask for an MDM vendor certificate and have it"
            " issued for a key of yours."
        ),
        (
            "Put the key, the certificate, Apple's intermediate (WWDR) and Apple's root certificate"
            " into one PKCS#12 or PEM file, and bring it here."
        ),
        (
            "Without such an account: hand the plain request to whoever signs for you, and upload"
            " what they return to Apple's portal."
        ),
    ),
)


def request(at: datetime) -> Requested:
    """A key and the request for Apple's portal, signed where we have a vendor certificate."""
    key = pushcert.new_key()
    asked = pushcert.request(key, settings.CITY)
    vendor = active_credential(DRIVER, SIGNING.name)
    if vendor is not None and (vendor.expires_at is None or vendor.expires_at > at):
        body = pushcert.signed_request(asked, pushcert.bundle(open_secret(vendor)))
    else:
        body = asked.public_bytes(Encoding.PEM)
    return Requested(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), body)


def complete(secret: bytes, content: bytes, at: datetime) -> Credential:
    """Apple's certificate for a request of ours."""
    key = load_pem_private_key(secret, None)
    found = pushcert.certificates(content)
    for certificate in found:
        if pushcert.fits(certificate, key):  # type: ignore[arg-type]  # we made it, it is RSA
            above = pushcert.chain_above(certificate, found)
            return _credential(pushcert.Bundle(key, certificate, above), at)  # type: ignore[arg-type]
    raise Untrusted(
        "This certificate was not made for the request that is under way here. Upload the one that"
        " Apple gave for it, or make a new request."
    )


def read(content: bytes, password: str, at: datetime) -> Credential:
    """A push certificate with its key, from the server that had it before."""
    return _credential(pushcert.bundle(content, password), at)


def read_signing(content: bytes, password: str, at: datetime) -> Credential:
    """A vendor's certificate with its key and the whole chain above it."""
    vendor = pushcert.bundle(content, password)
    _require_in_date(vendor.certificate, at)
    top = (vendor.certificate, *vendor.above)[-1]
    if not vendor.above or top.issuer != top.subject:
        raise Malformed(
            "The chain is not whole: add Apple's intermediate (WWDR) and root certificate to the"
            " file."
        )
    return Credential(
        secret=vendor.pem(),
        label=_name(vendor.certificate),
        public=_public(vendor.certificate),
        expires_at=vendor.certificate.not_valid_after_utc,
    )


def _credential(found: pushcert.Bundle, at: datetime) -> Credential:
    topic = pushcert.topic_of(found.certificate)
    _require_in_date(found.certificate, at)
    return Credential(
        secret=found.pem(),
        label=_name(found.certificate),
        identity=topic,
        public={"topic": topic, **_public(found.certificate)},
        expires_at=found.certificate.not_valid_after_utc,
    )


def _require_in_date(certificate: x509.Certificate, at: datetime) -> None:
    if certificate.not_valid_after_utc <= at:
        raise Untrusted(
            f"The certificate ran out on {localdate(certificate.not_valid_after_utc):%B %-d, %Y}."
        )
    if certificate.not_valid_before_utc > at:
        raise Untrusted("The certificate is not valid yet; look at the clock of this server.")


def _public(certificate: x509.Certificate) -> dict[str, str]:
    return {
        "subject": certificate.subject.rfc4514_string()[:500],
        "issuer": certificate.issuer.rfc4514_string()[:500],
        "serial": format(certificate.serial_number, "x"),
    }


def _name(certificate: x509.Certificate) -> str:
    named = certificate.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    return str(named[0].value) if named else certificate.subject.rfc4514_string()[:200]
