"""Reads of evaluations and findings."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce

from quartermaster.compliance import permits
from quartermaster.compliance.models import Evaluation, Extension, Finding, Look
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.compliance.subjects import Reader, clauses_held
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.mdm.models import Enrolment
from quartermaster.policy.requirements.rulebook import OWNERSHIPS, Rulebook


def _reached(actor: Actor, asked: Permit, *, of_finding: bool) -> Q:
    extent = reach(actor, asked)
    if extent.everything:
        return Q()
    holder = "holder_id__in" if of_finding else "device__holder_id__in"
    return Q(**{holder: extent.people}) | Q(device__department_id__in=extent.departments)


def findings_visible_to(actor: Actor) -> QuerySet[Finding]:
    """The findings that the actor may see: a holder's own, a coordinator's departments', or all."""
    rows = Finding.objects.select_related("device__department", "holder", "policy_version")
    return rows.filter(_reached(actor, permits.FINDING_VIEW, of_finding=True))


def evaluations_visible_to(actor: Actor) -> QuerySet[Evaluation]:
    """The present outcomes that the actor may see."""
    rows = Evaluation.objects.select_related("device__department", "device__holder")
    return rows.filter(_reached(actor, permits.FINDING_VIEW, of_finding=False))


def extensions_visible_to(actor: Actor) -> QuerySet[Extension]:
    """Who asked for more time, as far as the actor may see their findings (C-1)."""
    rows = Extension.objects.select_related(
        "finding__device__department", "finding__holder", "asked_by", "decided_by"
    )
    extent = reach(actor, permits.EXTENSION_VIEW)
    if extent.everything:
        return rows
    own = Q(finding__holder_id__in=extent.people)
    return rows.filter(own | Q(finding__device__department_id__in=extent.departments))


def live_findings(rows: QuerySet[Finding]) -> QuerySet[Finding]:
    return rows.filter(state__in=sorted(LIVE))


STANDINGS = ("compliant", "not compliant", "not known")
UNSURE = [State.UNKNOWN, State.STALE, State.PENDING]


def states_of_devices(devices: QuerySet[Device]) -> dict[str, int]:
    """How many of these devices stand how, by the worst outcome of each.

    What a platform cannot answer at all is left out: it is shown with the device, and no device
    could ever be anything but unknown.
    """
    worst = (
        Evaluation.objects.filter(device__in=devices.order_by().values("id"))
        .order_by()
        .values("device_id")
        .annotate(
            failing=Count("id", filter=Q(state=State.FAIL)),
            unsure=Count("id", filter=Q(state__in=UNSURE, answerable=True)),
        )
    )
    found = worst.aggregate(
        devices=Count("device_id"),
        bad=Count("device_id", filter=Q(failing__gt=0)),
        unknown=Count("device_id", filter=Q(failing=0, unsure__gt=0)),
    )
    return {
        "compliant": found["devices"] - found["bad"] - found["unknown"],
        "not compliant": found["bad"],
        "not known": found["unknown"],
    }


def last_looked_at(actor: Actor) -> datetime | None:
    """When a device that the actor may see was last looked at."""
    looks = Look.objects.filter(_reached(actor, permits.FINDING_VIEW, of_finding=False))
    looked: datetime | None = looks.aggregate(last=Max("looked_at"))["last"]
    if looked is not None:
        return looked
    last: datetime | None = evaluations_visible_to(actor).aggregate(last=Max("evaluated_at"))[
        "last"
    ]
    return last


def results_for(device: Device, at: datetime) -> tuple[Result, ...]:
    """The outcome of every check on a device that is managed; nothing where it is not."""
    return Reader(at).results([device]).get(device.id, ())


# of an outcome: when its device was last looked at, which what stands unchanged is not written for
LOOKED_AT = Coalesce("device__look__looked_at", "evaluated_at")
EVALUATED_EVERY = timedelta(hours=1)


def devices_due(at: datetime, book: Rulebook) -> QuerySet[Device]:
    """The managed devices to look at, of those of whom something is asked or known.

    Nobody looked for an hour, or what was answered may have grown old by itself.
    """
    asked = [key for key in book.places if _asks_something(book, key)]
    lately = Look.objects.filter(
        device=OuterRef("id"), looked_at__gt=at - EVALUATED_EVERY, stands_until__gt=at
    )
    return Device.objects.filter(
        Exists(Enrolment.objects.filter(device=OuterRef("id"), state="enrolled")),
        ~Exists(lately),
        Q(department_id__in=asked) | Exists(Evaluation.objects.filter(device=OuterRef("id"))),
    ).order_by("id")


def _asks_something(book: Rulebook, department_id: UUID) -> bool:
    return clauses_held(book, department_id) is None or any(
        book.effective(department_id, ownership).requirements.asked() for ownership in OWNERSHIPS
    )


def devices_to_evaluate(department_ids: Iterable[UUID] = ()) -> QuerySet[Device]:
    """The devices under management, of some departments or of all."""
    rows = Device.objects.filter(enrolments__state="enrolled").order_by("id")
    departments = list(department_ids)
    return rows.filter(department_id__in=departments) if departments else rows
