from typing import Any

import django_tables2 as tables

from quartermaster.billing.models import Contract, Order
from quartermaster.kernel.money import dollars
from quartermaster.web.pages import ChipColumn, LinkColumn, Table, WhenColumn

TONES = {
    "draft": "info",
    "approved": "info",
    "sent": "warning",
    "partly": "warning",
    "received": "good",
    "closed": "neutral",
    "cancelled": "neutral",
}


class MoneyColumn(tables.Column):
    """Cents as dollars."""

    def render(self, value: int) -> str:
        return dollars(value)

    def value(self, value: int) -> Any:
        return dollars(value)


class OrderTable(Table):
    number = LinkColumn("billing:order", verbose_name="Order")
    vendor = tables.Column(accessor="contract__vendor", verbose_name="Vendor")
    state = ChipColumn(TONES)
    total_cents = MoneyColumn(verbose_name="Price")
    monthly_cents = MoneyColumn(verbose_name="A month")
    raised_label = tables.Column(verbose_name="Raised by")
    raised_at = WhenColumn(verbose_name="Raised")
    sent_at = WhenColumn(verbose_name="Sent")

    class Meta(Table.Meta):
        model = Order
        fields = ()


class ContractTable(Table):
    number = LinkColumn("billing:contract", verbose_name="Contract")
    vendor = tables.Column(verbose_name="Carrier or vendor")
    account = tables.Column()
    starts_on = WhenColumn(verbose_name="From")
    ends_on = WhenColumn(verbose_name="Until")

    class Meta(Table.Meta):
        model = Contract
        fields = ()
