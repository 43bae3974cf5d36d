"""Evidence of the room org: coverage, coordinators, separations."""

from datetime import datetime

from django.db.models import Count, Q

from quartermaster.kernel.permits import Actor
from quartermaster.org.models import RoleAssignment, Standing
from quartermaster.org.queries import people_visible_to
from quartermaster.org.roles import Role
from quartermaster.policy.queries import departments_visible_to
from quartermaster.reports.evidence import Evidence, evidence, tally


@evidence("org.coverage")
def coverage(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    return tally(
        departments_visible_to(actor),
        ("departments covered", Q(coverage="covered")),
        ("departments excluded, with the reason", Q(coverage="excluded")),
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
    found = held.order_by().aggregate(
        people=Count("person_id", distinct=True), served=Count("department_id", distinct=True)
    )
    return Evidence(
        (
            ("coordinators", found["people"]),
            ("departments with a coordinator of their own", found["served"]),
        )
    )


@evidence("org.separations")
def separations(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    seen = people_visible_to(actor)
    return Evidence((("people who left", seen.filter(standing=Standing.SEPARATED).count()),))
