"""Pages of accounts and months: who is charged, how the rest is shared, what was posted (G-9)."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingPeriod, CostAccount, SharingRule
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.queries import finance
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.kernel.money import dollars
from quartermaster.org.models import Department
from quartermaster.web.bills.invoices import csv_answer
from quartermaster.web.bills.tables import PeriodTable
from quartermaster.web.org.forms import day
from quartermaster.web.pages import Button, Crumb, DetailPage, Fact, FormPage, ListPage, Page

_MOST = 500


class Periods(ListPage[BillingPeriod]):
    """Months that are closed for the finance system (G-9)."""

    permit = permits.FINANCE_EXPORT
    title = "Accounts and months"
    lead = "A closed month stays as it is. What is corrected later comes as a difference."
    table_class = PeriodTable
    empty = "No month is closed yet."
    noun = ("month", "months")

    def rows(self) -> QuerySet[BillingPeriod]:
        return queries.periods_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Close a month", "bills:period-close", permits.ALLOCATION_MANAGE, look=""),
            Button("Cost accounts and sharing", "bills:accounts", permits.ALLOCATION_MANAGE),
        )


class PeriodPage(DetailPage[BillingPeriod]):
    """One closed month: what was posted, and the file of it."""

    permit = permits.FINANCE_EXPORT
    thing = "month"
    template_name = "bills/period.html"

    def rows(self) -> QuerySet[BillingPeriod]:
        return queries.periods_visible_to(self.actor)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            text = finance.as_csv(self._postings())
            return csv_answer(text, f"postings-{self.object.month:%Y-%m}.csv")
        return super().get(*args, **kwargs)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Accounts and months", reverse("bills:periods")),)

    def facts(self) -> Sequence[Fact]:
        row: Any = self.object
        return (
            Fact("Posted", dollars(row.posted_cents)),
            Fact("Closed by", row.closed_label),
        )

    def _postings(self) -> Any:
        rows = queries.postings_visible_to(self.actor).filter(period=self.object)
        return rows.order_by("department__code", "account", "id")

    def context(self) -> dict[str, Any]:
        rows = self._postings()
        return {
            **super().context(),
            "postings": rows[:_MOST],
            "count": rows.count(),
            "most": _MOST,
        }


class CloseForm(forms.Form):
    month = forms.DateField(
        label="Month",
        widget=forms.DateInput({"type": "month"}, format="%Y-%m"),
        input_formats=["%Y-%m"],
        error_messages={"invalid": "Name a month, such as 2026-10."},
        help_text="Such as 2026-10. It must be over.",
    )


class ClosePeriod(FormPage):
    """Close a month (G-9)."""

    permit = permits.ALLOCATION_MANAGE
    title = "Close a month"
    lead = "Every invoice whose cycle ended by then is shared out and posted."
    form_class = CloseForm
    submit = "Close the month"
    done = "{} is closed."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Accounts and months", reverse("bills:periods")),)

    def act(self, form: Any) -> BillingPeriod:
        return invoices.close_period(month=form.cleaned_data["month"], actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("bills:period", kwargs={"key": outcome.pk})


class Accounts(Page):
    """Which account bears what, and how what is of no line is shared (G-9)."""

    permit = permits.ALLOCATION_MANAGE
    title = "Cost accounts and sharing"
    lead = "A cost centre on the bill goes first, then who had the line, by days."
    template_name = "bills/accounts.html"

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Accounts and months", reverse("bills:periods")),)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Set an account", "bills:account-set", permits.ALLOCATION_MANAGE, look=""),
            Button("Set a sharing rule", "bills:sharing-set", permits.ALLOCATION_MANAGE),
        )

    def context(self) -> dict[str, Any]:
        accounts = CostAccount.objects.select_related("department")
        return {
            **super().context(),
            "accounts": accounts.order_by("department__name", "cost_centre"),
            "rules": SharingRule.objects.all(),
            "otherwise": SharingKey.LINES.label,
        }


class AccountForm(forms.Form):
    department = forms.ModelChoiceField(
        label="Department", queryset=Department.objects.all(), empty_label="—"
    )
    cost_centre = forms.CharField(
        label="Cost centre on the bill",
        max_length=60,
        required=False,
        help_text="Empty: all that no cost centre says otherwise.",
    )
    account = forms.CharField(label="Account in the finance system", max_length=60)


class SetAccount(FormPage):
    """Say to which account charges go (G-9)."""

    permit = permits.ALLOCATION_MANAGE
    title = "Set an account"
    form_class = AccountForm
    submit = "Set"
    done = "The account {} is set."

    def crumbs(self) -> Sequence[Crumb]:
        return _account_crumbs()

    def act(self, form: Any) -> CostAccount:
        given = form.cleaned_data
        return invoices.set_cost_account(
            department_id=given["department"].pk,
            account=given["account"],
            cost_centre=given["cost_centre"],
            actor=self.actor,
            at=self.at,
        )


class SharingForm(forms.Form):
    key = forms.ChoiceField(label="How", choices=[(item.value, item.label) for item in SharingKey])
    carrier = forms.CharField(
        label="Carrier", max_length=60, required=False, help_text="Empty: every carrier."
    )
    account = forms.CharField(
        label="Account", max_length=40, required=False, help_text="Empty: every account."
    )
    from_on = day("From")


class SetSharing(FormPage):
    """Say how what is of no line is shared out (G-9)."""

    permit = permits.ALLOCATION_MANAGE
    title = "Set a sharing rule"
    form_class = SharingForm
    submit = "Set"
    done = "The rule is set: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return _account_crumbs()

    def initial(self) -> dict[str, Any]:
        return {"from_on": localdate(self.at).replace(day=1)}

    def act(self, form: Any) -> SharingRule:
        given = form.cleaned_data
        return invoices.set_sharing_rule(
            key=SharingKey(given["key"]),
            from_on=given["from_on"],
            carrier=given["carrier"],
            account=given["account"],
            actor=self.actor,
            at=self.at,
        )


def _account_crumbs() -> Sequence[Crumb]:
    return (
        Crumb("Accounts and months", reverse("bills:periods")),
        Crumb("Cost accounts and sharing", reverse("bills:accounts")),
    )
