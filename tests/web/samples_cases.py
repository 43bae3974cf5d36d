"""Samples of cases and holidays."""

from datetime import date

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
)
def case(cast, at):
    return {"key": make.prepared(cast.ana, at).pk}


@sample("cases:answer")
def finding(cast, at):
    return {"key": make.told(cast.ana, at).pk}


@sample("cases:calendar-remove")
def holiday(cast, at):
    return {"key": Holiday.objects.create(day=date(2026, 12, 25), name="Christmas Day").pk}
