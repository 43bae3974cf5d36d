"""Enrolling by account: a person signs in on the device, and the device comes in for them."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from quartermaster.inventory.actions import register_own
from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Device
from quartermaster.inventory.rules.channels import usual_class
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import errors, permits
from quartermaster.mdm.actions.invite import Fetched, hand_out, write_invitation
from quartermaster.mdm.driver import is_managed
from quartermaster.mdm.models import AccountGrant, Invitation
from quartermaster.mdm.rules.ways import wrong_way
from quartermaster.mdm.states import INVITATION
from quartermaster.mdm.tokens import new_token, token_hash
from quartermaster.mdm.ways import ACCOUNT_WAYS
from quartermaster.org.queries import actor_for
from quartermaster.policy.queries import acknowledgement_due

GRANT_LIFE = timedelta(minutes=15)


@dataclass(frozen=True)
class Granted:
    """A grant and its token, which the device gets this once."""

    grant: AccountGrant
    token: str


@dataclass(frozen=True)
class Arrival:
    """What a device says of itself when it brings a grant's token."""

    way: str
    platform: str
    serial: str = ""


def grant_by_account(
    *,
    way: str,
    platform: str,
    device: Device | None = None,
    consent: bool = False,
    actor: Actor,
    at: datetime,
) -> Granted:
    """Let the device in the actor's hand enrol for them, within a quarter of an hour (S-2, G-2).

    ``device`` is the one of theirs that it is; None: a personal one that is not known yet, and is
    entered when it comes.

    Raises:
        NotAcknowledged: the actor has not acknowledged the version in force.
        NoConsent: a personal device without its owner's consent.
        WrongWay: this device does not come in this way, or has another platform.
    """
    person_id = actor.person_id
    if person_id is None:
        raise Refused("A device is enrolled by account by the person who signs in on it.")
    require(actor, permits.DEVICE_INVITE, person_id=person_id)
    _require_fit(way, platform, device, actor, at)
    personal = device is None or device.personal
    if personal and not consent:
        raise errors.NoConsent("The owner of a personal device must agree to the disclosure first.")
    token = new_token()
    with act(actor, at) as doing:
        grant = AccountGrant.objects.create(
            person_id=person_id,
            device=device,
            way=way,
            platform=platform,
            token_hash=token_hash(token),
            consented_at=at if personal else None,
            created_at=at,
            expires_at=at + GRANT_LIFE,
        )
        tag = device.asset_tag if device else ""
        doing.record("mdm.account.granted", grant, way=way, device=tag, consent=consent)
    return Granted(grant, token)


def _require_fit(
    way: str, platform: str, device: Device | None, actor: Actor, at: datetime
) -> None:
    if way not in ACCOUNT_WAYS or not is_managed(platform):
        raise errors.WrongWay("No device enrols here in this way.")
    assert actor.person_id is not None
    if acknowledgement_due(actor.person_id, at) is not None:
        raise NotAcknowledged("Acknowledge the policy in force first; then enrol the device.")
    if device is None:
        problem = wrong_way(way, personal=True)
        if problem:
            raise errors.WrongWay("Only a device that the City gave you enrols in this way.")
        return
    if device.holder_id != actor.person_id or device.platform != platform:
        raise errors.WrongWay("This is not a device of yours with the same system.")
    if problem := wrong_way(way, personal=device.personal):
        raise errors.WrongWay(problem)


def arrive_by_account(*, token: str, arrival: Arrival, actor: Actor, at: datetime) -> Fetched:
    """Turn a grant's token into an invitation, and hand out its profile (G-10).

    May be repeated until the device has its identity, as a profile may get lost on its way. A
    personal device that nobody knew is entered for the person here, without any identifier.

    Raises:
        GrantRefused: unknown, too old, used, or of another kind of device.
        WrongDevice: another serial number than the inventory has.
    """
    with act(actor, at) as doing:
        grant = _grant_of(token, arrival, at)
        if grant.invitation is None:
            _turn_into_invitation(grant, doing)
        assert grant.invitation is not None
        known = grant.invitation.device.serial
        if known and arrival.serial and known.casefold() != arrival.serial.casefold():
            raise errors.WrongDevice("This is another device than the one that was chosen.")
        return hand_out(grant.invitation, doing)


def _grant_of(token: str, arrival: Arrival, at: datetime) -> AccountGrant:
    rows = AccountGrant.objects.select_for_update(of=("self",)).select_related(
        "person", "device__holder", "invitation__device", "invitation__person"
    )
    grant = rows.filter(token_hash=token_hash(token)).first()
    if grant is None or grant.expires_at <= at:
        raise errors.GrantRefused("This sign-in is unknown or too old; sign in again.")
    if (grant.way, grant.platform) != (arrival.way, arrival.platform):
        raise errors.GrantRefused("This sign-in was for another kind of device; sign in again.")
    if grant.invitation and grant.invitation.state not in INVITATION.transitions["fetch"].sources:
        raise errors.GrantRefused("This sign-in was used; sign in again.")
    return grant


def _turn_into_invitation(grant: AccountGrant, doing: Act) -> Invitation:
    owner = actor_for(grant.person, doing.at)
    device = grant.device
    if device is None:
        device = register_own(
            device_class=usual_class(grant.platform),
            platform=grant.platform,
            actor=owner,
            at=doing.at,
        )
    with act(owner, doing.at) as for_owner:
        consent = grant.consented_at is not None
        invitation = write_invitation(
            device, grant.way, consent=consent, doing=for_owner
        ).invitation
    grant.device, grant.invitation = device, invitation
    grant.save(update_fields=["device", "invitation"])
    return invitation
