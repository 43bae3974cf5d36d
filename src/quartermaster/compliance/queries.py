"""Reads of evaluations and findings."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from quartermaster.compliance import permits
from quartermaster.compliance.models import Evaluation, Extension, Finding
from quartermaster.compliance.rules.checks import Context
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.compliance.rules.records import Record
from quartermaster.compliance.subjects import (
    Subject,
    clauses_held,
    lying_on,
    record_for,
    support_ends,
)
from quartermaster.inventory.applications import decided
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, Permit, reach
from quartermaster.mdm.driver import Carrier, Compiled, Means, is_managed
from quartermaster.mdm.fleets import managed_now
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.queries import (
    enrolment_now,
    payloads_on_the_way,
    posture_of,
    refused_declarations,
    update_due_at,
    update_since,
    wanted_for,
)
from quartermaster.mdm.software import software_on_the_way
from quartermaster.policy.queries import effective_requirements, rulebook, standings
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


UNSURE = [State.UNKNOWN, State.STALE, State.PENDING]


def states_of_devices(actor: Actor) -> dict[str, int]:
    """How many devices stand how, by the worst outcome of each, for the dashboard.

    What a platform cannot answer at all is left out: it is shown with the device, and no device
    could ever be anything but unknown.
    """
    worst = (
        evaluations_visible_to(actor)
        .values("device_id")
        .annotate(
            failing=Count("id", filter=Q(state=State.FAIL)),
            unsure=Count("id", filter=Q(state__in=UNSURE, answerable=True)),
        )
    )
    counts = {"compliant": 0, "not compliant": 0, "not known": 0}
    for row in worst:
        if row["failing"]:
            counts["not compliant"] += 1
        elif row["unsure"]:
            counts["not known"] += 1
        else:
            counts["compliant"] += 1
    return counts


def context_of(device: Device, at: datetime, *, book: Rulebook) -> Context:
    """What an evaluation of this device must know besides requirements and posture."""
    enrolment = enrolment_now(device.id)
    compiled = wanted_for(device, at, book=book)
    effective = effective_requirements(
        device.department_id,
        device.ownership,
        at=at,
        person_id=device.holder_id,
        device_id=device.id,
        book=book,
    )
    carriers = compiled.carriers()
    days = effective.requirements.minimum_os_within_days
    patched = effective.requirements.maximum_patch_age_days
    waiting = payloads_on_the_way(enrolment.id) if enrolment else frozenset()
    return Context(
        at=at,
        platform=device.platform,
        personal=device.ownership == "personal",
        enrolled_at=enrolment.enrolled_at if enrolment else None,
        payload_of={name: carrier.key for name, carrier in carriers.items()},
        unenforceable=dict(compiled.unenforceable),
        on_the_way=frozenset(
            name for name, carrier in carriers.items() if carrier.payload in waiting
        )
        | _brought(compiled, device),
        declared={
            name: carrier.token
            for name, carrier in carriers.items()
            if carrier.means is Means.DECLARATION
        },
        refusals=_refusals(enrolment, carriers),
        update_due_at=update_due_at(device, days) if days is not None else None,
        update_since=update_since(device) if patched is not None else None,
        excepted=frozenset(effective.waivers),
    )


def _refusals(enrolment: Enrolment | None, carriers: Mapping[str, Carrier]) -> dict[str, str]:
    """Why the device refused what carries a setting, in its own words."""
    said = refused_declarations(enrolment.id) if enrolment else {}
    return {
        name: f"The device refused the City's declaration: {said[carrier.key]}"
        for name, carrier in carriers.items()
        if carrier.key in said
    }


def _brought(compiled: Compiled, device: Device) -> frozenset[str]:
    """The settings that software on its way to the device will fulfil."""
    if not compiled.delivered or not software_on_the_way(device.id):
        return frozenset()
    return frozenset(setting for setting, _ in compiled.delivered)


def results_for(device: Device, at: datetime) -> tuple[Result, ...]:
    """The outcome of every check on a device that is managed; nothing where it is not."""
    if not is_managed(device.platform) or enrolment_now(device.id) is None:
        return ()
    book = rulebook()
    effective = effective_requirements(device.department_id, device.ownership, book=book)
    known, context = posture_of(device.id), context_of(device, at, book=book)
    record, decisions = record_of(device, at, book=book), decided(at.date())
    return Subject(effective.requirements, known, context, record, decisions).results()


def record_of(device: Device, at: datetime, *, book: Rulebook) -> Record:
    """What the house has on record of a device that is managed, and of its holder."""
    managed = managed_now([device.id])[device.id]
    asked = standings([device.holder] if device.holder else [], at)
    return record_for(device, managed, book, asked, support_ends(), lying_on([device]))


EVALUATED_EVERY = timedelta(hours=1)


def devices_due(at: datetime, book: Rulebook) -> QuerySet[Device]:
    """The managed devices that nobody looked at for an hour, and of whom something is asked."""
    known = Evaluation.objects.filter(device=OuterRef("id"))
    asked = [key for key in book.places if _asks_something(book, key)]
    return Device.objects.filter(
        Exists(Enrolment.objects.filter(device=OuterRef("id"), state="enrolled")),
        ~Exists(known.filter(evaluated_at__gt=at - EVALUATED_EVERY)),
        Q(department_id__in=asked) | Exists(known),
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
