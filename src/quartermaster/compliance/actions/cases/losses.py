"""A loss that ITMD holds somebody responsible for, prepared as a referral; a person confirms it."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.compliance.actions.cases.evidence import digest_of, evidence_of
from quartermaster.compliance.actions.cases.moving import term
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.actions.findings import give_notice
from quartermaster.compliance.models import Case, Finding, Statement
from quartermaster.compliance.permits import CASE_KEEP
from quartermaster.compliance.rules.cases import CaseState, StatementKind, Trigger
from quartermaster.compliance.rules.findings import BY_PEOPLE
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.models import Loss, LossStatement
from quartermaster.lifecycle.rules.losses import REFERRED, Responsibility
from quartermaster.org.models import Standing
from quartermaster.policy.queries import version_in_force

_TRIGGERS = {
    Responsibility.CARELESS: Trigger.SERIOUS,
    Responsibility.REPEATED: Trigger.REPEATED,
}


def prepare_loss_case(*, loss_id: UUID, actor: Actor, at: datetime) -> Case | None:
    """Prepare a referral of a loss, once; a person confirms or dismisses it (C-1, G-11, E-1)."""
    require(actor, CASE_KEEP)
    with act(actor, at) as doing:
        rows = Loss.objects.select_related("device__department", "held_by", "decided_by")
        loss = rows.filter(id=loss_id, responsibility__in=sorted(REFERRED)).first()
        if loss is None or loss.held_by is None or loss.held_by.standing != Standing.ACTIVE:
            return None
        name = f"{BY_PEOPLE}{loss.id.hex}"
        if Finding.objects.filter(check_name=name).exists():
            return None
        finding = _finding(loss, name, doing)
        give_notice(finding, doing)
        _said(loss, finding)
        return _case(loss, finding, doing)


def _finding(loss: Loss, name: str, doing: Act) -> Finding:
    finding = Finding.objects.create(
        device=loss.device,
        holder=loss.held_by,
        policy_version=version_in_force(doing.at),
        check_name=name,
        title="Care of the equipment",
        clause="G-11",
        severity=Severity.SERIOUS,
        expected="The holder secures the equipment.",
        observed=(
            f"{loss.get_kind_display()} on {written_day(localdate(loss.happened_at))}:"
            f" {loss.get_responsibility_display().lower()}. {loss.decision}"
        )[:500],
        remedy="Nothing is to be put right on the device. You may say your side.",
        source=f"ITMD, {loss.decided_by}"[:60],
        observed_at=loss.decided_at,
        opened_at=doing.at,
        due_at=doing.at,
    )
    doing.record(
        "compliance.finding.opened",
        finding,
        device=loss.device.asset_tag,
        check="care of the equipment",
        clause="G-11",
        severity=Severity.SERIOUS.value,
    )
    return finding


def _said(loss: Loss, finding: Finding) -> None:
    """What the employee said to the loss is part of the evidence, word for word."""
    for item in LossStatement.objects.filter(loss=loss):
        Statement.objects.create(
            finding=finding,
            author=item.author,
            kind=StatementKind.ANSWER.value,
            text=item.text,
            made_at=item.made_at,
        )


def _case(loss: Loss, finding: Finding, doing: Act) -> Case:
    assert loss.held_by is not None
    assert finding.noticed_at is not None  # notice was given just now
    evidence = evidence_of(finding, doing.at)
    trigger = _TRIGGERS[Responsibility(loss.responsibility)]
    case = Case.objects.create(
        finding=finding,
        holder=loss.held_by,
        department=loss.department,
        trigger=trigger.value,
        evidence=evidence,
        evidence_digest=digest_of(evidence),
        noticed_at=finding.noticed_at,
        prepared_at=doing.at,
        **term(CaseState.PREPARED, doing.at),
    )
    doing.record(
        "compliance.case.prepared",
        case,
        finding=str(finding.id),
        trigger=trigger.value,
        clause=finding.clause,
        evidence=case.evidence_digest,
    )
    tell_holder(case, "prepared", doing)
    tell_owners(case, "due", doing)
    return case
