"""Pages of invoices: the list, one with its lines, findings and shares, and its approval."""

import csv
import io
from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Count, Q, QuerySet, Sum
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import Invoice, InvoiceApproval, Share
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.queries.finance import amount
from quartermaster.billing.queries.paying import payment_of, undecided
from quartermaster.kernel.csvsafe import safe
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import reach
from quartermaster.web.bills.tables import FINDING_TONES, InvoiceTable
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    ListPage,
)

MOST_LINES = 300
_OPEN = Q(findings__state="open")


class InvoiceFilters(Filters):
    state = django_filters.ChoiceFilter(
        method="narrowed",
        label="State",
        empty_label="In force",
        choices=[
            ("waiting", "Not approved"),
            ("approved", "Approved"),
            ("superseded", "Superseded"),
        ],
    )

    def filter_queryset(self, queryset: QuerySet[Invoice]) -> QuerySet[Invoice]:
        if not self.form.cleaned_data.get("state"):
            queryset = queryset.filter(superseded_at=None)
        found: QuerySet[Invoice] = super().filter_queryset(queryset)
        return found

    def narrowed(self, rows: QuerySet[Invoice], _name: str, value: str) -> QuerySet[Invoice]:
        if value == "superseded":
            return rows.filter(superseded_at__isnull=False)
        return rows.filter(superseded_at=None, approval__isnull=value == "waiting")


class Invoices(ListPage[Invoice]):
    """What carriers bill: a coordinator sees what their department bears of (G-9, G-12)."""

    permit = permits.INVOICE_VIEW
    title = "Invoices"
    lead = "Each is held against the lines that were ordered. What is found waits for a person."
    table_class = InvoiceTable
    filters = InvoiceFilters
    search = ("number", "carrier", "account")
    search_hint = "Number, carrier or account"
    empty = "No invoice was taken in yet."
    noun = ("invoice", "invoices")

    def rows(self) -> QuerySet[Invoice]:
        seen = queries.findings_visible_to(self.actor).values("id")
        count = Count("findings", filter=_OPEN & Q(findings__in=seen), distinct=True)
        rows = queries.invoices_visible_to(self.actor).annotate(open_findings=count)
        return rows.order_by("-cycle_until", "carrier", "account", "-revision")

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Findings", "bills:findings", permits.BILL_VIEW),
            Button("Disputes", "bills:disputes", permits.DISPUTE_VIEW),
            Button("Accounts and months", "bills:periods", permits.FINANCE_EXPORT),
        )


class InvoicePage(DetailPage[Invoice]):
    """One invoice: what is to be paid, what was found, its lines, who bears what."""

    permit = permits.INVOICE_VIEW
    thing = "invoice"
    template_name = "bills/invoice.html"

    def rows(self) -> QuerySet[Invoice]:
        return queries.invoices_visible_to(self.actor)

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.request.GET.get("format") == "csv":
            name = f"shares-{self.object.number}.csv"
            return csv_answer(shares_as_csv(self._shares()), name)
        return super().get(*args, **kwargs)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Invoices", reverse("bills:invoices")),)

    def state(self) -> Any:
        row = self.object
        if not row.in_force:
            return chip("Superseded", tone="neutral")
        approved = getattr(row, "approval", None)
        return chip("Approved" if approved else "Not approved", tone="good" if approved else "info")

    @property
    def whole(self) -> bool:
        """Whether whoever reads sees every department's."""
        return reach(self.actor, permits.INVOICE_VIEW).everything

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("Account", row.account, note=row.carrier),
            Fact("Cycle", f"{full_date(row.cycle_from)} to {full_date(row.cycle_until)}"),
            Fact("Issued", full_date(row.issued_on)),
            Fact("Due", full_date(row.due_on) if row.due_on else ""),
        ]
        if self.whole:
            facts += self._amounts()
        borne = self._shares().aggregate(sum=Sum("cents"))["sum"] or 0
        facts.append(Fact("Shared out" if self.whole else "Your department", dollars(borne)))
        if row.before is not None and self.whole:
            here = reverse("bills:invoice", kwargs={"key": row.before.pk})
            facts.append(Fact("Takes the place of", f"revision {row.before.revision}", here))
        return facts

    def _amounts(self) -> list[Fact]:
        row = self.object
        approval = getattr(row, "approval", None)
        off = row.difference_cents
        note = f"Its own total says {dollars(row.stated_cents)}: {dollars(off)} off" if off else ""
        facts = [Fact("Total of its charges", dollars(row.read_cents), note=note)]
        held = approval or payment_of(row)
        if held.personal_cents:
            facts.append(Fact("Personal, never paid", dollars(held.personal_cents)))
        if held.disputed_cents:
            facts.append(Fact("Disputed, held back", dollars(held.disputed_cents)))
        paid = "if it were approved now"
        if approval is not None:
            paid = f"approved {full_time(approval.approved_at)} by {approval.approved_label}"
        return [*facts, Fact("To be paid", dollars(held.payable_cents), note=paid)]

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        if not row.in_force or getattr(row, "approval", None):
            return ()
        return (
            Button("Approve for payment", "bills:approve", permits.INVOICE_APPROVE, kwargs, ""),
        )

    def _shares(self) -> QuerySet[Share]:
        rows = queries.shares_visible_to(self.actor)
        return rows.filter(allocation__invoice=self.object)

    def context(self) -> dict[str, Any]:
        lines = queries.lines_visible_to(self.actor, self.object)
        found = queries.findings_visible_to(self.actor).filter(invoice=self.object)
        by_department = self._shares().values("department__name", "account")
        return {
            **super().context(),
            "findings": found.order_by("state", "number", "kind")[:MOST_LINES],
            "tones": FINDING_TONES,
            "lines": lines[:MOST_LINES],
            "line_count": lines.count(),
            "most": MOST_LINES,
            "account_charges": self.object.charges.filter(line=None) if self.whole else (),
            "shares": by_department.annotate(cents=Sum("cents")).order_by("department__name"),
        }


