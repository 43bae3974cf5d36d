"""Evidence of policy documents: versions, and who acknowledged the one in force."""

from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.policy.queries import (
    acknowledgements_visible_to,
    missing_by_department,
    version_in_force,
    versions_visible_to,
)
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("policy.acknowledgements")
def acknowledgements(actor: Actor, at: datetime) -> Evidence:
    version = version_in_force(at)
    if version is None:
        return Evidence((("versions in force", 0),))
    given = tally(
        acknowledgements_visible_to(actor).filter(version=version),
        ("people acknowledged the version in force", ALL),
        last="at",
    )
    departments = missing_by_department(actor, version, at)
    return Evidence(
        (
            *given.counts,
            ("are still asked", sum(item.missing for item in departments)),
            ("are overdue", sum(item.overdue for item in departments)),
        ),
        given.last_run,
    )


@evidence("policy.versions")
def versions(actor: Actor, at: datetime) -> Evidence:
    seen = tally(versions_visible_to(actor), ("versions", ALL), last="adopted_at")
    in_force = ("versions in force", int(version_in_force(at) is not None))
    return Evidence((*seen.counts, in_force), seen.last_run)
