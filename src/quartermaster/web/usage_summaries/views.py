"""Usage in sum: by department, person, line, plan or month, as far as one may see."""

from collections.abc import Sequence
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.timezone import localdate
from django_tables2 import Column

from quartermaster.usage import sheets
from quartermaster.usage.models import LineUsage
from quartermaster.usage.queries.summaries import (
    By,
    Span,
    Summed,
    far_off,
    last_month,
    summed,
    usage_visible_to,
    within,
)
from quartermaster.usage.rules.cycles import month_earlier
from quartermaster.usage.rules.summaries import Figures
from quartermaster.usage.rules.telling import TITLES, amount, change, explained
from quartermaster.usage.summary_permits import SUMMARY_VIEW
from quartermaster.web.links import person_address
from quartermaster.web.pages import (
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    ListPage,
    NumberColumn,
    Page,
    Table,
)
from quartermaster.web.usage_summaries import plots
from quartermaster.web.usage_summaries.forms import SummaryForm, months_of

COLUMNS = ("seconds", "messages", "kilobytes", "roaming_kilobytes", "overage_cents", "cost_cents")
MOST_ROWS = 200
YEAR = 12


def cells_of(row: Summed | LineUsage) -> list[tuple[str, str]]:
    figures = row.figures if isinstance(row, Summed) else row
    return [(TITLES[name], amount(name, getattr(figures, name))) for name in COLUMNS]


class SummaryPage(Page):
    """Sums with a plot of the months and of the largest; as CSV and as a workbook (G-9)."""

    permit = SUMMARY_VIEW
    title = "Usage"
    lead = "What the lines used and cost, as far as you may see."
    template_name = "usage_summaries/summary.html"

    def get(self, *args: Any, **kwargs: Any) -> HttpResponseBase:  # type: ignore[override]
        self._choose()
        kind = self.request.GET.get("format")
        if kind not in {"csv", "xlsx"} or not self.months:
            return super().get(*args, **kwargs)
        table = sheets.table(self.by.label, summed(self.rows, self.by, self.at))
        name = f"usage-by-{self.by.value}-{self.span.first:%Y-%m}-{self.span.last:%Y-%m}.{kind}"
        answer = (
            HttpResponse(sheets.as_csv(table), content_type="text/csv; charset=utf-8")
            if kind == "csv"
            else HttpResponse(sheets.as_xlsx({self.by.label: table}), content_type=sheets.XLSX)
        )
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Line by line", "usage_summaries:lines", SUMMARY_VIEW),
            Button("Lines that stand out", "usage_summaries:outliers", SUMMARY_VIEW),
            Button("Summaries sent", "usage_summaries:posts", SUMMARY_VIEW),
        )

    def _choose(self) -> None:
        """What the address asks for; what it may not, or makes no sense, is the usual instead."""
        given = {name: value for name, value in self.request.GET.items() if value}
        self.form = SummaryForm(given, actor=self.actor)
        self.form.is_valid()
        self.months = self.form.months
        newest = self.months[0] if self.months else f"{localdate(self.at):%Y-%m}"
        last = self.form.chosen("last", newest)
        first = min(self.form.chosen("first", last), last)
        self.by = By(self.form.chosen("by", self.form.ways[0]))
        self.measure = self.form.chosen("measure", "cost_cents")
        self.span = Span(_month(first), _month(last))
        self.department = self.form.chosen("department", "")
        self.form.data = {
            "by": self.by.value,
            "first": first,
            "last": last,
            "department": self.department,
            "measure": self.measure,
        }
        self.all_rows = usage_visible_to(self.actor)
        if self.department:
            self.all_rows = self.all_rows.filter(department_id=UUID(self.department))
        self.rows = within(self.all_rows, self.span)

    def context(self) -> dict[str, Any]:
        base = {**super().context(), "form": self.form, "empty": self._empty()}
        whole = summed(self.rows, By.CITY, self.at)[0]
        if not whole.lines:
            return base
        rows = summed(self.rows, self.by, self.at)
        first = self.span.last
        for _ in range(YEAR - 1):
            first = month_earlier(first)
        course = summed(
            within(self.all_rows, Span(min(first, self.span.first), self.span.last)),
            By.MONTH,
            self.at,
        )
        listed = dict(self.form.fields["department"].choices)  # type: ignore[attr-defined]
        return {
            **base,
            "whole": whole,
            "span": self.span,
            "department": listed.get(self.department, "") if self.department else "",
            "tiles": self._tiles(whole.figures, course),
            "course": plots.months(course[-YEAR:], self.measure),
            "top": None
            if self.by is By.MONTH
            else plots.largest(rows, self.measure, self.by.label),
            "column": self.by.label,
            "caption": f"{TITLES[self.measure]} and more by {self.by.label.lower()}, {self.span}",
            "titles": [TITLES[name] for name in COLUMNS],
            "rows": [self._shown(row) for row in rows[:MOST_ROWS]],
            "more": max(0, len(rows) - MOST_ROWS),
            "query": urlencode(self.form.data),
        }

    def _empty(self) -> str:
        if self.months:
            return "There is nothing of these months that you may see."
        return "No bill and no usage file has been taken in yet for lines that you may see."

    def _tiles(self, figures: Figures, course: Sequence[Summed]) -> list[tuple[str, str, str]]:
        before = Figures()
        if self.span.first == self.span.last:
            month = month_earlier(self.span.first)
            before = next((one.figures for one in course if one.key == month), before)
        return [
            (
                title,
                amount(name, getattr(figures, name)),
                change(getattr(before, name), getattr(figures, name)),
            )
            for name, title in TITLES.items()
        ]

    def _shown(self, row: Summed) -> dict[str, Any]:
        address = ""
        if self.by is By.LINE:
            address = f"{reverse('usage_summaries:lines')}?q={row.label.lstrip('+')}"
        elif self.by is By.DEPARTMENT and row.key:
            address = "?" + urlencode({**self.form.data, "by": "person", "department": row.key})
        elif self.by is By.MONTH and isinstance(row.key, date):
            said = f"{row.key:%Y-%m}"
            address = "?" + urlencode({**self.form.data, "by": "line", "first": said, "last": said})
        return {
            "label": row.label,
            "note": row.note,
            "lines": row.lines,
            "cells": cells_of(row),
            "address": address,
        }


