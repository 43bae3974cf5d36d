"""Keeping what evaluations say: outcomes, and the findings that follow from them."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from django.db.models import Q

from quartermaster.compliance.actions.findings import give_notice
from quartermaster.compliance.actions.opening import (
    Failure,
    Settled,
    close_findings,
    open_findings,
)
from quartermaster.compliance.actions.writing import Said, write
from quartermaster.compliance.looking import LONGEST
from quartermaster.compliance.models import Finding
from quartermaster.compliance.rules.findings import BY_PEOPLE, LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.compliance.subjects import NO_ANSWER, Answer
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act

Results = Mapping[UUID, Sequence[Result]]
Answers = Mapping[UUID, Answer]
Stamped = Mapping[UUID, str]
_CLOSES = {
    State.PASS: (FindingState.CURED, "The device was put right."),
    State.EXCEPTED: (FindingState.EXCEPTED, "An exception is in force."),
    State.NOT_APPLICABLE: (FindingState.WITHDRAWN, "It is not asked of this device any longer."),
}
_GONE = _CLOSES[State.NOT_APPLICABLE]


def keep(devices: Sequence[Device], answers: Answers, stamps: Stamped, doing: Act) -> None:
    """Keep what evaluations of devices say, and open and close findings by it (C-1).

    The caller holds the devices, so that one failure is one finding. The stamps were made before
    anything was read: what was written in between is seen at the next look.
    """
    latest = doing.at + LONGEST
    said = [
        Said(device.id, answer.results, min(answer.until or latest, latest), stamps[device.id])
        for device in devices
        for answer in (answers.get(device.id, NO_ANSWER),)
    ]
    write(said, doing.at)
    _settle(devices, {item.device_id: item.results for item in said}, doing)


def _settle(devices: Sequence[Device], results: Results, doing: Act) -> None:
    by_id = {device.id: device for device in devices}
    live: dict[UUID, dict[str, Finding]] = defaultdict(dict)
    for finding in Finding.objects.select_related("holder").filter(
        ~Q(check_name__startswith=BY_PEOPLE), device_id__in=by_id, state__in=sorted(LIVE)
    ):
        live[finding.device_id][finding.check_name] = finding
    failures: list[Failure] = []
    settled: list[Settled] = []
    for device in devices:
        of_device = live.get(device.id, {})
        for result in results[device.id]:
            found = of_device.pop(result.check, None)
            if found is not None:
                found.device = device
            if result.state is State.FAIL:
                if found is None:
                    failures.append((device, result))
                elif found.state == FindingState.OPEN and _seen_again(found, result):
                    give_notice(found, doing)
            elif found is not None and result.state in _CLOSES:
                settled.append((found, *_CLOSES[result.state]))
    open_findings(failures, doing)
    left = [finding for findings in live.values() for finding in findings.values()]
    close_findings([*settled, *_let_go(left, by_id)], doing)


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
