"""Evidence of policy documents: versions, and who acknowledged the one in force."""

from datetime import datetime

from django.db.models import Max

from quartermaster.kernel.permits import Actor
from quartermaster.policy.queries import (
    acknowledgements_visible_to,
    missing_by_department,
    version_in_force,
    versions_visible_to,
)
from quartermaster.reports.evidence import Evidence, evidence


@evidence("policy.acknowledgements")
def acknowledgements(actor: Actor, at: datetime) -> Evidence:
    version = version_in_force(at)
    if version is None:
        return Evidence((("versions in force", 0),))
    given = acknowledgements_visible_to(actor).filter(version=version)
    departments = missing_by_department(actor, version, at)
    return Evidence(
        (
            ("people acknowledged the version in force", given.count()),
            ("are still asked", sum(item.missing for item in departments)),
            ("are overdue", sum(item.overdue for item in departments)),
        ),
        given.aggregate(last=Max("at"))["last"],
    )


@evidence("policy.versions")
def versions(actor: Actor, at: datetime) -> Evidence:
    seen = versions_visible_to(actor)
    return Evidence(
        (
            ("versions", seen.count()),
            ("versions in force", int(version_in_force(at) is not None)),
        ),
        seen.aggregate(last=Max("adopted_at"))["last"],
    )
