"""Evidence of requirements: what is asked where, overlays, adoptions, exceptions."""

from datetime import datetime

from django.db.models import Max, Q

from quartermaster.kernel.permits import Actor
from quartermaster.policy.models import Adoption, CityRequirements, Overlay
from quartermaster.policy.queries import departments_visible_to, exceptions_visible_to
from quartermaster.policy.rules.requirements import ExceptionState
from quartermaster.reports.evidence import Evidence, evidence


@evidence("policy.requirements")
def requirements(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    asked = {row.ownership: len(row.settings) for row in CityRequirements.objects.all()}
    held = departments_visible_to(actor).filter(coverage="covered").count()
    last = CityRequirements.objects.aggregate(last=Max("changed_at"))["last"]
    return Evidence(
        (
            ("settings asked of city devices", asked.get("city", 0)),
            ("settings asked of personal devices", asked.get("personal", 0)),
            ("departments held to them", held),
        ),
        last,
    )


@evidence("policy.overlays")
def overlays(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = Overlay.objects.filter(department__in=departments_visible_to(actor))
    return Evidence(
        (
            ("departments with an overlay", rows.values("department_id").distinct().count()),
            ("settings made stricter", sum(len(row.settings) for row in rows)),
        ),
        rows.aggregate(last=Max("changed_at"))["last"],
    )


@evidence("policy.adoptions")
def adoptions(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = Adoption.objects.filter(department__in=departments_visible_to(actor))
    return Evidence(
        (("departments that adopted items", rows.count()),),
        rows.aggregate(last=Max("changed_at"))["last"],
    )


@evidence("policy.exceptions")
def exceptions(actor: Actor, at: datetime) -> Evidence:
    rows = exceptions_visible_to(actor)
    in_force = Q(state=ExceptionState.IN_FORCE, expires_at__gt=at)
    return Evidence(
        (
            ("exceptions in force", rows.filter(in_force).count()),
            ("exceptions asked for", rows.filter(state=ExceptionState.REQUESTED).count()),
        ),
        rows.aggregate(last=Max("decided_at"))["last"],
    )
