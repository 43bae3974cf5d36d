"""Evidence of the room compliance: evaluations and findings."""

from datetime import datetime

from django.db.models import Count, Q
from django.utils.timezone import localtime

from quartermaster.compliance.cases import cases_visible_to
from quartermaster.compliance.queries import findings_visible_to, last_looked_at, live_findings
from quartermaster.compliance.rules.cases import LIVE_CASES
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally
from quartermaster.reports.standing import outcomes_of

_ENDED_EARLY = ["dismissed", "withdrawn", "cured"]


@evidence("compliance.findings")
def findings(actor: Actor, at: datetime) -> Evidence:
    """Outcomes as the clock counted them, where it did in the last minutes; it is said when."""
    live = Q(state__in=values(LIVE))
    found = tally(
        findings_visible_to(actor),
        ("findings that were closed", ~live),
        ("findings with a notice", Q(noticed_at__isnull=False)),
        still_open=live,
    )
    many, counted_at = outcomes_of(actor, at)
    label = "outcomes of checks"
    if counted_at is not None:
        label = f"{label} as of {localtime(counted_at):%H:%M}"
    return Evidence(((label, many), *found.counts), last_looked_at(actor), found.open_findings)


@evidence("compliance.cases")
def cases(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How far cases came; nobody is named, and no outcome."""
    return tally(
        cases_visible_to(actor),
        ("referrals prepared", ALL),
        ("confirmed by a person", Q(referred_at__isnull=False)),
        ("dismissed, withdrawn or put right", Q(state__in=_ENDED_EARLY)),
        last="prepared_at",
        still_open=Q(state__in=values(LIVE_CASES)),
    )


@evidence("compliance.outcomes")
def outcomes(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """That outcomes were recorded and appealed; which they were is not counted."""
    return tally(
        cases_visible_to(actor).exclude(decided_at=None),
        ("cases with an outcome", ALL),
        ("cases appealed", Q(appealed_at__isnull=False)),
        last="decided_at",
    )


def live_by_clause(actor: Actor) -> dict[str, int]:
    """How many findings are open for each requirement, as far as the actor may see."""
    rows = live_findings(findings_visible_to(actor)).order_by()
    return dict(rows.values_list("clause").annotate(many=Count("id")))
