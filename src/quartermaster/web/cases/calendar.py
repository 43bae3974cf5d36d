"""The calendar of holidays: the list, its import, and taking a day off it."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.compliance import actions
from quartermaster.compliance.calendar import holidays_visible_to
from quartermaster.compliance.models import Holiday
from quartermaster.compliance.permits import CALENDAR_MANAGE, CALENDAR_VIEW
from quartermaster.kernel.imports import Plan, Verb
from quartermaster.web.cases.tables import HolidayTable
from quartermaster.web.pages import ActPage, Button, Crumb, ImportPage, ListPage

_WAY = "Holidays"


class Calendar(ListPage[Holiday]):
    """The days on which no period runs."""

    permit = CALENDAR_VIEW
    title = _WAY
    lead = "No cure period and no deadline of a case counts these days. Weekends never count."
    table_class = HolidayTable
    search = ("name",)
    empty = "No holiday was imported yet."
    noun = ("holiday", "holidays")

    def rows(self) -> QuerySet[Holiday]:
        return holidays_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Import holidays", "cases:calendar-import", CALENDAR_MANAGE, look=""),)


class ImportCalendar(ImportPage):
    """Import holidays: what is open and covers such a day ends later, and nothing earlier."""

    permit = CALENDAR_MANAGE
    title = "Import holidays"
    lead = "A day that is not in the file stays. The preview says which open deadlines move."
    columns = (("day", "Required. A date such as 2026-11-26."), ("name", "Required."))
    done = "Imported: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("cases:calendar")),)

    def plan(self, content: bytes, name: str) -> Plan[Any]:  # noqa: ARG002 (CSV whatever its name)
        return actions.plan_holidays(content=content, actor=self.actor)

    def apply(
        self,
        content: bytes,
        name: str,  # noqa: ARG002 (CSV whatever its name)
        *,
        shown: str,
        confirmed: frozenset[str],
    ) -> str:
        plan = actions.import_holidays(
            content=content, shown=shown, confirmed=confirmed, actor=self.actor, at=self.at
        )
        return f"{plan.counts[Verb.CREATE]:,} added and {plan.counts[Verb.UPDATE]:,} renamed"


class RemoveHoliday(ActPage[Holiday]):
    """Take a day off the calendar."""

    permit = CALENDAR_MANAGE
    thing = "holiday"
    title = "Remove a holiday"
    sentence = "{} counts as a working day from now on."
    submit = "Remove"
    look = "secondary"
    done = "The holiday was removed."

    def rows(self) -> QuerySet[Holiday]:
        return holidays_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("cases:calendar")),)

    def consequences(self) -> Sequence[str]:
        return ("Deadlines that are set keep their day: none becomes earlier.",)

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.remove_holiday(holiday=self.object, actor=self.actor, at=self.at)
