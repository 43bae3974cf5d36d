"""The steps of enrolment in Apple's terms: profile, certificate request, certificate."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.conf import settings

from quartermaster.drivers.apple import accounts, means
from quartermaster.drivers.apple.issuing import identity_for, the_authority
from quartermaster.drivers.apple.wire import ca, cms, csr, profile, scep
from quartermaster.drivers.apple.wire.errors import Untrusted
from quartermaster.drivers.apple.wire.machine_info import MachineInfo
from quartermaster.kernel.permits import Actor
from quartermaster.mdm import actions
from quartermaster.mdm.actions.accounts import Arrival
from quartermaster.mdm.actions.identities import Issuing
from quartermaster.mdm.actions.invite import Fetched
from quartermaster.mdm.authority import OpenAuthority
from quartermaster.mdm.door import Request
from quartermaster.mdm.elsewhere import was_brought
from quartermaster.mdm.errors import ChallengeRefused, HolderLeft
from quartermaster.mdm.models import Enrolment, Invitation
from quartermaster.mdm.queries import context_of
from quartermaster.mdm.ways import Way

CAPABILITIES = scep.CAPABILITIES
STRANGER = Actor(label="a device with an invitation")


def profile_for(token: str, at: datetime, *, signed: bool) -> bytes:
    """The enrolment profile of an invitation, with a fresh challenge in it."""
    the_authority(at)
    fetched = actions.fetch_invitation(token=token, actor=STRANGER, at=at)
    return profile_of(fetched, at, signed=signed)


def profile_by_account(token: str, way: Way, info: MachineInfo, at: datetime) -> bytes:
    """The signed profile for a device whose person signed in on it.

    What a User Enrolment must not name is not looked at, should it be there all the same (G-1).
    """
    the_authority(at)
    serial = info.serial if way is Way.ACCOUNT_DRIVEN_DEVICE else ""
    arrival = Arrival(way.value, info.platform, serial)
    fetched = actions.arrive_by_account(token=token, arrival=arrival, actor=STRANGER, at=at)
    return profile_of(fetched, at, signed=True)


def profile_of(fetched: Fetched, at: datetime, *, signed: bool) -> bytes:
    """The profile of an invitation that is being handed out, as its way asks."""
    opened = the_authority(at)
    invitation = fetched.invitation
    context = replace(context_of(invitation.device), way=invitation.way)
    by = means.means_for(context)
    asked = means.asked(fetched.challenge, str(invitation.id), by, context, at)
    made = _made(invitation, asked)
    terms = means.terms_of(made, by, signed=signed)
    actions.keep_terms(invitation=invitation, terms=terms)
    body = profile.render(made)
    return cms.sign(body, opened.certificate, opened.key) if signed else body


def _made(invitation: Invitation, asked: profile.Enrolment) -> dict[str, Any]:
    account = accounts.managed_account_of(invitation.person)
    match invitation.way:
        case Way.USER:
            return profile.user_enrolment(asked, account)
        case Way.ACCOUNT_DRIVEN_USER:
            return profile.account_enrolment(asked, account, profile.Mode.USER)
        case Way.ACCOUNT_DRIVEN_DEVICE:
            return profile.account_enrolment(asked, account, profile.Mode.DEVICE)
    if invitation.device.personal:
        return profile.personal_enrolment(asked)
    return profile.city_enrolment(asked)


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
    except (Untrusted, ChallengeRefused, HolderLeft):
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
    if not was_brought(ca.fingerprint(outer.signer)):  # by its pin; its end is kept with it
        cms.check_issued(outer.signer, opened.certificate, at)
    return actions.renew_by_certificate(
        fingerprint=ca.fingerprint(outer.signer),
        challenge=asked.challenge,
        issuing=Issuing(means.SCEP, sign, ca.fingerprint),
        actor=STRANGER,
        at=at,
    )
