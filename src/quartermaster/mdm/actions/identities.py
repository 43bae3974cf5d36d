"""Identities: issued against a one-time challenge, used, replaced, revoked."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from cryptography import x509

from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import elsewhere, errors, permits
from quartermaster.mdm.actions.invite import CHALLENGE_LIFE, move_invitation, require_still_fit
from quartermaster.mdm.driver import driver_for
from quartermaster.mdm.models import Certificate, Enrolment, Invitation, Renewal
from quartermaster.mdm.rules import renewal as rules
from quartermaster.mdm.states import RENEWAL, EnrolmentState, InvitationState, RenewalState
from quartermaster.mdm.tokens import token_hash

REPLACED = "replaced by its successor"
LONGEST_REASON = 200
Signer = Callable[[Enrolment], x509.Certificate]


@dataclass(frozen=True)
class Issuing:
    """How a driver issues: by which means, with whose signature, proven how."""

    means: str
    sign: Signer
    fingerprint: Callable[[x509.Certificate], bytes]
    attested: bool = False


class Leave(NamedTuple):
    """What a challenge gives leave for: the first identity of a device, or a further one."""

    invitation: Invitation | None
    renewal: Renewal | None


class Issued(NamedTuple):
    """The certificate, and what is kept of it."""

    certificate: x509.Certificate
    row: Certificate


def leave_for(challenge: str, means: str, at: datetime) -> Leave:
    """What a one-time challenge gives leave for now, if it is used by the means it was made for.

    Raises:
        ChallengeRefused: wrong, used, withdrawn, too old, or meant for another way.
    """
    digest = token_hash(challenge)
    leave = Leave(
        Invitation.objects.select_related("device").filter(challenge_hash=digest).first(),
        Renewal.objects.select_related("enrolment__device").filter(challenge_hash=digest).first(),
    )
    if not challenge or not still_good(leave, means, at):
        raise errors.ChallengeRefused("The challenge is wrong, used or too old.")
    return leave


def still_good(leave: Leave, means: str, at: datetime) -> bool:
    """Whether leave that was given once may still be used."""
    invitation, renewal = leave
    if invitation is not None:
        meant = (invitation.terms or {}).get("means", means)
        fetched_at = invitation.fetched_at
        fresh = fetched_at is not None and at < fetched_at + CHALLENGE_LIFE
        return invitation.state == InvitationState.FETCHED and fresh and meant == means
    return (
        renewal is not None
        and renewal.state == RenewalState.OPEN
        and at < renewal.expires_at
        and renewal.enrolment.state != EnrolmentState.ENDED
        and renewal.means in {"", means}
    )


def issue_identity(
    *,
    challenge: str,
    sign: Signer,
    fingerprint: Callable[[x509.Certificate], bytes],
    means: str = "",
    actor: Actor,
    at: datetime,
) -> x509.Certificate:
    """Issue an identity, once, against a challenge: a first one or a renewed one (G-10).

    Raises:
        ChallengeRefused: wrong, used, withdrawn or too old.
        HolderLeft: the device is not with the person who was invited any more (C-4).
    """
    leave = leave_for(challenge, means, at)
    return issue_for(
        leave=leave, issuing=Issuing(means, sign, fingerprint), actor=actor, at=at
    ).certificate


def issue_for(*, leave: Leave, issuing: Issuing, actor: Actor, at: datetime) -> Issued:
    """Issue the identity for which there is leave, and use the leave up (G-10)."""
    invitation, renewal = leave
    if renewal is not None:
        return _renewed(renewal.enrolment, renewal, issuing, actor, at)
    assert invitation is not None
    require_still_fit(invitation)
    enrolment = Enrolment(
        id=new_id(),
        device=invitation.device,
        person_id=invitation.person_id,
        invitation=invitation,
        way=invitation.way,
        topic=str((invitation.terms or {}).get("topic", "")),
        driver=driver_for(invitation.device.platform).name,
        created_at=at,
    )
    certificate = issuing.sign(enrolment)
    with act(actor, at) as doing:
        move_invitation(invitation, "use")
        enrolment.save(force_insert=True)
        row = _pin(enrolment, certificate, issuing, doing)
        doing.record("mdm.identity.issued", enrolment, device=invitation.device.asset_tag)
    return Issued(certificate, row)


def renew_by_certificate(
    *, fingerprint: bytes, challenge: str, issuing: Issuing, actor: Actor, at: datetime
) -> x509.Certificate:
    """Renew on the strength of the present certificate, which signed the request (G-10).

    With a challenge, that must be leave of the same enrolment. Without one, the certificate must
    be due, or the house must have asked for its renewal.

    Raises:
        ChallengeRefused: the certificate is none of a live enrolment, or the challenge another's.
    """
    present = (
        Certificate.objects.select_related("enrolment__device")
        .filter(fingerprint=fingerprint, revoked_at=None, expires_at__gt=at)
        .exclude(enrolment__state=EnrolmentState.ENDED)
        .first()
    )
    if present is None or present.means not in {"", elsewhere.MEANS, issuing.means}:
        raise errors.ChallengeRefused("The certificate that signed may not be renewed.")
    if challenge:
        renewal = leave_for(challenge, issuing.means, at).renewal
        if renewal is None or renewal.enrolment_id != present.enrolment_id:
            raise errors.ChallengeRefused("The challenge is another device's.")
    else:
        renewal = _asked_for(present, issuing.means, at)
        if renewal is None and not rules.may_renew(present.issued_at, present.expires_at, at):
            raise errors.ChallengeRefused("The certificate is not due for renewal.")
    return _renewed(present.enrolment, renewal, issuing, actor, at).certificate


def _asked_for(present: Certificate, means: str, at: datetime) -> Renewal | None:
    renewals = Renewal.objects.select_related("enrolment__device")
    found = renewals.filter(enrolment=present.enrolment_id, state=RenewalState.OPEN).first()
    return found if found is not None and still_good(Leave(None, found), means, at) else None


def _renewed(
    enrolment: Enrolment, renewal: Renewal | None, issuing: Issuing, actor: Actor, at: datetime
) -> Issued:
    """A further certificate of the same enrolment; the present one stays until this one is used."""
    certificate = issuing.sign(enrolment)
    with act(actor, at) as doing:
        Enrolment.objects.select_for_update().get(id=enrolment.id)  # one at a time
        if renewal is not None:
            move_renewal(renewal, "use", used_at=at)
        live = Certificate.objects.filter(enrolment=enrolment, revoked_at=None)
        newest_used = live.exclude(first_used_at=None).order_by("-issued_at").first()
        if newest_used is not None:  # what was issued since then was never used: it is given up
            live.filter(issued_at__gt=newest_used.issued_at, first_used_at=None).update(
                revoked_at=at, revoke_reason=REPLACED
            )
        live.update(renew_at=None)
        row = _pin(enrolment, certificate, issuing, doing)
        doing.record("mdm.identity.renewed", enrolment, device=enrolment.device.asset_tag)
    return Issued(certificate, row)


def _pin(
    enrolment: Enrolment, certificate: x509.Certificate, issuing: Issuing, doing: Act
) -> Certificate:
    fingerprint = issuing.fingerprint(certificate)
    ends = certificate.not_valid_after_utc
    return Certificate.objects.create(
        enrolment=enrolment,
        fingerprint=fingerprint,
        serial=format(certificate.serial_number, "x"),
        means=issuing.means,
        attested=issuing.attested,
        issued_at=doing.at,
        expires_at=ends,
        renew_at=rules.renew_at(doing.at, ends, fingerprint),
    )


def move_renewal(renewal: Renewal, verb: str, **more: object) -> None:
    step = RENEWAL.transitions[verb]
    rows = Renewal.objects.filter(id=renewal.id, state__in=step.sources)
    if rows.update(state=step.target, **more) != 1:
        raise errors.ChallengeRefused("The challenge was used at the same time.")


def note_use(*, fingerprint: bytes, actor: Actor, at: datetime) -> None:
    """Note the first use of a certificate; the one that it replaces is retired by that (G-10)."""
    fresh = Certificate.objects.select_related("enrolment__device").filter(
        fingerprint=fingerprint, first_used_at=None, revoked_at=None
    )
    certificate = fresh.first()
    if certificate is None:
        return
    with act(actor, at) as doing:
        if fresh.update(first_used_at=at) != 1:
            return  # another process was quicker
        earlier = Certificate.objects.filter(
            enrolment_id=certificate.enrolment_id,
            revoked_at=None,
            issued_at__lte=certificate.issued_at,
        ).exclude(id=certificate.id)
        if earlier.update(revoked_at=at, revoke_reason=REPLACED, renew_at=None):
            device = certificate.enrolment.device
            doing.record("mdm.identity.replaced", certificate.enrolment, device=device.asset_tag)


def revoke_certificate(
    *, certificate: Certificate, reason: str, actor: Actor, at: datetime
) -> Certificate:
    """Refuse one certificate from now on, at every door; its enrolment stays (G-10, G-11).

    Raises:
        InvalidInput: no reason.
        Conflict: it is revoked already.
    """
    device = certificate.enrolment.device
    require(
        actor,
        permits.IDENTITY_REVOKE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise InvalidInput("Say why; the reason is kept.")
    with act(actor, at) as doing:
        if not Certificate.objects.filter(id=certificate.id, revoked_at=None).update(
            revoked_at=at, revoke_reason=said, renew_at=None
        ):
            raise Conflict("The certificate is revoked already.")
        certificate.refresh_from_db()
        doing.record("mdm.identity.revoked", certificate, device=device.asset_tag, reason=said)
    return certificate
