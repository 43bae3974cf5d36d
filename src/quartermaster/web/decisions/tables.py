"""Tables of decisions and questions, with the colours of their words."""

from typing import Any

import django_tables2 as tables

from quartermaster.inventory.models import ApplicationDecision, ApplicationQuestion
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

VERDICTS = {"allowed": "good", "blocked": "bad", "needs-approval": "warning"}
STANDINGS = {"in force": "good", "run out": "neutral", "ended": "neutral"}
STATES = {"waiting": "warning", "answered": "good", "withdrawn": "neutral"}


class StandingColumn(ChipColumn):
    """Whether it holds, as a word of its own."""

    def render(self, value: Any, record: Any, bound_column: Any) -> str:
        return super().render(str(value).capitalize(), record, bound_column)


class DecisionTable(Table):
    title = LinkColumn("decisions:one", verbose_name="Application")
    verdict = ChipColumn(VERDICTS, verbose_name="Decision")
    subject = tables.Column(
        accessor="subject", order_by=("identifier", "name_pattern"), verbose_name="About"
    )
    platform = tables.Column(
        accessor="get_platform_display", order_by="platform", verbose_name="System"
    )
    minimum_version = tables.Column(verbose_name="Lowest version", visible=False)
    reason = tables.Column(verbose_name="Why")
    decided_at = WhenColumn(verbose_name="Decided", visible=False)
    decided_by = tables.Column(verbose_name="By", visible=False)  # in the CSV alone
    until = WhenColumn(verbose_name="Ends on", full=True)
    standing = StandingColumn(STANDINGS, verbose_name="Standing")

    class Meta(Table.Meta):
        model = ApplicationDecision
        fields = ()

    def render_reason(self, value: Any) -> str:
        text = str(value)
        return text if len(text) <= 120 else f"{text[:117]}…"  # noqa: PLR2004


class QuestionTable(Table):
    title = LinkColumn("decisions:question", verbose_name="Application")
    platform = tables.Column(
        accessor="get_platform_display", order_by="platform", verbose_name="System"
    )
    asked_by = tables.Column(
        accessor="asked_by__name",
        order_by=("asked_by__family_name", "asked_by__given_name"),
        verbose_name="Asked by",
    )
    department = tables.Column(
        accessor="asked_by__department__name",
        order_by="asked_by__department__name",
        verbose_name="Department",
    )
    asked_at = WhenColumn(verbose_name="Asked")
    state = ChipColumn(STATES)
    verdict = tables.Column(
        accessor="decision__get_verdict_display",
        order_by="decision__verdict",
        verbose_name="Decision",
    )

    class Meta(Table.Meta):
        model = ApplicationQuestion
        fields = ()
