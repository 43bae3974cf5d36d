"""Evidence of what is fair, and of what acts: more time, own faults, access, rules, recoveries."""

from datetime import datetime

from django.db.models import Q

from quartermaster.compliance.access import restrictions_visible_to
from quartermaster.compliance.automatic import acts_visible_to, rules_visible_to
from quartermaster.compliance.faults import faults_visible_to
from quartermaster.compliance.queries import extensions_visible_to
from quartermaster.compliance.rules.automatic import ActState, RuleState
from quartermaster.compliance.rules.extensions import ExtensionState
from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.permits import Actor
from quartermaster.lifecycle.queries.recoveries import recoveries_visible_to
from quartermaster.reports.evidence import ALL, Evidence, evidence, tally


@evidence("compliance.fairness")
def fairness(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How often more time was asked for and given, and what was taken back (C-1)."""
    asked = tally(
        extensions_visible_to(actor),
        ("times more time was asked for", ALL),
        ("times it was granted", Q(state=ExtensionState.GRANTED.value)),
        last="asked_at",
    )
    faults = faults_visible_to(actor).filter(state=FaultState.CONFIRMED.value)
    taken_back = ("faults of our own taken back by two people", faults.count())
    return Evidence((*asked.counts, taken_back), asked.last_run)


@evidence("compliance.access")
def access(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How many devices are turned away, and from how many something was taken off (G-10)."""
    rows = restrictions_visible_to(actor).order_by()
    live = rows.filter(lifted_at=None).values("device_id").distinct()
    found = tally(
        rows,
        ("restrictions that took something off", ~Q(withdrawn=[])),
        ("restrictions that were lifted", Q(lifted_at__isnull=False)),
        last="placed_at",
    )
    return Evidence((("devices restricted now", live.count()), *found.counts), found.last_run)


@evidence("compliance.automatic")
def automatic(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How many rules are on, what they did, and what they only proposed to two people (G-10)."""
    rules = rules_visible_to(actor).filter(state=RuleState.ON.value)
    found = tally(
        acts_visible_to(actor),
        ("acts of rules", Q(acted_at__isnull=False)),
        (
            "proposed to two people",
            Q(state=ActState.PROPOSED.value) | Q(request__isnull=False),
        ),
        last="acted_at",
    )
    return Evidence((("rules that are on", rules.count()), *found.counts), found.last_run)


@evidence("lifecycle.recoveries")
def recoveries(actor: Actor, at: datetime) -> Evidence:  # noqa: ARG001 (every counter has it)
    """How far recoveries from those who left came (C-4)."""
    return tally(
        recoveries_visible_to(actor),
        ("recoveries opened", ALL),
        ("with a letter of demand", Q(demanded_at__isnull=False)),
        ("handed to the City Attorney", Q(handed_over_at__isnull=False)),
        last="opened_at",
    )
