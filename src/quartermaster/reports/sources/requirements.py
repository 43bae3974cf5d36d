"""Evidence of requirements: what is asked where, overlays, adoptions, exceptions."""

from datetime import datetime

from django.db.models import Q

from quartermaster.kernel.permits import Actor
from quartermaster.policy.models import Adoption, CityRequirements, Overlay
from quartermaster.policy.queries import departments_visible_to, exceptions_visible_to
from quartermaster.policy.rules.requirements import ExceptionState
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("policy.requirements")
def requirements(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = list(CityRequirements.objects.all())
    asked = {row.ownership: len(row.settings) for row in rows}
    held = departments_visible_to(actor).filter(coverage="covered").count()
    last = max((row.changed_at for row in rows), default=None)
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
    rows = list(Overlay.objects.filter(department__in=departments_visible_to(actor)))
    return Evidence(
        (
            ("departments with an overlay", len({row.department_id for row in rows})),
            ("settings made stricter", sum(len(row.settings) for row in rows)),
        ),
        max((row.changed_at for row in rows), default=None),
    )


@evidence("policy.adoptions")
def adoptions(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = Adoption.objects.filter(department__in=departments_visible_to(actor))
    return tally(rows, ("departments that adopted items", ALL), last="changed_at")


@evidence("policy.exceptions")
def exceptions(actor: Actor, at: datetime) -> Evidence:
    return tally(
        exceptions_visible_to(actor),
        ("exceptions in force", Q(state=ExceptionState.IN_FORCE, expires_at__gt=at)),
        ("exceptions asked for", Q(state=ExceptionState.REQUESTED)),
        last="decided_at",
    )
