"""The authority in Apple's terms: made on first need, and what it signs."""

from datetime import datetime
from uuid import UUID, uuid5

from cryptography import x509
from django.conf import settings

from quartermaster.drivers.apple.push_certificate import DRIVER, PUSH
from quartermaster.drivers.apple.wire import ca
from quartermaster.drivers.apple.wire.csr import CertificateRequest
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.mdm import authority
from quartermaster.mdm.authority import OpenAuthority
from quartermaster.mdm.credentials import active_credential
from quartermaster.mdm.models import Enrolment

_TOPICS = UUID("1b7b9a52-8a1f-5c55-a4f7-6d0c2d1f9b10")


def the_authority(at: datetime) -> OpenAuthority:
    """The authority in use; the first call makes it."""
    present = authority.active()
    if present is not None:
        return present
    key = ca.new_key()
    return authority.create(ca.new_authority(key, settings.CITY, at), key, at)


def identity_for(
    enrolment: Enrolment, request: CertificateRequest, at: datetime
) -> x509.Certificate:
    """The identity of an enrolment for the key of a request. `Untrusted` for a weak key."""
    opened = the_authority(at)
    public_key = request.public_key()
    if not isinstance(public_key, ca.IDENTITY_KEYS):
        raise Untrusted("Only RSA and elliptic-curve keys are certified.")
    return ca.issue(
        public_key,
        holder=enrolment.id,
        authority=opened.certificate,
        key=opened.key,
        at=at,
    )


def topic_of(opened: OpenAuthority) -> str:
    """The push certificate's topic; without one a stand-in, under which nobody can be woken.

    A device learns its topic when it enrols: one that enrolled under the stand-in enrols again
    once there is a push certificate.
    """
    certificate = active_credential(DRIVER, PUSH.name)
    if certificate is not None:
        return certificate.identity
    return f"com.apple.mgmt.External.{uuid5(_TOPICS, ca.fingerprint(opened.certificate).hex())}"
