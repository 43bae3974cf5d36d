"""The trace: from each requirement of the policy to its controls and their live evidence."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import Actor, reach
from quartermaster.policy.controls import REQUIREMENT_IDS, Control, Status, controls_of
from quartermaster.policy.redline import mapping
from quartermaster.reports import sources
from quartermaster.reports.evidence import Evidence, count
from quartermaster.reports.permits import TRACE_VIEW

__all__ = ["TracedControl", "TracedRequirement", "sources", "trace", "trace_csv"]


@dataclass(frozen=True)
class TracedControl:
    """A control, and what proves it now; nothing where it is planned or nobody counts it yet."""

    control: Control
    evidence: Evidence | None

    def words(self) -> str:
        """The evidence in words."""
        if self.control.status is Status.PLANNED:
            return "Planned"
        if self.evidence is None:
            return "Not counted yet"
        return ", ".join(f"{number} {label}" for label, number in self.evidence.counts)


@dataclass(frozen=True)
class TracedRequirement:
    """A requirement of the policy with all that carries it out."""

    id: str
    title: str
    controls: tuple[TracedControl, ...]
    open_findings: int = 0  # against this very requirement

    @property
    def demands(self) -> tuple[str, ...]:
        """What the policy asks, each sentence once."""
        return tuple(dict.fromkeys(item.control.demand for item in self.controls))

    @property
    def demand(self) -> str:
        return " ".join(self.demands)

    @property
    def finding_words(self) -> str:
        return f"{self.open_findings} open finding{'' if self.open_findings == 1 else 's'}"

    @property
    def last_run(self) -> datetime | None:
        runs = [item.evidence.last_run for item in self.controls if item.evidence]
        return max((run for run in runs if run), default=None)

    @property
    def status(self) -> str:
        built = sum(item.control.status is Status.BUILT for item in self.controls)
        if built == len(self.controls):
            return "built"
        return "partly built" if built else "planned"

    @property
    def tone(self) -> str:
        """How a page draws the status."""
        return {"built": "good", "partly built": "info"}.get(self.status, "neutral")


def trace(actor: Actor, at: datetime) -> tuple[TracedRequirement, ...]:
    """Every requirement with its controls; evidence only of what the actor may see."""
    if reach(actor, TRACE_VIEW).nothing:
        raise Refused(f"{actor.label} may not do this: {TRACE_VIEW.title.lower()}.")
    known: dict[str, Evidence | None] = {}
    live = sources.compliance.live_by_clause(actor)
    titles = {kind.code: kind.title for kind in mapping.catalogue()}

    def proof(control: Control) -> Evidence | None:
        if not control.evidence:
            return None
        if control.evidence not in known:
            known[control.evidence] = count(control.evidence, actor, at)
        return known[control.evidence]

    return tuple(
        TracedRequirement(
            clause,
            titles[clause],
            tuple(TracedControl(item, proof(item)) for item in controls_of(clause)),
            live.get(clause, 0),
        )
        for clause in REQUIREMENT_IDS
    )


_COLUMNS = (
    "requirement",
    "control",
    "demand",
    "system",
    "kind",
    "status",
    "evidence",
    "last run",
    "open findings",
)


def trace_csv(requirements: tuple[TracedRequirement, ...]) -> str:
    """The trace as CSV, one control a line."""
    out = StringIO()
    writer = csv.writer(out)
    writer.writerow(_COLUMNS)
    writer.writerows(_lines(requirements))
    return out.getvalue()


def _lines(requirements: tuple[TracedRequirement, ...]) -> Iterator[tuple[str | int, ...]]:
    for requirement in requirements:
        for item in requirement.controls:
            control, proof = item.control, item.evidence
            yield (
                requirement.id,
                control.id,
                control.demand,
                control.system,
                control.kind.label,
                control.status.value,
                item.words(),
                proof.last_run.isoformat() if proof and proof.last_run else "",
                proof.open_findings if proof else "",
            )
