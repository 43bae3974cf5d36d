"""Samples of cases and holidays."""

from datetime import date, timedelta

from quartermaster.compliance.actions import extensions, faults
from quartermaster.compliance.models import Holiday
from tests.factories import cases as make
from tests.web.samples import sample


@sample(
    "cases:case",
    "cases:confirm",
    "cases:dismiss",
    "cases:withdraw",
    "cases:acknowledge",
    "cases:outcome",
    "cases:appeal",
    "cases:review",
    "cases:papers",
)
def case(cast, at):
    return {"key": make.prepared(cast.ana, at).pk}


@sample("cases:answer")
def finding(cast, at):
    return {"key": make.told(cast.ana, at).pk}


@sample("cases:calendar-remove")
def holiday(cast, at):
    return {"key": Holiday.objects.create(day=date(2026, 12, 25), name="Christmas Day").pk}


@sample("cases:extension-ask")
def told(cast, at):
    return {"key": make.told(cast.ana, at).pk}


@sample("cases:extension-grant", "cases:extension-decline")
def more_time(cast, at):
    asked = extensions.ask_extension(
        finding=make.told(cast.ana, at),
        days=3,
        reason="On leave",
        actor=cast.acting(cast.ana),
        at=at,
    )
    return {"key": asked.pk}


@sample("cases:fault", "cases:fault-confirm", "cases:fault-refuse")
def fault(cast, at):
    make.told(cast.ana, at)
    made = faults.name_fault(
        check="passcode",
        since=at - timedelta(hours=1),
        until=at + timedelta(seconds=1),
        reason="It read the wrong answer",
        actor=cast.acting(cast.ida),
        at=at + timedelta(hours=1),
    )
    return {"key": made.pk}
