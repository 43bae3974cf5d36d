"""Evidence of the room compliance: evaluations and findings."""

from datetime import datetime

from django.db.models import Count, Max

from quartermaster.compliance.queries import (
    evaluations_visible_to,
    findings_visible_to,
    live_findings,
)
from quartermaster.kernel.permits import Actor
from quartermaster.reports.evidence import Evidence, evidence


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
        evaluations.aggregate(last=Max("evaluated_at"))["last"],
        live,
    )


def live_by_clause(actor: Actor) -> dict[str, int]:
    """How many findings are open for each requirement, as far as the actor may see."""
    rows = live_findings(findings_visible_to(actor)).order_by()
    return dict(rows.values_list("clause").annotate(many=Count("id")))
