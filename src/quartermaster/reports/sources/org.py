"""Evidence of the room org: coverage, coordinators, separations."""

from datetime import datetime

from django.db.models import Q

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import RoleAssignment, Standing
from quartermaster.org.queries import people_visible_to
from quartermaster.org.roles import Role
from quartermaster.policy.queries import departments_visible_to
from quartermaster.reports.evidence import Evidence, evidence


@evidence("org.coverage")
def coverage(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    seen = departments_visible_to(actor)
    return Evidence(
        (
            ("departments covered", seen.filter(coverage="covered").count()),
            ("departments excluded, with the reason", seen.filter(coverage="excluded").count()),
        )
    )


@evidence("org.coordinators")
def coordinators(actor: Actor, at: datetime) -> Evidence:
    seen = departments_visible_to(actor)
    held = RoleAssignment.objects.filter(
        Q(expires_at=None) | Q(expires_at__gt=at),
        role=Role.COORDINATOR,
        ended_at=None,
        department__in=seen,
    )
    served = held.values("department_id").distinct().count()
    return Evidence(
        (
            ("coordinators", held.values("person_id").distinct().count()),
            ("departments with a coordinator of their own", served),
        )
    )


@evidence("org.separations")
def separations(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    seen = people_visible_to(actor)
    return Evidence((("people who left", seen.filter(standing=Standing.SEPARATED).count()),))
