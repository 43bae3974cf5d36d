"""Preparing referrals: what the house may do by itself, and no more."""

from datetime import datetime

from django.db import transaction

from quartermaster.compliance import cases
from quartermaster.compliance.actions.cases.evidence import digest_of, evidence_of
from quartermaster.compliance.actions.cases.moving import term
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.models import Case, Finding
from quartermaster.compliance.permits import CASE_KEEP
from quartermaster.compliance.rules.cases import CaseState, Trigger
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require


def prepare_cases(*, actor: Actor, at: datetime, limit: int = 500) -> int:
    """Prepare a referral for every finding that calls for one; a person confirms it (C-1)."""
    require(actor, CASE_KEEP)
    made = 0
    for key in list(cases.calling_for_a_case(at).values_list("id", flat=True)[:limit]):
        with transaction.atomic():
            found = cases.calling_for_a_case(at).filter(id=key)
            finding = found.select_for_update(skip_locked=True, of=("self",)).first()
            trigger = cases.why(finding) if finding is not None else None
            if finding is not None and trigger is not None:
                with act(actor, at) as doing:
                    _prepare(finding, trigger, doing)
                made += 1
    return made


def _prepare(finding: Finding, trigger: Trigger, doing: Act) -> Case:
    assert finding.holder is not None
    assert finding.noticed_at is not None  # the query asks for it, and a constraint backs it
    evidence = evidence_of(finding, doing.at)
    case = Case.objects.create(
        finding=finding,
        holder=finding.holder,
        department=finding.device.department,
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
