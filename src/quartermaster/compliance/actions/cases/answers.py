"""The holder's side: an answer at every step, and one appeal. Nobody has to say anything."""

from datetime import datetime

from quartermaster.compliance.actions.cases.moving import move
from quartermaster.compliance.actions.cases.telling import tell_holder, tell_owners
from quartermaster.compliance.models import Case, Finding, Statement
from quartermaster.compliance.permits import CASE_ANSWER
from quartermaster.compliance.rules.cases import StatementKind
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said

MOST_ANSWERS = 50
LONGEST = 4000


def answer(*, finding: Finding, text: str, actor: Actor, at: datetime) -> Statement:
    """Keep what the holder says to a finding, and to its case where there is one (E-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_ANSWER, person_id=finding.holder_id)
        assert finding.holder is not None  # the permit reaches the actor's own alone
        text = said(text, "Write your answer", LONGEST)
        Finding.objects.select_for_update(no_key=True).get(id=finding.id)
        if finding.statements.count() >= MOST_ANSWERS:
            raise Conflict("There are fifty answers already. Talk to ITMD or your coordinator.")
        case = Case.objects.filter(finding=finding).first()
        made = Statement.objects.create(
            finding=finding,
            case=case,
            author=finding.holder,
            kind=StatementKind.ANSWER.value,
            text=text,
            made_at=at,
        )
        doing.record("compliance.finding.answered", finding)
        if case is not None:
            doing.record("compliance.case.answered", case)
    return made


def appeal(*, case: Case, text: str, actor: Actor, at: datetime) -> Case:
    """Appeal an outcome, once and in time; another person at human resources reviews it (E-1)."""
    with act(actor, at) as doing:
        require(actor, CASE_ANSWER, person_id=case.holder_id)
        text = said(text, "Say why you do not agree", LONGEST)
        if case.appeal_until is not None and at > case.appeal_until:
            raise Conflict("The time to appeal is over.")
        move(case, "appeal", doing, appealed_at=at)
        Statement.objects.create(
            finding_id=case.finding_id,
            case=case,
            author=case.holder,
            kind=StatementKind.APPEAL.value,
            text=text,
            made_at=at,
        )
        doing.record("compliance.case.appealed", case)
        tell_holder(case, "appealed", doing)
        tell_owners(case, "due", doing)
    return case
