"""Lists of invoices, findings, disputes and periods."""

from datetime import date
from typing import Any

import django_tables2 as tables

from quartermaster.billing.models import BillingFinding, BillingPeriod, Dispute, Invoice
from quartermaster.billing.models import PersonalNumber as OwnNumber
from quartermaster.kernel.money import dollars
from quartermaster.web.pages import ChipColumn, LinkColumn, NumberColumn, Table, WhenColumn

FINDING_TONES = {
    "open": "warning",
    "accepted": "neutral",
    "explained": "neutral",
    "disputed": "info",
    "settled": "good",
    "closed": "neutral",
}
DISPUTE_TONES = {
    "draft": "warning",
    "sent": "info",
    "answered": "info",
    "settled": "good",
    "dropped": "neutral",
}


class MoneyColumn(tables.Column):
    """Cents as dollars."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(attrs={"td": {"class": "house-number"}}, **kwargs)

    def render(self, value: int) -> str:
        return dollars(value)

    def value(self, value: int) -> Any:
        return dollars(value)


class MonthColumn(LinkColumn):
    """A month that leads to its page; as 2026-10 in CSV."""

    def render(self, value: date, record: Any) -> str:
        return super().render(f"{value:%B %Y}", record)

    def value(self, value: date) -> Any:
        return f"{value:%Y-%m}"


class InvoiceTable(Table):
    number = LinkColumn("bills:invoice", verbose_name="Invoice")
    carrier = tables.Column()
    account = tables.Column()
    cycle_until = WhenColumn(full=True, verbose_name="Cycle ended")
    line_count = tables.Column(verbose_name="Lines")
    read_cents = MoneyColumn(verbose_name="Total")
    open_findings = tables.Column(verbose_name="To be decided")
    due_on = WhenColumn(full=True, verbose_name="Due")
    approved = tables.Column(
        accessor="approval__approved_at", verbose_name="Approved", empty_values=()
    )

    class Meta(Table.Meta):
        model = Invoice
        fields = ()

    def render_approved(self, record: Invoice) -> str:
        approval = getattr(record, "approval", None)
        return f"{dollars(approval.payable_cents)} to be paid" if approval else "Not yet"

    def value_approved(self, record: Invoice) -> str:
        return self.render_approved(record)


class FindingTable(Table):
    kind = LinkColumn(
        "bills:finding", verbose_name="What", accessor="get_kind_display", order_by=("kind",)
    )
    number = NumberColumn(verbose_name="Number")
    cents = MoneyColumn(verbose_name="At stake")
    sentence = tables.Column(verbose_name="In a sentence", orderable=False)
    department = tables.Column(accessor="department__name", verbose_name="Department")
    invoice = tables.Column(accessor="invoice__number", verbose_name="Invoice")
    state = ChipColumn(FINDING_TONES)
    opened_at = WhenColumn(verbose_name="Found")

    class Meta(Table.Meta):
        model = BillingFinding
        fields = ()


class DisputeTable(Table):
    number = LinkColumn("bills:dispute", verbose_name="Dispute")
    carrier = tables.Column(accessor="invoice__carrier", verbose_name="Carrier")
    invoice = tables.Column(accessor="invoice__number", verbose_name="Invoice")
    state = ChipColumn(DISPUTE_TONES)
    claimed_cents = MoneyColumn(verbose_name="Asked back", orderable=False)
    credited_cents = MoneyColumn(verbose_name="Credited", orderable=False)
    sent_at = WhenColumn(verbose_name="Sent")
    due_on = WhenColumn(full=True, verbose_name="Answer due")

    class Meta(Table.Meta):
        model = Dispute
        fields = ()


class PeriodTable(Table):
    month = MonthColumn("bills:period", verbose_name="Month")
    posted_cents = MoneyColumn(verbose_name="Posted")
    closed_label = tables.Column(verbose_name="Closed by")
    closed_at = WhenColumn(verbose_name="Closed")

    class Meta(Table.Meta):
        model = BillingPeriod
        fields = ()


class PersonalTable(Table):
    number = NumberColumn("bills:personal-end", verbose_name="Number")
    person = tables.Column(verbose_name="Whose", orderable=False)
    how = tables.Column(verbose_name="How it is known", orderable=False)
    entered_by = tables.Column(verbose_name="Entered by")
    entered_at = WhenColumn(verbose_name="Entered")

    class Meta(Table.Meta):
        model = OwnNumber
        fields = ()
