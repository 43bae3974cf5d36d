"""The steps of enrolment in Apple's terms: profile, certificate request, certificate."""

from datetime import datetime

from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from quartermaster.drivers.apple.issuing import identity_for, the_authority, topic_of
from quartermaster.drivers.apple.wire import ca, cms, csr, profile, scep
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.inventory.models import Ownership, Platform
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.door import Request
from quartermaster.mdm.errors import ChallengeRefused

CAPABILITIES = scep.CAPABILITIES
STRANGER = Actor(label="a device with an invitation")
IDENTIFIER = "org.quartermaster.enrolment"


def profile_for(token: str, at: datetime, *, signed: bool) -> bytes:
    """The enrolment profile of an invitation, with a fresh challenge in it."""
    opened = the_authority(at)
    fetched = actions.fetch_invitation(token=token, actor=STRANGER, at=at)
    device = fetched.invitation.device
    asked = profile.Enrolment(
        identifier=IDENTIFIER,
        organisation=settings.CITY,
        server_url=f"{settings.DEVICES_URL}/mdm/apple",
        check_in_url=f"{settings.DEVICES_URL}/mdm/apple",
        scep_url=f"{settings.DEVICES_URL}/scep",
        challenge=fetched.challenge,
        topic=topic_of(opened),
        common_name=str(fetched.invitation.id),
        authority_fingerprint=ca.fingerprint(opened.certificate),
        capabilities=(profile.BOOTSTRAP_TOKEN,) if device.platform == Platform.MACOS else (),
    )
    personal = device.ownership == Ownership.PERSONAL
    made = profile.personal_enrolment(asked) if personal else profile.city_enrolment(asked)
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
        issued = actions.issue_identity(
            challenge=asked.challenge,
            sign=lambda enrolment: identity_for(enrolment, asked.csr, at),
            fingerprint=ca.fingerprint,
            actor=STRANGER,
            at=at,
        )
    except (Untrusted, ChallengeRefused):
        return scep.failure(outer, scep.FailInfo.BAD_REQUEST, opened.certificate, opened.key, at)
    return scep.success(outer, issued, opened.certificate, opened.key, at)
