"""Taking back what a wrong check found: named by one, confirmed by another, told to everybody."""

from datetime import datetime
from uuid import UUID

from django.conf import settings

from quartermaster.compliance.actions.cases.withdrawing import with_its_finding
from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.faults import FaultPlan, plan_of, wrong_findings
from quartermaster.compliance.models import Case, Fault, Finding, Look
from quartermaster.compliance.permits import FAULT_CONFIRM, FAULT_NAME
from quartermaster.compliance.rules.faults import (
    FAULT,
    LONGEST_SPAN,
    MOST_FINDINGS,
    FaultState,
    digest_of,
)
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

LONGEST_REASON = 300


def name_fault(
    *,
    check: str,
    since: datetime,
    until: datetime,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Fault:
    """Say that a check was wrong for a time; nothing is taken back before another agrees (C-1)."""
    require(actor, FAULT_NAME)
    if actor.person_id is None:
        raise Refused("A person stands for this; the house itself cannot.")
    why = reason.strip()
    if not why or len(why) > LONGEST_REASON:
        raise InvalidInput(f"Say why, in {LONGEST_REASON} letters at most.", field="reason")
    if check not in CHECK_TITLES:
        raise InvalidInput("There is no such check.", field="check")
    if not since < until <= at or until - since > LONGEST_SPAN:
        raise InvalidInput("A span in the past, of a year at most.", field="until")
    found = list(wrong_findings(check, since, until).values_list("id", flat=True))
    if not 1 <= len(found) <= MOST_FINDINGS:
        raise InvalidInput(
            f"Between 1 and {MOST_FINDINGS} findings; this would be {len(found)}.", field="check"
        )
    with act(actor, at) as doing:
        fault = Fault.objects.create(
            check_name=check,
            title=CHECK_TITLES[check],
            since=since,
            until=until,
            reason=why,
            digest=digest_of(found),
            named_by_id=actor.person_id,
            named_at=at,
        )
        doing.record(
            "compliance.fault.named",
            fault,
            check=check,
            findings=len(found),
            digest=fault.digest,
            reason=why,
        )
        for person in people_with_role(Role.ITMD_ADMIN, at).exclude(id=actor.person_id):
            _tell(fault, "named", person, doing)
    return fault


def confirm_fault(*, fault_id: UUID, actor: Actor, at: datetime) -> Fault:
    """Take back what a wrong check found, as the second person who saw which (C-1).

    Raises:
        Refused: no permit, or the same person.
        Conflict: it was decided, or other findings are concerned by now.
    """
    with act(actor, at) as doing:
        fault = _decide(fault_id, "confirm", doing)
        plan = plan_of(fault)
        if digest_of(item.id for item in plan.findings) != fault.digest:
            raise Conflict("Other findings are concerned by now; name the fault anew.")
        _mark(fault, doing)
        for finding in plan.findings:
            _take_back(finding, fault, doing)
        _tell_who_was_referred_to(fault, plan, doing)
        doing.record(
            "compliance.fault.confirmed",
            fault,
            findings=len(plan.findings),
            cases=len(plan.cases),
            referred=len(plan.referred),
            digest=fault.digest,
        )
        fault.refresh_from_db()
    return fault


def refuse_fault(*, fault_id: UUID, actor: Actor, at: datetime) -> Fault:
    """Refuse, as the second person, to take anything back (C-1)."""
    with act(actor, at) as doing:
        fault = _decide(fault_id, "refuse", doing)
        _move(fault, "refuse", doing)
        doing.record("compliance.fault.refused", fault)
    return fault


def _decide(fault_id: UUID, verb: str, doing: Act) -> Fault:
    require(doing.actor, FAULT_CONFIRM)
    rows = Fault.objects.select_for_update(of=("self",)).filter(id=fault_id)
    fault = rows.first()
    if fault is None:
        raise NotFound("Nobody named such a fault.")
    FAULT.target(verb, FaultState(fault.state))
    if doing.actor.person_id is None or doing.actor.person_id == fault.named_by_id:
        raise Refused("Somebody other than who named it must look at it.")
    return fault


def _move(fault: Fault, verb: str, doing: Act) -> None:
    Fault.objects.filter(id=fault.id, state=FaultState.NAMED.value).update(
        state=FAULT.transitions[verb].target.value,
        decided_by_id=doing.actor.person_id,
        decided_at=doing.at,
    )
    fault.refresh_from_db()


def _mark(fault: Fault, doing: Act) -> None:
    """What is marked does not count as told before, whatever became of it."""
    wrong_findings(fault.check_name, fault.since, fault.until).update(fault=fault)
    _move(fault, "confirm", doing)


def _take_back(finding: Finding, fault: Fault, doing: Act) -> None:
    reason = f"It was our fault: {fault.reason}"[:300]
    if finding.state in LIVE:
        close(finding, FindingState.WITHDRAWN, reason, doing)
        Look.objects.filter(device_id=finding.device_id).update(stamp="")  # to be judged anew
    elif finding.holder is not None and finding.noticed_at is not None:
        doing.record("compliance.finding.taken-back", finding, reason=reason)
        _tell(fault, f"holder:{finding.id}", finding.holder, doing, finding=finding)
    with_its_finding(finding, reason, doing)


def _tell_who_was_referred_to(fault: Fault, plan: FaultPlan, doing: Act) -> None:
    for case in plan.referred:
        people = [case.supervisor] if case.supervisor is not None else []
        if case.acknowledged_at is not None:
            people += list(people_with_role(Role.HR, doing.at))
        for person in people:
            _tell(fault, f"case:{case.id}", person, doing, finding=case.finding, case=case)


def _tell(
    fault: Fault,
    what: str,
    person: Person,
    doing: Act,
    *,
    finding: Finding | None = None,
    case: Case | None = None,
) -> None:
    if person.standing != Standing.ACTIVE:
        return
    page = f"/findings/{finding.id}/" if finding is not None else f"/faults/{fault.id}/"
    post.send(
        template="compliance/notices/fault",
        to=person.email,
        name=person.name,
        context={
            "fault": fault,
            "finding": finding,
            "case": case,
            "link": f"{settings.WEB_URL}{f'/cases/{case.id}/' if case else page}",
        },
        key=f"fault:{fault.id}:{what}:{person.id}",
        actor=doing.actor,
        at=doing.at,
        about=finding or fault,
    )
