"""The calendar of holidays: imported by ITMD; open deadlines become later by it, never earlier."""

from datetime import date, datetime

from quartermaster.compliance.calendar import holidays
from quartermaster.compliance.imports.calendar import HolidayRow, plan_of
from quartermaster.compliance.models import Case, Finding, Holiday
from quartermaster.compliance.permits import CALENDAR_MANAGE
from quartermaster.compliance.prolonging import prolongations
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.compliance.rules.findings import reminder_at
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.imports import Plan, Verb, read_csv
from quartermaster.kernel.permits import Actor, require


def plan_holidays(*, content: bytes, actor: Actor) -> Plan[HolidayRow]:
    """What importing this file would change and move; changes nothing."""
    require(actor, CALENDAR_MANAGE)
    return plan_of(read_csv(content))


def import_holidays(
    *,
    content: bytes,
    shown: str | None = None,
    confirmed: frozenset[str] = frozenset(),
    actor: Actor,
    at: datetime,
) -> Plan[HolidayRow]:
    """Add holidays as the file says, and move what is open accordingly (C-1)."""
    with act(actor, at) as doing:
        require(actor, CALENDAR_MANAGE)
        plan = plan_of(read_csv(content))
        plan.require_applicable(shown=shown, confirmed=confirmed)
        before = holidays()
        for step in plan.steps:
            if step.row is not None and step.verb in {Verb.CREATE, Verb.UPDATE}:
                row = step.row.value
                Holiday.objects.update_or_create(day=row.day, defaults={"name": row.name})
        moved = _prolong(before, doing)
        if not plan.changes_nothing:
            doing.record_about(
                "compliance.calendar.imported",
                "compliance.holiday",
                plan.digest,
                added=plan.counts[Verb.CREATE],
                changed=plan.counts[Verb.UPDATE],
                moved=moved,
            )
    return plan


def remove_holiday(*, holiday: Holiday, actor: Actor, at: datetime) -> None:
    """Take a day off the calendar; no open deadline becomes earlier by it (C-1)."""
    with act(actor, at) as doing:
        require(actor, CALENDAR_MANAGE)
        doing.record("compliance.calendar.removed", holiday, day=holiday.day.isoformat())
        Holiday.objects.filter(id=holiday.id).delete()


def _prolong(before: frozenset[date], doing: Act) -> int:
    moved = prolongations(before, holidays())
    for finding, until in moved.findings:
        assert finding.noticed_at is not None
        begun = finding.noticed_at
        told = finding.reminded_at is not None
        due = until if told else max(finding.due_at or doing.at, reminder_at(begun, until))
        Finding.objects.filter(id=finding.id).update(cure_until=until, due_at=due)
        doing.record("compliance.finding.prolonged", finding, until=until.isoformat())
    for case, until in moved.cases:
        fields: dict[str, datetime | None] = {"due_at": until}
        if case.state == CaseState.DECIDED:
            fields["appeal_until"] = until
        if case.wake_at is None or case.wake_at == case.due_at:
            fields["wake_at"] = until
        Case.objects.filter(id=case.id).update(**fields)
        doing.record("compliance.case.prolonged", case, until=until.isoformat())
    return len(moved.findings) + len(moved.cases)
