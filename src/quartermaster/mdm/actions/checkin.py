"""What a device says when it comes, stays and goes. Called with an identity already proven."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from quartermaster.audit.models import Entry
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel import vault
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import errors, permits
from quartermaster.mdm.actions.declaring import forget_declared
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.actions.waking import can_be_woken_again
from quartermaster.mdm.events import DeviceEnrolled, EnrolmentEnded
from quartermaster.mdm.models import Certificate, Command, Enrolment, UserChannel
from quartermaster.mdm.posture import SUPERVISED, Fact
from quartermaster.mdm.rules.destruction import HOUR, MOST_ENDED_ALONE
from quartermaster.mdm.states import COMMAND, ENROLMENT, CommandState, EnrolmentState
from quartermaster.mdm.ways import Way

SOURCE_AUTOMATED = "automated enrolment"
_ENDING = 0x5155_454E  # one at a time, so that they are counted exactly


@dataclass(frozen=True)
class Hardware:
    """What a device says it is when it begins. Empty where it may not or need not say."""

    external_id: str
    serial: str = ""
    imei: str = ""


@dataclass(frozen=True)
class PushAddress:
    """Where a device is woken, and what unlocks it. Sealed at rest."""

    topic: str
    token: bytes
    magic: bytes
    unlock_token: bytes = b""


def place_of(enrolment_id: UUID, field: str) -> str:
    """Where a secret of an enrolment belongs, for the vault."""
    return f"mdm.enrolment/{enrolment_id}/{field}"


def place(enrolment: Enrolment, field: str) -> str:
    return place_of(enrolment.id, field)


def enrolment_of(fingerprint: bytes, at: datetime) -> Enrolment:
    """The live enrolment that a certificate is pinned to.

    Raises:
        UnknownIdentity: no such certificate was issued here.
        EnrolmentOver: its enrolment has ended.
        IdentityRevoked: revoked, replaced or out of date, while the enrolment goes on.
    """
    certificate = (
        Certificate.objects.select_related("enrolment__device")
        .filter(fingerprint=fingerprint)
        .first()
    )
    if certificate is None:
        raise errors.UnknownIdentity("No enrolment has this certificate.")
    enrolment = certificate.enrolment
    if enrolment.state == EnrolmentState.ENDED:
        raise errors.EnrolmentOver("The enrolment of this device has ended.")
    if certificate.revoked_at is not None or certificate.expires_at <= at:
        # not the answer at which a device leaves: it may have a newer certificate
        raise errors.IdentityRevoked("This certificate was revoked, replaced, or has run out.")
    return enrolment


def authenticate(*, enrolment: Enrolment, hardware: Hardware, actor: Actor, at: datetime) -> None:
    """Begin (again): bind the enrolment to the hardware, and start with an empty queue (G-10).

    Raises:
        WrongDevice: the certificate belongs to other hardware, or the hardware is enrolled as
            another device, or is not the one that the inventory knows.
    """
    _require_right_hardware(enrolment, hardware)
    with act(actor, at) as doing:
        _end_earlier(enrolment, doing)
        _close_queue(enrolment, at)
        forget_declared(enrolment)
        _move(
            enrolment,
            "authenticate",
            external_id=hardware.external_id,
            sealed_push_token=None,
            sealed_push_magic=None,
            sealed_unlock_token=None,
            last_seen_at=at,
            awaits_since=None,
            set_up_at=None,
        )
        doing.record("mdm.device.authenticated", enrolment, device=enrolment.device.asset_tag)


def _require_right_hardware(enrolment: Enrolment, hardware: Hardware) -> None:
    if enrolment.external_id and enrolment.external_id != hardware.external_id:
        raise errors.WrongDevice("This certificate belongs to another device.")
    device, invitation = enrolment.device, enrolment.invitation
    proven = invitation.expected_id if invitation else ""
    if proven and proven != hardware.external_id:
        raise errors.WrongDevice("This enrolment was begun by another device.")
    for known, said in ((device.udid, hardware.external_id), (device.serial, hardware.serial)):
        if known and said and known.casefold() != said.casefold():
            raise errors.WrongDevice(
                f"The invitation is for {device.asset_tag}, and this is another device."
            )
    elsewhere = Enrolment.objects.filter(
        driver=enrolment.driver, external_id=hardware.external_id, state=EnrolmentState.ENROLLED
    ).exclude(device=device)
    if elsewhere.exists():
        raise errors.WrongDevice(
            "This device is enrolled under another asset tag; end that enrolment first."
        )


def _end_earlier(enrolment: Enrolment, doing: Act) -> None:
    """A device that enrols anew leaves its earlier enrolment behind."""
    live = ENROLMENT.transitions["end"].sources
    earlier = Enrolment.objects.filter(device=enrolment.device, state__in=live)
    for old in earlier.exclude(id=enrolment.id):
        _end(old, "replaced by a new enrolment", doing)


def _end(enrolment: Enrolment, reason: str, doing: Act) -> None:
    _move(enrolment, "end", ended_at=doing.at, end_reason=reason[:100])
    Certificate.objects.filter(enrolment=enrolment, revoked_at=None).update(revoked_at=doing.at)
    _close_queue(enrolment, doing.at)
    doing.record("mdm.enrolment.ended", enrolment, device=enrolment.device.asset_tag, reason=reason)
    doing.emit(
        EnrolmentEnded(device_id=enrolment.device_id, enrolment_id=enrolment.id, reason=reason)
    )


def _close_queue(enrolment: Enrolment, at: datetime) -> None:
    step = COMMAND.transitions["cancel"]
    Command.objects.filter(enrolment=enrolment, state__in=step.sources).update(
        state=CommandState.CANCELLED, error="The device enrolled anew or left.", answered_at=at
    )
    UserChannel.objects.filter(enrolment=enrolment, left_at=None).update(
        left_at=at, sealed_push_token=None, sealed_push_magic=None
    )


def _move(enrolment: Enrolment, verb: str, **more: object) -> None:
    step = ENROLMENT.transitions[verb]
    rows = Enrolment.objects.filter(id=enrolment.id, state__in=step.sources)
    if rows.update(state=step.target, **more) != 1:
        raise errors.EnrolmentOver("The enrolment of this device has ended.")
    enrolment.refresh_from_db()


def update_token(
    *,
    enrolment: Enrolment,
    external_id: str,
    address: PushAddress,
    awaits: bool = False,
    actor: Actor,
    at: datetime,
) -> None:
    """Take the push address; the first one makes the device enrolled (G-10).

    ``awaits``: the device waits in its set-up until it is told to go on.
    """
    if enrolment.external_id != external_id:
        raise errors.WrongDevice("This certificate belongs to another device.")
    fresh = enrolment.state == EnrolmentState.PENDING
    sealed: dict[str, object] = {
        "sealed_push_token": vault.seal(address.token, place=place(enrolment, "push-token")),
        "sealed_push_magic": vault.seal(address.magic, place=place(enrolment, "push-magic")),
        "token_at": at,
    }
    if address.unlock_token:
        sealed["sealed_unlock_token"] = vault.seal(
            address.unlock_token, place=place(enrolment, "unlock-token")
        )
    if fresh:
        sealed["enrolled_at"] = at
    if awaits and enrolment.awaits_since is None:
        sealed["awaits_since"] = at
    with act(actor, at) as doing:
        _move(enrolment, "update token", topic=address.topic, last_seen_at=at, **sealed)
        if fresh and enrolment.way == Way.AUTOMATED:  # the maker's service saw to it
            supervised = Fact(value=True, source=SOURCE_AUTOMATED, observed_at=at)
            keep_facts(enrolment.device_id, {SUPERVISED: supervised})
        can_be_woken_again([enrolment.id])
        if fresh:
            doing.record("mdm.device.enrolled", enrolment, device=enrolment.device.asset_tag)
            doing.emit(DeviceEnrolled(device_id=enrolment.device_id, enrolment_id=enrolment.id))


def check_out(*, enrolment: Enrolment, actor: Actor, at: datetime) -> None:
    """The device says that its management was removed (G-10)."""
    with act(actor, at) as doing:
        _end(enrolment, "the management profile was removed on the device", doing)


def end_enrolment(*, enrolment: Enrolment, reason: str, actor: Actor, at: datetime) -> None:
    """End an enrolment from our side: its certificate is refused from now on (G-10).

    A device whose certificate is refused forgets its management, so that many at once are as good
    as a removal: past a few in an hour, that takes two people (`request_destruction`).

    Raises:
        NotReleased: this person, or the command line, ended too many within the hour.
    """
    device = enrolment.device
    require(
        actor,
        permits.ENROLMENT_END,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        _require_few(doing)
        _end(enrolment, reason, doing)


def close_enrolment(enrolment: Enrolment, reason: str, doing: Act) -> None:
    """End an enrolment as the consequence of something else, which had its own permit."""
    _end(enrolment, reason, doing)


def _require_few(doing: Act) -> None:
    take_turn(_ENDING)
    who = doing.actor
    whose = {"actor_id": who.person_id} if who.person_id else {"actor_label": who.label}
    lately = Entry.objects.filter(tag="mdm.enrolment.ended", at__gt=doing.at - HOUR, **whose)
    if lately.count() >= MOST_ENDED_ALONE:
        raise errors.NotReleased(
            f"{MOST_ENDED_ALONE} enrolments were ended in this hour. Ask, with a second person,"
            " that management be removed from the others."
        )
