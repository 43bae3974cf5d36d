"""Evaluating a device: outcomes kept, findings opened and closed by the edge, not the level."""

from collections.abc import Iterable
from datetime import datetime

from quartermaster.compliance import permits, queries
from quartermaster.compliance.actions.findings import close, give_notice, open_finding
from quartermaster.compliance.models import Evaluation, Finding
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result, State
from quartermaster.inventory.models import Device
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require

_CLOSES = {
    State.PASS: (FindingState.CURED, "The device was put right."),
    State.EXCEPTED: (FindingState.EXCEPTED, "An exception is in force."),
    State.NOT_APPLICABLE: (FindingState.WITHDRAWN, "It is not asked of this device any longer."),
}


def evaluate_device(*, device: Device, actor: Actor, at: datetime) -> tuple[Result, ...]:
    """Evaluate a device now; open what fails, close what was put right (G-3, G-10, C-1)."""
    require(
        actor,
        permits.EVALUATE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    results = queries.results_for(device, at)
    with act(actor, at) as doing:
        # one evaluation of a device at a time, so that one failure is one finding
        Device.objects.select_for_update(no_key=True).get(id=device.id)
        live = {
            finding.check_name: finding
            for finding in Finding.objects.filter(device=device, state__in=sorted(LIVE))
        }
        for result in results:
            _keep(device, result, at)
            _settle(device, result, live.pop(result.check, None), doing)
        _drop(device, {result.check for result in results})
        _let_go(live.values(), doing)
    return results


def _keep(device: Device, result: Result, at: datetime) -> None:
    row = Evaluation.objects.filter(device=device, check_name=result.check).first()
    since = row.since if row is not None and row.state == result.state else at
    Evaluation.objects.update_or_create(
        device=device,
        check_name=result.check,
        defaults={
            "title": result.title,
            "clause": result.clause,
            "state": result.state,
            "severity": result.severity,
            "expected": result.expected[:500],
            "observed": result.observed[:500],
            "remedy": result.remedy[:300],
            "source": result.source,
            "observed_at": result.observed_at,
            "answerable": result.answerable,
            "since": since,
            "evaluated_at": at,
        },
    )


def _settle(device: Device, result: Result, live: Finding | None, doing: Act) -> None:
    if result.state is State.FAIL:
        if live is None:
            open_finding(device, result, doing)
        elif live.state == FindingState.OPEN and _seen_again(live, result):
            give_notice(live, doing)
    elif live is not None and result.state in _CLOSES:
        state, reason = _CLOSES[result.state]
        close(live, state, reason, doing)


def _seen_again(finding: Finding, result: Result) -> bool:
    """A second, newer observation confirms the first: there is no need to wait any longer."""
    before, after = finding.observed_at, result.observed_at
    return before is not None and after is not None and after > before


def _drop(device: Device, kept: set[str]) -> None:
    Evaluation.objects.filter(device=device).exclude(check_name__in=kept).delete()


def _let_go(findings: Iterable[Finding], doing: Act) -> None:
    for finding in findings:
        close(
            finding,
            FindingState.WITHDRAWN,
            "It is not asked of this device any longer.",
            doing,
        )


def forget_device(*, device: Device, reason: str, actor: Actor, at: datetime) -> None:
    """Close what is open on a device that is not managed any longer (C-1)."""
    require(
        actor,
        permits.EVALUATE,
        person_id=device.holder_id,
        department_id=device.department_id,
    )
    with act(actor, at) as doing:
        Evaluation.objects.filter(device=device).delete()
        for finding in Finding.objects.filter(device=device, state__in=sorted(LIVE)):
            close(finding, FindingState.WITHDRAWN, reason, doing)
