"""Evidence of the room compliance: evaluations and findings."""

from datetime import datetime

from django.db.models import Count, Max

from quartermaster.compliance.cases import cases_visible_to
from quartermaster.compliance.queries import (
    evaluations_visible_to,
    findings_visible_to,
    last_looked_at,
    live_findings,
)
from quartermaster.compliance.rules.cases import LIVE_CASES
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.reports.evidence import Evidence, evidence

_ENDED_EARLY = ["dismissed", "withdrawn", "cured"]


@evidence("compliance.findings")
def findings(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    rows = findings_visible_to(actor)
    live = live_findings(rows).count()
    evaluations = evaluations_visible_to(actor)
    return Evidence(
        (
            ("outcomes of checks", evaluations.count()),
            ("findings that were closed", rows.count() - live),
            ("findings with a notice", rows.exclude(noticed_at=None).count()),
        ),
        last_looked_at(actor),
        live,
    )


@evidence("compliance.cases")
def cases(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How far cases came; nobody is named, and no outcome."""
    rows = cases_visible_to(actor)
    return Evidence(
        (
            ("referrals prepared", rows.count()),
            ("confirmed by a person", rows.exclude(referred_at=None).count()),
            ("dismissed, withdrawn or put right", rows.filter(state__in=_ENDED_EARLY).count()),
        ),
        rows.aggregate(last=Max("prepared_at"))["last"],
        rows.filter(state__in=values(LIVE_CASES)).count(),
    )


@evidence("compliance.outcomes")
def outcomes(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """That outcomes were recorded and appealed; which they were is not counted."""
    rows = cases_visible_to(actor).exclude(decided_at=None)
    return Evidence(
        (
            ("cases with an outcome", rows.count()),
            ("cases appealed", rows.exclude(appealed_at=None).count()),
        ),
        rows.aggregate(last=Max("decided_at"))["last"],
        0,
    )


def live_by_clause(actor: Actor) -> dict[str, int]:
    """How many findings are open for each requirement, as far as the actor may see."""
    rows = live_findings(findings_visible_to(actor)).order_by()
    return dict(rows.values_list("clause").annotate(many=Count("id")))
