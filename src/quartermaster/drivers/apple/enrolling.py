"""The steps of enrolment in Apple's terms: profile, certificate request, certificate."""

from datetime import datetime

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from quartermaster.drivers.apple import means
from quartermaster.drivers.apple.issuing import identity_for, the_authority
from quartermaster.drivers.apple.wire import ca, cms, csr, profile, scep
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.inventory.models import Ownership
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.actions.identities import Issuing
from quartermaster.mdm.authority import OpenAuthority
from quartermaster.mdm.door import Request
from quartermaster.mdm.errors import ChallengeRefused
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.queries import context_of

CAPABILITIES = scep.CAPABILITIES
STRANGER = Actor(label="a device with an invitation")


def profile_for(token: str, at: datetime, *, signed: bool) -> bytes:
    """The enrolment profile of an invitation, with a fresh challenge in it."""
    opened = the_authority(at)
    fetched = actions.fetch_invitation(token=token, actor=STRANGER, at=at)
    device = fetched.invitation.device
    context = context_of(device)
    way = means.means_for(context)
    asked = means.asked(fetched.challenge, str(fetched.invitation.id), way, context, at)
    personal = device.ownership == Ownership.PERSONAL
    made = profile.personal_enrolment(asked) if personal else profile.city_enrolment(asked)
    terms = means.terms_of(made, way, signed=signed)
    actions.keep_terms(invitation=fetched.invitation, terms=terms)
    body = profile.render(made)
    return cms.sign(body, opened.certificate, opened.key) if signed else body


def authority_certificate(at: datetime) -> bytes:
    return the_authority(at).certificate.public_bytes(Encoding.DER)


def message_of(request: Request) -> bytes:
    """The SCEP message: the body of a POST, or the parameter of a GET."""
    if request.method == "POST":
        return request.body
    return scep.message_of_get(request.query.get("message", ""))


def answer_scep(message: bytes, at: datetime) -> bytes:
    """The certificate for a request with a good challenge; a refusal, in SCEP, otherwise."""
    opened = the_authority(at)
    outer = scep.read(message)
    try:
        asked = csr.open_request(outer, opened.key, allow_des=settings.SCEP_ALLOW_DES)
        issued = _issued(outer, asked, opened, at)
    except (Untrusted, ChallengeRefused):
        return scep.failure(outer, scep.FailInfo.BAD_REQUEST, opened.certificate, opened.key, at)
    return scep.success(outer, issued, opened.certificate, opened.key, at)


def _issued(
    outer: scep.Envelope, asked: csr.Opened, opened: OpenAuthority, at: datetime
) -> x509.Certificate:
    """A first identity or, where the present certificate signed the request, a renewed one."""

    def sign(enrolment: Enrolment) -> x509.Certificate:
        return identity_for(enrolment, asked.csr, at)

    if outer.kind is not scep.MessageType.RENEWAL:
        return actions.issue_identity(
            challenge=asked.challenge,
            sign=sign,
            fingerprint=ca.fingerprint,
            means=means.SCEP,
            actor=STRANGER,
            at=at,
        )
    cms.check_issued(outer.signer, opened.certificate, at)
    return actions.renew_by_certificate(
        fingerprint=ca.fingerprint(outer.signer),
        challenge=asked.challenge,
        issuing=Issuing(means.SCEP, sign, ca.fingerprint),
        actor=STRANGER,
        at=at,
    )
