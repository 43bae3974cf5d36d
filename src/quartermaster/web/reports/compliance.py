"""The report on compliance: state, course, ages, cures, systems, software; as CSV too."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.http import HttpResponse
from django.http.response import HttpResponseBase

from quartermaster.files.papers import PDF
from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import NotFound
from quartermaster.org.models import Department
from quartermaster.reports import compliance, month, standing
from quartermaster.reports.compliance import Report, Tally
from quartermaster.reports.counting import fleet_of
from quartermaster.reports.fleet import Counted
from quartermaster.reports.own import against_itmd
from quartermaster.reports.permits import COMPLIANCE_VIEW
from quartermaster.reports.unmanaged import unmanaged_by_department
from quartermaster.web.charts import NARROW, Bar, Chart, Moment, bars, stack, trend
from quartermaster.web.pages import Page

MOST_MONTHS = 24
NO_MONTH = "There is no report of that month."
STATES = (
    ("Pass", "passing", "good"),
    ("Fail", "failing", "bad"),
    ("Not known", "unknown", "info"),
    ("Too old", "stale", "warning"),
    ("On its way", "pending", "info"),
    ("Excepted", "excepted", "neutral"),
)


class CompliancePage(Page):
    """How the devices stand against the policy, and how that went; no names."""

    permit = COMPLIANCE_VIEW
    title = "Compliance report"
    lead = (
        "How devices under management stand, counted by check. Missing or old data is neither a"
        " pass nor a failure. What a platform cannot answer at all is not counted."
    )
    template_name = "reports/compliance.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        asked = self.request.GET.get("format")
        if asked == "pdf":
            return self.paper(self.chosen())
        if asked != "csv":
            return super().get(*args, **kwargs)
        chosen = self.chosen()
        text = compliance.report_csv(self.actor, chosen.id if chosen else None)
        return HttpResponse(
            text,
            content_type="text/csv; charset=utf-8",
            headers={"Content-Disposition": 'attachment; filename="compliance.csv"'},
        )

    def paper(self, chosen: Department | None) -> HttpResponse:
        """The report as PDF: of a month that is kept, or as things stand now."""
        wanted = self.request.GET.get("month", "")
        if wanted:
            day = _first_day(wanted)
            if chosen is None or day is None:
                raise NotFound(NO_MONTH)
            kept = month.months_visible_to(self.actor, chosen.id).filter(month=day).first()
            if kept is None:
                raise NotFound(NO_MONTH)
            figures, at = kept.figures, kept.taken_at
        else:
            figures = month.figures(self.actor, chosen, month=None, at=self.at)
            at = self.at
        name = month.file_name(figures)
        return HttpResponse(
            month.paper(figures, at=at),
            content_type=PDF,
            headers={"Content-Disposition": f'attachment; filename="{name}"'},
        )

    def chosen(self) -> Department | None:
        """The department asked for; only one that the actor has a report on."""
        code = self.request.GET.get("department", "")
        if not code:
            return None
        found = standing.departments_reported(self.actor).filter(code=code[:20]).first()
        if found is None:
            raise NotFound("There is no such department, or you have no report on it.")
        return found

    def context(self) -> dict[str, Any]:
        chosen = self.chosen()
        key = chosen.id if chosen else None
        report = compliance.report(self.actor, self.at, key, by_clock=True)
        fleet = fleet_of(self.actor, self.at, key)
        return {
            **super().context(),
            "departments": standing.departments_reported(self.actor),
            "chosen": chosen,
            "months": month.months_visible_to(self.actor, chosen.id)[:MOST_MONTHS]
            if chosen
            else (),
            "report": report,
            "unmanaged": unmanaged_by_department(self.actor, key),
            "own": against_itmd(),
            **_charts(report),
            "fleet": fleet,
            "counted_at": min(filter(None, (report.counted_at, fleet.counted_at)), default=None),
            "systems": _counted("System", fleet.systems, fleet.devices),
            "software": _counted("Application", fleet.software, fleet.city),
            "lag": _counted("Lowest version", fleet.lag, fleet.devices),
            "updates": _counted("Update", fleet.updates, fleet.devices),
        }


def _first_day(text: str) -> date | None:
    """The first day of a month such as 2026-11; None of what is none."""
    try:
        return datetime.strptime(text[:7], "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError:
        return None


def _charts(report: Report) -> dict[str, Any]:
    moments = [
        Moment(written_day(day), tally.share)
        for day, tally in report.days
        if tally.share is not None
    ]
    ages = [Bar(name, many) for name, many in report.ages]
    return {
        "now": stack("Checks now", _states(report.whole)),
        "course": trend("Checks that pass", moments, width=NARROW),
        "ages": bars("Open findings by age", ages, width=NARROW, column="Open for"),
    }


def _states(tally: Tally) -> list[Bar]:
    return [Bar(label, tally.counts[name], tone) for label, name, tone in STATES]


def _counted(column: str, things: Sequence[Counted], devices: int) -> Chart:
    parts = [Bar(thing.name, thing.devices) for thing in things]
    return bars(f"{column}, by devices", parts, width=NARROW, column=column, of=devices)