def _month(said: str) -> date:
    year, month = said.split("-")
    return date(int(year), int(month), 1)


class LineTable(Table):
    number = NumberColumn("usage_summaries:line", verbose_name="Line")
    month = Column(verbose_name="Month")
    department = Column(accessor="department__name", verbose_name="Department")
    holder = Column(
        accessor="holder__name",
        verbose_name="Person",
        order_by=("holder__family_name", "holder__given_name"),
    )
    plan = Column(verbose_name="Plan")
    seconds = Column(verbose_name=TITLES["seconds"])
    messages = Column(verbose_name=TITLES["messages"])
    kilobytes = Column(verbose_name=TITLES["kilobytes"])
    overage_cents = Column(verbose_name=TITLES["overage_cents"])
    cost_cents = Column(verbose_name=TITLES["cost_cents"])

    class Meta(Table.Meta):
        model = LineUsage
        fields = ()

    def render_month(self, value: date) -> str:
        return f"{value:%B %Y}"

    def value_month(self, value: date) -> str:
        return f"{value:%Y-%m}"

    def render_seconds(self, value: int) -> str:
        return amount("seconds", value)

    def render_kilobytes(self, value: int) -> str:
        return amount("kilobytes", value)

    def render_overage_cents(self, value: int) -> str:
        return amount("overage_cents", value)

    def render_cost_cents(self, value: int) -> str:
        return amount("cost_cents", value)


class LineFilters(Filters):
    month = django_filters.ChoiceFilter(label="Month", empty_label="Any", method="of_month")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        months = months_of(self.queryset)
        self.filters["month"].extra["choices"] = [
            (f"{day:%Y-%m}", f"{day:%B %Y}") for day in months
        ]

    def of_month(self, rows: QuerySet[LineUsage], _name: str, value: str) -> QuerySet[LineUsage]:
        return rows.filter(month=_month(value))


class Lines(ListPage[LineUsage]):
    """Line by line and month by month (G-9)."""

    permit = SUMMARY_VIEW
    title = "Usage of lines"
    lead = "Each line's month, for whom it belonged to. No call, message or place."
    table_class = LineTable
    filters = LineFilters
    search = ("number", "plan", "holder__given_name", "holder__family_name")
    search_hint = "Number, plan or person"
    empty = "No bill and no usage file has been taken in yet for lines that you may see."
    noun = ("line's month", "lines' months")

    def rows(self) -> QuerySet[LineUsage]:
        return usage_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Usage", reverse("usage_summaries:summary")),)


class LinePage(DetailPage[LineUsage]):
    """One line's month, and the months before as far as the reader may see them (G-9)."""

    permit = SUMMARY_VIEW
    thing = "line's month"
    template_name = "usage_summaries/line.html"

    def rows(self) -> QuerySet[LineUsage]:
        return usage_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Usage", reverse("usage_summaries:summary")),
            Crumb("Lines", reverse("usage_summaries:lines")),
        )

    def facts(self) -> Sequence[Fact]:
        row = self.object
        holder = row.holder
        told = [
            Fact("Person", holder.name if holder else "—", person_address(self.request, holder)),
            Fact("Department", row.department.name if row.department else "Nobody's"),
            Fact("Plan", row.plan or "—"),
            Fact(
                "Bill cycle", f"{row.cycle.cycle_from:%B %-d} to {row.cycle.cycle_until:%B %-d, %Y}"
            ),
            Fact("Days with them", row.days),
        ]
        figures = [Fact(title, amount(name, getattr(row, name))) for name, title in TITLES.items()]
        said = ", ".join(row.families.split(",")) if row.families else ""
        source = f"{said.capitalize()} counted from detail" if said else "Taken from the bill"
        return [*told, *figures, Fact("Counted", source)]

    def context(self) -> dict[str, Any]:
        months = summed(self.rows().filter(number=self.object.number), By.MONTH, self.at)
        far = [
            explained(one.measure, one.off)
            for one in far_off(self.actor, self.object.month)
            if one.usage.id == self.object.id
        ]
        return {
            **super().context(),
            "far": far,
            "plots": [plots.months(months[-YEAR:], name) for name in ("cost_cents", "kilobytes")],
        }


class OutliersPage(Page):
    """Lines that use far more than others on their plan, told in words (G-9)."""

    permit = SUMMARY_VIEW
    title = "Lines that stand out"
    lead = (
        "Far above the other lines on the same plan in data, minutes, messages or cost. That is"
        " no fault by itself: it is where to look."
    )
    template_name = "usage_summaries/outliers.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Usage", reverse("usage_summaries:summary")),)

    def context(self) -> dict[str, Any]:
        month = last_month(self.actor)
        rows = [
            {
                "usage": one.usage,
                "address": reverse("usage_summaries:line", kwargs={"key": one.usage.pk}),
                "measure": TITLES[one.measure],
                "why": explained(one.measure, one.off),
            }
            for one in (far_off(self.actor, month) if month else [])
        ]
        return {**super().context(), "rows": rows, "month": month}
