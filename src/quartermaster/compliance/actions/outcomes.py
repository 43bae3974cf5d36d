"""Keeping the outcomes of evaluations: only what changed is written, in a few statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q

from quartermaster.compliance.actions.findings import give_notice
from quartermaster.compliance.actions.opening import (
    Failure,
    Settled,
    close_findings,
    open_findings,
)
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.rules.findings import BY_PEOPLE, LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act

Results = Mapping[UUID, Sequence[Result]]
_CLOSES = {
    State.PASS: (FindingState.CURED, "The device was put right."),
    State.EXCEPTED: (FindingState.EXCEPTED, "An exception is in force."),
    State.NOT_APPLICABLE: (FindingState.WITHDRAWN, "It is not asked of this device any longer."),
}
_GONE = _CLOSES[State.NOT_APPLICABLE]
_SEEN = (
    "title",
    "clause",
    "state",
    "severity",
    "expected",
    "observed",
    "remedy",
    "source",
    "observed_at",
    "answerable",
)


def keep(devices: Sequence[Device], results: Results, doing: Act) -> None:
    """Keep what evaluations of devices say, and open and close findings by it (C-1).

    The caller holds the devices, so that one failure is one finding.
    """
    _keep_outcomes(devices, results, doing)
    _settle(devices, results, doing)


def _keep_outcomes(devices: Sequence[Device], results: Results, doing: Act) -> None:
    ids = [device.id for device in devices]
    rows = Evaluation.objects.filter(device_id__in=ids).values(
        "id", "device_id", "check_name", "since", *_SEEN
    )
    known: dict[tuple[UUID, str], Mapping[str, Any]] = {
        (row["device_id"], row["check_name"]): row for row in rows
    }
    changed = []
    for device_id in ids:
        for result in results[device_id]:
            before = known.pop((device_id, result.check), None)
            if row := _changed(device_id, result, before, doing):
                changed.append(row)
    if known:
        Evaluation.objects.filter(id__in=[row["id"] for row in known.values()]).delete()
    Evaluation.objects.bulk_create(
        changed,
        update_conflicts=True,
        unique_fields=["device", "check_name"],
        update_fields=[*_SEEN, "since", "evaluated_at"],
    )
    Evaluation.objects.filter(device_id__in=ids).exclude(evaluated_at=doing.at).update(
        evaluated_at=doing.at
    )


def _changed(
    device_id: UUID, result: Result, before: Mapping[str, Any] | None, doing: Act
) -> Evaluation | None:
    """The row as it is to be; None where it says so already."""
    seen = _row(result)
    if before is not None and all(before[name] == seen[name] for name in _SEEN):
        return None
    same = before is not None and before["state"] == result.state
    return Evaluation(
        device_id=device_id,
        check_name=result.check,
        since=before["since"] if before is not None and same else doing.at,
        evaluated_at=doing.at,
        **seen,
    )


def _row(result: Result) -> dict[str, Any]:
    seen = {name: getattr(result, name) for name in _SEEN}
    return seen | {
        "expected": result.expected[:500],
        "observed": result.observed[:500],
        "remedy": result.remedy[:300],
    }


def _settle(devices: Sequence[Device], results: Results, doing: Act) -> None:
    by_id = {device.id: device for device in devices}
    live = {
        (finding.device_id, finding.check_name): finding
        for finding in Finding.objects.select_related("holder").filter(
            ~Q(check_name__startswith=BY_PEOPLE), device_id__in=by_id, state__in=sorted(LIVE)
        )
    }
    failures: list[Failure] = []
    settled: list[Settled] = []
    for device in devices:
        for result in results[device.id]:
            finding = live.pop((device.id, result.check), None)
            if finding is not None:
                finding.device = device
            if result.state is State.FAIL:
                if finding is None:
                    failures.append((device, result))
                elif finding.state == FindingState.OPEN and _seen_again(finding, result):
                    give_notice(finding, doing)
            elif finding is not None and result.state in _CLOSES:
                settled.append((finding, *_CLOSES[result.state]))
    open_findings(failures, doing)
    close_findings([*settled, *_let_go(live.values(), by_id)], doing)


def _let_go(findings: Iterable[Finding], by_id: Mapping[UUID, Device]) -> list[Settled]:
    """What is not asked any longer."""
    rows = list(findings)
    for finding in rows:
        finding.device = by_id[finding.device_id]
    return [(finding, *_GONE) for finding in rows]


def _seen_again(finding: Finding, result: Result) -> bool:
    """A second, newer observation confirms the first: there is no need to wait any longer."""
    before, after = finding.observed_at, result.observed_at
    return before is not None and after is not None and after > before
