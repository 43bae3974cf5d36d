"""Evidence of what is fair, and of what acts: more time, own faults, access, rules, recoveries."""

from datetime import datetime

from django.db.models import Max, Q

from quartermaster.compliance.access import restrictions_visible_to
from quartermaster.compliance.automatic import acts_visible_to, rules_visible_to
from quartermaster.compliance.faults import faults_visible_to
from quartermaster.compliance.queries import extensions_visible_to
from quartermaster.compliance.rules.automatic import ActState, RuleState
from quartermaster.compliance.rules.extensions import ExtensionState
from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.permits import Actor
from quartermaster.lifecycle.queries.recoveries import recoveries_visible_to
from quartermaster.reports.evidence import Evidence, evidence


@evidence("compliance.fairness")
def fairness(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How often more time was asked for and given, and what was taken back (C-1)."""
    asked, faults = extensions_visible_to(actor), faults_visible_to(actor)
    return Evidence(
        (
            ("times more time was asked for", asked.count()),
            ("times it was granted", asked.filter(state=ExtensionState.GRANTED.value).count()),
            (
                "faults of our own taken back by two people",
                faults.filter(state=FaultState.CONFIRMED.value).count(),
            ),
        ),
        asked.aggregate(last=Max("asked_at"))["last"],
    )


@evidence("compliance.access")
def access(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How many devices are turned away, and from how many something was taken off (G-10)."""
    rows = restrictions_visible_to(actor).order_by()
    live = rows.filter(lifted_at=None)
    return Evidence(
        (
            ("devices restricted now", live.values("device_id").distinct().count()),
            ("restrictions that took something off", rows.exclude(withdrawn=[]).count()),
            ("restrictions that were lifted", rows.exclude(lifted_at=None).count()),
        ),
        rows.aggregate(last=Max("placed_at"))["last"],
    )


@evidence("compliance.automatic")
def automatic(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How many rules are on, what they did, and what they only proposed to two people (G-10)."""
    rules, acts = rules_visible_to(actor), acts_visible_to(actor).order_by()
    proposed = Q(state=ActState.PROPOSED.value) | Q(request__isnull=False)
    return Evidence(
        (
            ("rules that are on", rules.filter(state=RuleState.ON.value).count()),
            ("acts of rules", acts.exclude(acted_at=None).count()),
            ("proposed to two people", acts.filter(proposed).count()),
        ),
        acts.aggregate(last=Max("acted_at"))["last"],
    )


@evidence("lifecycle.recoveries")
def recoveries(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How far recoveries from those who left came (C-4)."""
    rows = recoveries_visible_to(actor).order_by()
    return Evidence(
        (
            ("recoveries opened", rows.count()),
            ("with a letter of demand", rows.exclude(demanded_at=None).count()),
            ("handed to the City Attorney", rows.exclude(handed_over_at=None).count()),
        ),
        rows.aggregate(last=Max("opened_at"))["last"],
    )
