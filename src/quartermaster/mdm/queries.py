"""Reads of enrolments, commands and posture."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Max, Q, QuerySet, When

from quartermaster.inventory.models import Device, DeviceStatus
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.mdm import gates, messages, permits, posture
from quartermaster.mdm.driver import Compiled, Context, Driver, Holder, driver_for
from quartermaster.mdm.errors import InvitationUnusable
from quartermaster.mdm.models import (
    Announcement,
    Certificate,
    Command,
    DeclaredState,
    DestructiveRequest,
    DestructiveTarget,
    Enrolment,
    EscrowedSecret,
    Invitation,
    StatusReport,
    StoredFact,
)
from quartermaster.mdm.posture import Fact, Posture
from quartermaster.mdm.rules.destruction import PENDING
from quartermaster.mdm.rules.renewal import WARN_LEFT
from quartermaster.mdm.sealing import Seals
from quartermaster.mdm.software import deliverable
from quartermaster.mdm.states import ENROLMENT, INVITATION, EnrolmentState
from quartermaster.mdm.tokens import token_hash
from quartermaster.mdm.ways import Way
from quartermaster.policy.queries import effective_requirements, setting_changed_at
from quartermaster.policy.requirements.rulebook import Rulebook


def reached(actor: Actor, asked: Permit, prefix: str) -> Q:
    """The rows whose device (at ``prefix``) the actor reaches under a permit."""
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    return Q(**{f"{prefix}holder_id__in": extent.people}) | Q(
        **{f"{prefix}department_id__in": extent.departments}
    )


def enrolments_visible_to(actor: Actor) -> QuerySet[Enrolment]:
    """The enrolments that the actor may see, newest first."""
    rows = Enrolment.objects.select_related("device__department", "device__holder", "person")
    return rows.filter(reached(actor, permits.ENROLMENT_VIEW, "device__"))


def invitations_visible_to(actor: Actor) -> QuerySet[Invitation]:
    """The invitations that the actor may see, newest first."""
    rows = Invitation.objects.select_related("device", "person")
    return rows.filter(reached(actor, permits.ENROLMENT_VIEW, "device__"))


def devices_to_invite(actor: Actor) -> QuerySet[Device]:
    """The devices that the actor may invite to enrol."""
    rows = Device.objects.select_related("department", "holder", "model")
    return rows.filter(reached(actor, permits.DEVICE_INVITE, ""))


def invitation_with(token: str, at: datetime) -> Invitation:
    """The invitation that a token opens; whoever has the token may read it.

    Raises:
        InvitationUnusable: unknown, too old, used or withdrawn.
    """
    found = Invitation.objects.select_related("device__department", "device__holder", "person")
    invitation = found.filter(token_hash=token_hash(token)).first()
    if invitation is None or invitation.expires_at <= at:
        raise InvitationUnusable("This invitation is unknown or too old; ask for a new one.")
    if invitation.state not in INVITATION.transitions["fetch"].sources:
        raise InvitationUnusable("This invitation was used or withdrawn; ask ITMD for a new one.")
    return invitation


def commands_visible_to(actor: Actor) -> QuerySet[Command]:
    """The commands that the actor may see, newest first."""
    rows = Command.objects.select_related("enrolment__device__holder").defer("payload", "answer")
    return rows.filter(reached(actor, permits.ENROLMENT_VIEW, "enrolment__device__"))


def destructive_requests_visible_to(actor: Actor) -> QuerySet[DestructiveRequest]:
    """The destructive requests that the actor may see, newest first."""
    rows = DestructiveRequest.objects.select_related("requester", "approval__approver")
    if reach(actor, permits.DESTRUCTION_VIEW).everything:
        return rows
    if reach(actor, permits.DESTRUCTION_APPROVE_HELD).everything:
        return rows.filter(despite_hold=True)
    return rows.none()


def waits_for_destruction(device_ids: Iterable[UUID]) -> bool:
    """Whether one of these devices is still to be erased, or has not confirmed that it was."""
    rows = DestructiveTarget.objects.filter(enrolment__device_id__in=list(device_ids))
    return rows.filter(request__state__in=PENDING, settled_at=None).exists()


def in_lost_mode(device: Device) -> bool:
    """Whether a device is reported lost and said itself that it is in lost mode."""
    if device.status != DeviceStatus.LOST:
        return False
    return StoredFact.objects.filter(device=device, key=posture.LOST_MODE, value=True).exists()


def enrolment_now(device_id: UUID) -> Enrolment | None:
    """The enrolment under which a device is managed now."""
    return (
        Enrolment.objects.select_related("device")
        .filter(device_id=device_id, state=EnrolmentState.ENROLLED)
        .first()
    )


def enrolled_with(enrolment_id: UUID) -> Enrolment | None:
    """A live enrolment by its id."""
    return Enrolment.objects.filter(id=enrolment_id, state=EnrolmentState.ENROLLED).first()


def certificates_visible_to(actor: Actor) -> QuerySet[Certificate]:
    """The certificates of devices that the actor may see, newest first."""
    rows = Certificate.objects.select_related("enrolment__device__holder")
    return rows.filter(reached(actor, permits.ENROLMENT_VIEW, "enrolment__device__"))


def certificates_running_out(at: datetime) -> QuerySet[Any]:
    """Enrolled devices whose newest good certificate runs out within a month."""
    return _with_last(at).filter(last_good__gt=at, last_good__lte=at + WARN_LEFT)


def certificates_lapsed(at: datetime) -> QuerySet[Any]:
    """Enrolled devices that have no good certificate left: they cannot come in."""
    return _with_last(at).filter(last_good__lte=at)


def certificate_standings(at: datetime) -> dict[str, int]:
    """How many enrolled devices have a certificate that runs out, or none left, in one go."""
    soon = Q(last_good__gt=at, last_good__lte=at + WARN_LEFT)
    found = _with_last(at).aggregate(
        running_out=Count("id", filter=soon), lapsed=Count("id", filter=Q(last_good__lte=at))
    )
    return {"running-out": found["running_out"], "lapsed": found["lapsed"]}


def _with_last(at: datetime) -> QuerySet[Any]:
    """Enrolments with the end of their last certificate; what was revoked ended then."""
    ends = Case(
        When(certificates__revoked_at__isnull=False, then="certificates__revoked_at"),
        default="certificates__expires_at",
    )
    rows = Enrolment.objects.filter(state=EnrolmentState.ENROLLED, created_at__lte=at)
    return rows.annotate(last_good=Max(ends))


def posture_of(device_id: UUID) -> Posture:
    """What is known of a device: its facts, and when it was last seen."""
    return postures_of([device_id])[device_id]


def postures_of(device_ids: Iterable[UUID]) -> dict[UUID, dict[str, Fact]]:
    """The postures of many devices, in two queries."""
    found: dict[UUID, dict[str, Fact]] = {device_id: {} for device_id in device_ids}
    facts = StoredFact.objects.filter(device_id__in=found)
    for device_id, key, value, source, observed_at in facts.values_list(
        "device_id", "key", "value", "source", "observed_at"
    ):
        found[device_id][key] = Fact(value, source, observed_at)
    seen = Enrolment.objects.filter(
        device_id__in=found, state=EnrolmentState.ENROLLED, last_seen_at__isnull=False
    )
    for device_id, last_seen in seen.values_list("device_id", "last_seen_at"):
        if last_seen is not None:
            fact = Fact(last_seen.isoformat(), "check-in", last_seen)
            found[device_id][posture.LAST_SEEN] = fact
    return found


_KNOWN = sorted({*posture.DECISIVE, posture.DEVICE_PRODUCT, posture.LOST_MODE})
_COMPARABLE = re.compile(r"\d{1,5}(\.\d{1,5}){0,3}")


def context_of(device: Device) -> Context:
    """What a dialect must know of a device to compile for it."""
    return contexts_of([device])[device.id]


def contexts_of(devices: Iterable[Device]) -> dict[UUID, Context]:
    """The contexts of many devices, in two queries."""
    rows = {device.id: device for device in devices}
    known: dict[UUID, dict[str, Any]] = {device_id: {} for device_id in rows}
    facts = StoredFact.objects.filter(device_id__in=rows, key__in=_KNOWN)
    for device_id, key, value in facts.values_list("device_id", "key", "value"):
        known[device_id][key] = value
    live, shut, shown = _live(rows), gates.withheld_from(rows), messages.messages_for(rows)
    return {
        device_id: replace(
            _context(device, known[device_id], live.get(device_id)),
            withheld=device_id in shut,
            message=shown.get(device_id, ""),
        )
        for device_id, device in rows.items()
    }


def _context(device: Device, known: Mapping[str, Any], live: Enrolment | None) -> Context:
    if live is None:
        return context_from(device, known)
    return context_from(
        device,
        known,
        way=live.way,
        enrolment=str(live.id),
        enrolled_at=live.enrolled_at,
        holder=Holder(live.person.name, live.person.email),
        former_profile=str((live.former_terms or {}).get("identifier", "")),
    )


def context_from(device: Device, known: Mapping[str, Any], **enrolment: Any) -> Context:
    """The context of a device, from its facts and from what is to be said of its enrolment."""
    version = known.get(posture.OS_VERSION)
    version = version if isinstance(version, str) and _COMPARABLE.fullmatch(version) else ""
    supported = known.get(posture.SUPPORTED)
    refused = known.get(posture.REFUSED)
    return Context(
        ownership=device.ownership,
        platform=device.platform,
        supervised=known.get(posture.SUPERVISED) is True,
        os_version=version,
        product=str(known.get(posture.DEVICE_PRODUCT) or ""),
        supported=frozenset(supported) if isinstance(supported, list) else None,
        refused=frozenset(
            name for name, said_by in dict(refused or {}).items() if said_by == version
        ),
        lost=known.get(posture.LOST_MODE) is True,
        **enrolment,
    )


def way_of(device_id: UUID) -> str:
    """How a device came under management, or is coming; by a profile where it has not yet."""
    live = _live([device_id]).get(device_id)
    return live.way if live else Way.PROFILE


def _live(device_ids: Iterable[UUID]) -> dict[UUID, Enrolment]:
    """The enrolment of each device that is live; enrolled before pending, newest first."""
    rows = Enrolment.objects.select_related("person").filter(
        device_id__in=device_ids, state__in=ENROLMENT.transitions["end"].sources
    )
    return {row.device_id: row for row in rows.order_by("-state", "created_at")}


def wanted_for(
    device: Device,
    at: datetime,
    *,
    book: Rulebook | None = None,
    withheld: bool | None = None,
) -> Compiled:
    """What is required of a device now, in its platform's terms (G-3, C-5).

    ``withheld``: as if the City's accounts and networks were withheld from it, or were not.
    """
    effective = effective_requirements(
        device.department_id,
        device.ownership,
        at=at,
        person_id=device.holder_id,
        device_id=device.id,
        book=book,
    )
    driver = driver_for(device.platform)
    brought = deliverable(effective.requirements.required_software, device.platform)
    context = replace(sealed_context_of(device, driver, at), deliverable=brought)
    if withheld is not None:
        context = replace(context, withheld=withheld)
    if effective.requirements.minimum_os_within_days is not None:
        context = replace(context, update_since=_update_since(device, context))
    return driver.compile(effective.requirements, context)


def goes_with_access(device: Device, at: datetime) -> tuple[str, ...]:
    """What the City set up on a device that goes while access is withheld, by name (G-10)."""
    stays = _titles(wanted_for(device, at, withheld=True))
    given = _titles(wanted_for(device, at, withheld=False))
    return tuple(title for key, title in given.items() if key not in stays)


def _titles(compiled: Compiled) -> dict[str, str]:
    return {
        item.key: item.title
        for payload in compiled.payloads
        for item in payload.parts or (payload,)
    }


def _update_since(device: Device, context: Context) -> datetime | None:
    """From when the days to update count: from the requirement, or from when the device came."""
    changed = setting_changed_at(
        device.department_id, device.ownership, "minimum_os", part=device.platform
    )
    return max((item for item in (changed, context.enrolled_at) if item), default=None)


def reports_of(enrolment: Enrolment) -> QuerySet[StatusReport]:
    """The status reports that are kept of an enrolment, newest first."""
    return StatusReport.objects.filter(enrolment=enrolment)


def declared_states(enrolment_id: UUID) -> QuerySet[DeclaredState]:
    """How each declaration stands on a device, as it last said."""
    return DeclaredState.objects.filter(enrolment_id=enrolment_id)


def announced_to(enrolment_id: UUID) -> Announcement | None:
    """What a device was last told to have."""
    return Announcement.objects.filter(enrolment_id=enrolment_id).first()


def sealed_context_of(device: Device, driver: Driver, at: datetime) -> Context:
    """The context of a device, with the certificate that it may seal secrets to."""
    return sealed_context(context_of(device), driver, at)


def sealed_context(context: Context, driver: Driver, at: datetime) -> Context:
    """This context, with the certificate that such a device may seal secrets to."""
    if not isinstance(driver, Seals):
        return context
    return replace(context, sealing_certificate=driver.sealing_certificate(context, at))


def secrets_visible_to(actor: Actor) -> QuerySet[EscrowedSecret]:
    """The kept secrets that the actor may reveal; reading the row tells nothing."""
    rows = EscrowedSecret.objects.select_related("device")
    return rows.filter(reached(actor, permits.SECRET_REVEAL, "device__"))