class ApproveForm(forms.Form):
    note = forms.CharField(
        label="Note",
        max_length=300,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        help_text="Needed where the invoice's own total is another than the sum of its charges.",
    )
    shown = forms.IntegerField(widget=forms.HiddenInput)


class Approve(ActPage[Invoice]):
    """Approve an invoice for payment (G-12, G-2)."""

    permit = permits.INVOICE_APPROVE
    thing = "invoice"
    title = "Approve for payment"
    form_class = ApproveForm
    submit = "Approve"
    done = "{} is approved."

    def rows(self) -> QuerySet[Invoice]:
        return queries.invoices_visible_to(self.actor).filter(superseded_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        return invoice_crumbs(self.object)

    def explain(self) -> str:
        payment = payment_of(self.object)
        return f"{self.object}: {dollars(payment.payable_cents)} is to be paid."

    def consequences(self) -> Sequence[str]:
        payment, waiting = payment_of(self.object), undecided(self.object)
        said = [f"Billed: {dollars(payment.total_cents)}."]
        if payment.personal_cents:
            said.append(f"Held back for personal numbers: {dollars(payment.personal_cents)}.")
        if payment.disputed_cents:
            said.append(f"Held back as disputed: {dollars(payment.disputed_cents)}.")
        if waiting:
            said.append(f"{waiting} of its findings are to be decided first.")
        said.append("Your name is kept with it, and it is approved once.")
        return said

    def initial(self) -> dict[str, Any]:
        return {"shown": payment_of(self.object).payable_cents}

    def act(self, form: Any) -> InvoiceApproval:
        return invoices.approve_invoice(
            invoice_id=self.object.pk,
            note=form.cleaned_data["note"],
            shown_cents=form.cleaned_data["shown"],
            actor=self.actor,
            at=self.at,
        )


def invoice_crumbs(invoice: Invoice) -> Sequence[Crumb]:
    here = reverse("bills:invoice", kwargs={"key": invoice.pk})
    return (Crumb("Invoices", reverse("bills:invoices")), Crumb(str(invoice), here))


SHARE_COLUMNS = ("Carrier", "Account", "Invoice", "Number", "Department", "Cost account", "Amount")


def shares_as_csv(rows: QuerySet[Share]) -> str:
    """Who bears what, line by line; no cell of it is run by a spreadsheet."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([*SHARE_COLUMNS, "Basis"])
    for row in rows.order_by("line__place", "id").iterator():
        invoice = row.allocation.invoice
        cells = (
            invoice.carrier,
            invoice.account,
            invoice.number,
            row.line.number if row.line else "",
            row.department.code if row.department else "",
            row.account,
            amount(row.cents),
            row.basis,
        )
        writer.writerow([safe(cell) for cell in cells])
    return text.getvalue()


def csv_answer(text: str, name: str) -> HttpResponse:
    return HttpResponse(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{safe_name(name)}"'},
    )


def safe_name(name: str) -> str:
    return "".join(letter if letter.isalnum() or letter in "-._" else "-" for letter in name)
