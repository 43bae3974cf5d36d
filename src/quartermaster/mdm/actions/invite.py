"""Inviting a device: leave to enrol once, for one person and one device."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Device, DeviceStatus, Ownership
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import errors, permits
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.intended import intended_holder
from quartermaster.mdm.models import Invitation
from quartermaster.mdm.queries import invitation_with
from quartermaster.mdm.rules.ways import wrong_way
from quartermaster.mdm.states import INVITATION, InvitationState
from quartermaster.mdm.tokens import new_token, token_hash
from quartermaster.mdm.ways import Way
from quartermaster.org.models import Standing
from quartermaster.policy.queries import acknowledgement_due

INVITATION_LIFE = timedelta(days=7)
CHALLENGE_LIFE = timedelta(hours=1)


@dataclass(frozen=True)
class Invited:
    """A new invitation and its token, which is shown this once."""

    invitation: Invitation
    token: str


@dataclass(frozen=True)
class Fetched:
    """An invitation whose profile is being handed out, with the one-time challenge in it."""

    invitation: Invitation
    challenge: str


def invite(
    *,
    device: Device,
    consent: bool = False,
    way: Way = Way.PROFILE,
    actor: Actor,
    at: datetime,
) -> Invited:
    """Invite a device to enrol, once its holder has acknowledged the policy (S-2, G-2).

    ``consent`` says of a personal device that its owner saw the disclosure and agrees to it;
    ``way``, how the invitation leads in.

    Raises:
        NotAcknowledged: the holder has not acknowledged the version in force.
        NoConsent: a personal device without its owner's consent.
        NotManageable: no driver manages the platform, or nobody holds the device.
        HolderLeft: the holder has left the City's service (C-4).
        WrongWay: a personal device comes as a user or by a profile, a City device never as a user.
    """
    require(
        actor,
        permits.DEVICE_INVITE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        return write_invitation(device, way, consent=consent, doing=doing)


def write_invitation(device: Device, way: str, *, consent: bool, doing: Act) -> Invited:
    """The new invitation of a device that may come in; an earlier one is withdrawn."""
    at = doing.at
    holder_id = _require_fit(device, way, consent=consent, at=at)
    token = new_token()
    Invitation.objects.filter(
        device=device, state__in=INVITATION.transitions["cancel"].sources
    ).update(state=InvitationState.CANCELLED)
    invitation = Invitation.objects.create(
        device=device,
        person_id=holder_id,
        token_hash=token_hash(token),
        way=way,
        created_at=at,
        created_by=doing.actor.label,
        expires_at=at + INVITATION_LIFE,
        consented_at=at if device.ownership == Ownership.PERSONAL else None,
    )
    doing.record(
        "mdm.device.invited", invitation, device=device.asset_tag, consent=consent, way=str(way)
    )
    return Invited(invitation, token)


def _require_fit(device: Device, way: str, *, consent: bool, at: datetime) -> UUID:
    held = device.status in {DeviceStatus.ASSIGNED, DeviceStatus.IN_REPAIR}
    holder = device.holder if held else intended_holder(device)
    if holder is None:
        raise errors.NotManageable(
            "Assign the device to a person, or prepare it for one, before it is enrolled."
        )
    if holder.standing != Standing.ACTIVE:
        raise errors.HolderLeft(
            f"{holder} has left the City's service; no device is enrolled for them."
        )
    if not is_managed(device.platform):
        raise errors.NotManageable(
            f"A device with {device.get_platform_display()} has no management channel here yet."
        )
    due = acknowledgement_due(holder.id, at)
    if due is not None:
        raise NotAcknowledged(
            f"{holder} has not acknowledged the policy in force; that comes first."
        )
    if problem := wrong_way(way, personal=device.personal):
        raise errors.WrongWay(problem)
    if device.personal and not consent:
        raise errors.NoConsent("The owner of a personal device must agree to the disclosure first.")
    return holder.id


def require_still_fit(invitation: Invitation) -> None:
    """`HolderLeft` where whom the invitation was for holds the device no longer (C-4)."""
    device = invitation.device
    held = device.holder_id == invitation.person_id and device.status != DeviceStatus.RETIRED
    meant = intended_holder(device)
    held = held or (meant is not None and meant.id == invitation.person_id)
    if not held or invitation.person.standing != Standing.ACTIVE:
        raise errors.HolderLeft(
            f"{device.asset_tag} is not with the person who was invited any more;"
            " ask ITMD for a new invitation."
        )


def cancel_invitation(*, invitation: Invitation, actor: Actor, at: datetime) -> None:
    """Withdraw an invitation that was not used (G-10)."""
    device = invitation.device
    require(
        actor,
        permits.DEVICE_INVITE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        move_invitation(invitation, "cancel")
        doing.record("mdm.invitation.cancelled", invitation, device=device.asset_tag)


def move_invitation(invitation: Invitation, verb: str, **more: object) -> None:
    step = INVITATION.transitions[verb]
    rows = Invitation.objects.filter(id=invitation.id, state__in=step.sources)
    if rows.update(state=step.target, **more) != 1:
        invitation.refresh_from_db()
        INVITATION.target(verb, InvitationState(invitation.state))
        raise Conflict("The invitation changed at the same time; try again.")


def fetch_invitation(*, token: str, actor: Actor, at: datetime) -> Fetched:
    """Hand out the profile of an invitation, with a fresh one-time challenge (G-10).

    May be repeated until the challenge is used; the challenge of an earlier copy dies.
    """
    invitation = invitation_with(token, at)
    with act(actor, at) as doing:
        return hand_out(invitation, doing)


def hand_out(invitation: Invitation, doing: Act) -> Fetched:
    """Note that the profile is handed out, and make the challenge that goes into it."""
    require_still_fit(invitation)
    challenge = new_token()
    move_invitation(invitation, "fetch", challenge_hash=token_hash(challenge), fetched_at=doing.at)
    doing.record("mdm.invitation.fetched", invitation, device=invitation.device.asset_tag)
    return Fetched(invitation, challenge)


def keep_terms(*, invitation: Invitation, terms: Mapping[str, Any]) -> None:
    """Keep what the profile of an invitation said of management: a renewed one repeats it (G-10).

    ``means`` in it says by which way the identity may be asked for.
    """
    Invitation.objects.filter(id=invitation.id).update(terms=dict(terms))


def expire_invitations(*, actor: Actor, at: datetime) -> int:
    """Let invitations that were not used in time expire (G-10)."""
    require(actor, permits.DEVICE_INVITE)
    step = INVITATION.transitions["expire"]
    late = Invitation.objects.filter(state__in=step.sources, expires_at__lte=at)
    with act(actor, at) as doing:
        count = late.update(state=step.target)
        if count:
            doing.record_about("mdm.invitations.expired", "mdm.invitation", "", count=count)
    return count
