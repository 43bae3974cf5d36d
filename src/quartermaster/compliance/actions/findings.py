"""The steps of a finding: opened, told, overdue, settled."""

from datetime import datetime

from django.conf import settings

from quartermaster.compliance import permits
from quartermaster.compliance.actions.cases.withdrawing import with_its_finding
from quartermaster.compliance.actions.extensions import waits_for_decision
from quartermaster.compliance.calendar import holidays
from quartermaster.compliance.events import FindingClosed, HolderTold
from quartermaster.compliance.models import Finding, Look
from quartermaster.compliance.rules import findings as rules
from quartermaster.compliance.rules.findings import FINDING, FindingState
from quartermaster.compliance.rules.outcome import Severity
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post
from quartermaster.org.models import Person, RoleAssignment
from quartermaster.org.roles import Role

VERBS = {
    FindingState.CURED: "cure",
    FindingState.EXCEPTED: "except",
    FindingState.WITHDRAWN: "withdraw",
}


def move(finding: Finding, verb: str, **more: object) -> None:
    """Change the state conditionally; `Conflict` where somebody else was quicker."""
    step = FINDING.transitions[verb]
    rows = Finding.objects.filter(id=finding.id, state__in=sorted(step.sources))
    if rows.update(state=step.target, **more) != 1:
        finding.refresh_from_db()
        FINDING.target(verb, FindingState(finding.state))
        raise Conflict("The finding changed at the same time; try again.")
    finding.refresh_from_db()


def give_notice(finding: Finding, doing: Act) -> None:
    """Tell the holder first, with the time to put it right (C-1)."""
    severity, days = Severity(finding.severity), settings.CURE_DAYS
    until = rules.cure_until(doing.at, severity, settings.TIME_ZONE, holidays(), days)
    move(
        finding,
        "give notice",
        noticed_at=doing.at,
        cure_until=until,
        due_at=rules.reminder_at(doing.at, until),
    )
    _tell(finding, "notice", doing)
    doing.emit(HolderTold(finding_id=finding.id, device_id=finding.device_id))
    doing.record(
        "compliance.finding.noticed", finding, cure_until=until.isoformat(timespec="minutes")
    )


def remind(finding: Finding, doing: Act) -> None:
    """Remind the holder once, halfway."""
    Finding.objects.filter(id=finding.id).update(reminded_at=doing.at, due_at=finding.cure_until)
    _tell(finding, "reminder", doing)


def run_out(finding: Finding, doing: Act) -> None:
    """The time to put it right is over. Whether it is referred, people decide (C-1).

    As long as more time was asked for and the days to decide are not over, it waits.
    """
    if waits_for_decision(finding, doing):
        return
    move(finding, "run out", due_at=None)
    doing.record("compliance.finding.overdue", finding)


def close(finding: Finding, state: FindingState, reason: str, doing: Act) -> None:
    """Settle a finding; a holder who was told is told that it is settled."""
    told = finding.noticed_at is not None
    move(finding, VERBS[state], closed_at=doing.at, closing_reason=reason[:300], due_at=None)
    doing.record(f"compliance.finding.{state.value}", finding, reason=reason)
    doing.emit(FindingClosed(finding_id=finding.id, device_id=finding.device_id, state=state.value))
    if told:
        tell_settled(finding, doing)


def tell_settled(finding: Finding, doing: Act) -> None:
    """Tell whoever was told of it that it is settled."""
    _tell(finding, "settled", doing)


def withdraw(*, finding: Finding, reason: str, actor: Actor, at: datetime) -> Finding:
    """Withdraw a finding that is wrong; it does not count, and its holder is told (C-1)."""
    require(
        actor,
        permits.FINDING_WITHDRAW,
        person_id=finding.holder_id,
        department_id=finding.device.department_id,
    )
    if not reason.strip():
        raise InvalidInput("Say why the finding is withdrawn.", field="reason")
    with act(actor, at) as doing:
        close(finding, FindingState.WITHDRAWN, reason.strip(), doing)
        Look.objects.filter(device_id=finding.device_id).update(stamp="")  # to be judged anew
        with_its_finding(finding, reason.strip()[:300], doing)
    return finding


def _tell(finding: Finding, what: str, doing: Act) -> None:
    for person in _told_of(finding):
        post.send(
            template=f"compliance/notices/{what}",
            to=person.email,
            name=person.name,
            context={
                "finding": finding,
                "device": finding.device,
                "personal": finding.device.ownership == "personal",
                "instead": person.id != finding.holder_id,
                "link": f"{settings.WEB_URL}/findings/{finding.id}/",
            },
            key=rules.notice_key(finding.id, what, person.id),
            actor=doing.actor,
            at=doing.at,
            about=finding,
        )


def _told_of(finding: Finding) -> list[Person]:
    """The holder; where there is none, the coordinators of the department, or else ITMD."""
    if finding.holder is not None:
        return [finding.holder]
    held = RoleAssignment.objects.filter(ended_at=None).select_related("person")
    coordinators = held.filter(role=Role.COORDINATOR, department_id=finding.device.department_id)
    chosen = coordinators if coordinators.exists() else held.filter(role=Role.ITMD_ADMIN)
    return [assignment.person for assignment in chosen]
