"""The papers of a case, for human resources and the employee; every export is in the ledger."""

import hashlib
from datetime import datetime

from quartermaster.compliance.models import Case
from quartermaster.compliance.packets import packet_of
from quartermaster.compliance.permits import CASE_EXPORT
from quartermaster.files import papers
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said


def export_case(*, case: Case, reason: str, actor: Actor, at: datetime) -> bytes:
    """Make the paper of a case as its reader may see it, and write down who took it (C-1, E-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_EXPORT, person_id=case.holder_id)
        why = said(reason, "Say what it is for", 300)
        content = papers.render(
            "compliance/papers/case.typ",
            packet_of(actor, case),
            title=f"Case about {case.finding.title}, {case.finding.device.asset_tag}",
            at=at,
        )
        doing.record(
            "compliance.case.exported",
            case,
            reason=why,
            digest=hashlib.sha256(content).hexdigest(),
        )
    return content
