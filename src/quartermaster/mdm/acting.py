"""Reads for those who act on devices: what is possible, what is overdue, where lost ones were."""

from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.mdm import permits
from quartermaster.mdm.driver import Context, driver_named
from quartermaster.mdm.models import Command, Enrolment, EscrowedSecret, Location, Reveal
from quartermaster.mdm.queries import context_of, reached
from quartermaster.mdm.rules.commands import Timeline, standing
from quartermaster.mdm.states import LOCATE, CommandState, EnrolmentState
from quartermaster.mdm.verbs import VERBS, Verb


def why_not_now(enrolment: Enrolment, verb: Verb, context: Context) -> str:
    """Why a verb is not possible on a device now, as a sentence; empty if it is."""
    if enrolment.state != EnrolmentState.ENROLLED:
        return "The device is not enrolled."
    problem = driver_named(enrolment.driver).why_not(verb.code, context)
    if problem:
        return problem
    if verb.while_lost and not context.lost:
        return "Only a device in lost mode does this; switch lost mode on first."
    needed = verb.needs_secret
    if (
        needed
        and not EscrowedSecret.objects.filter(
            device_id=enrolment.device_id, kind=needed, replaced_at=None, confirmed_at__isnull=False
        ).exists()
    ):
        return "What this needs is not kept of the device yet."
    if verb.needs_unlock_token and not enrolment.sealed_unlock_token:
        return "The device has given no unlock token."
    return ""


def verbs_of(actor: Actor, enrolment: Enrolment) -> list[tuple[Verb, str]]:
    """What the actor may have done to a device, each with why it is not possible now, or empty."""
    device = enrolment.device
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    context = context_of(device)
    return [
        (verb, why_not_now(enrolment, verb, context))
        for verb in VERBS.values()
        if reach(actor, verb.permit).covers(**place)
    ]


def overdue(rows: QuerySet[Command], at: datetime) -> QuerySet[Command]:
    """Those of the commands that should have been answered by now."""
    before = at - timedelta(hours=settings.COMMAND_OVERDUE_HOURS)
    queued = Q(state=CommandState.QUEUED, queued_at__lte=before)
    sent = Q(state=CommandState.SENT, sent_at__lte=before)
    return rows.filter(queued | sent)


def standing_of(command: Command, at: datetime) -> str:
    """Where a command stands, as a sentence's beginning; empty where its state says it all."""
    known = Timeline(
        state=command.state,
        queued_at=command.queued_at,
        sent_at=command.sent_at,
        deferred_at=command.deferred_at,
        seen_at=command.enrolment.last_seen_at,
    )
    return standing(known, at, timedelta(hours=settings.COMMAND_OVERDUE_HOURS))


def locations_visible_to(actor: Actor) -> QuerySet[Location]:
    """The locations of lost devices that the actor may look at; reading the row tells nothing."""
    rows = Location.objects.select_related("command__enrolment__device__holder")
    return rows.filter(reached(actor, permits.DEVICE_LOCATE, "command__enrolment__device__"))


def located_when(device_id: UUID) -> QuerySet[Command]:
    """The questions where a device is that it answered, the latest first; tells no place."""
    return Command.objects.filter(
        enrolment__device_id=device_id, key=LOCATE, state=CommandState.ACKNOWLEDGED
    ).defer("payload", "answer")


def reveals_of(device_id: UUID) -> QuerySet[Reveal]:
    """When which secret of a device was shown to whom, the latest first; tells no secret."""
    return Reveal.objects.select_related("secret").filter(secret__device_id=device_id)
