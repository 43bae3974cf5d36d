"""Opening and closing many findings at once: a statement a kind of change, not one a finding."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from quartermaster.compliance.actions.findings import VERBS, give_notice, tell_settled
from quartermaster.compliance.events import FindingClosed, FindingOpened
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules import findings as rules
from quartermaster.compliance.rules.findings import FINDING, FindingState
from quartermaster.compliance.rules.outcome import Result, Severity
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act
from quartermaster.kernel.errors import Conflict
from quartermaster.policy.queries import version_in_force

Failure = tuple[Device, Result]
Settled = tuple[Finding, FindingState, str]


def open_findings(failures: Sequence[Failure], doing: Act) -> list[Finding]:
    """Note failures; the notice of each waits for a second look or half an hour (C-1)."""
    if not failures:
        return []
    version = version_in_force(doing.at)
    found = [
        Finding(
            device=device,
            # what the house has to put right is no matter of a person's
            holder=device.holder if result.of_holder else None,
            policy_version=version,
            check_name=result.check,
            title=result.title,
            clause=result.clause,
            severity=result.severity,
            expected=result.expected[:500],
            observed=result.observed[:500],
            remedy=result.remedy[:300],
            source=result.source,
            observed_at=result.observed_at,
            opened_at=doing.at,
            due_at=doing.at + rules.DEBOUNCE,
        )
        for device, result in failures
    ]
    Finding.objects.bulk_create(found)
    for finding in found:
        doing.record(
            "compliance.finding.opened",
            finding,
            device=finding.device.asset_tag,
            check=finding.check_name,
            clause=finding.clause,
            severity=Severity(finding.severity).value,
        )
        doing.emit(FindingOpened(finding_id=finding.id, device_id=finding.device_id))
    for finding in found:
        if finding.severity == Severity.SERIOUS:
            give_notice(finding, doing)
    return found


def close_findings(settled: Iterable[Settled], doing: Act) -> None:
    """Settle findings, those of one outcome in one statement; whoever was told is told (C-1)."""
    alike: dict[tuple[FindingState, str], list[Finding]] = defaultdict(list)
    for finding, state, reason in settled:
        alike[state, reason].append(finding)
    for (state, reason), findings in alike.items():
        _close({item.id: item for item in findings}, state, reason, doing)


def _close(findings: dict[UUID, Finding], state: FindingState, reason: str, doing: Act) -> None:
    step = FINDING.transitions[VERBS[state]]
    rows = Finding.objects.filter(id__in=findings, state__in=sorted(step.sources))
    changes = {"closed_at": doing.at, "closing_reason": reason[:300], "due_at": None}
    if rows.update(state=step.target, **changes) != len(findings):
        raise Conflict("A finding changed at the same time; try again.")
    for finding in findings.values():
        finding.state = step.target
        for name, value in changes.items():
            setattr(finding, name, value)
        doing.record(f"compliance.finding.{state.value}", finding, reason=reason)
        doing.emit(
            FindingClosed(finding_id=finding.id, device_id=finding.device_id, state=state.value)
        )
        if finding.noticed_at is not None:
            tell_settled(finding, doing)
