"""Contracts with carriers and vendors, their plans with rates, and what they sell."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from quartermaster.billing.models.base import amount
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.models import AccessoryKind, DeviceModel
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values


class Contract(Row):
    """A contract of the City, under which alone things and lines are ordered (G-12)."""

    number = models.CharField(max_length=60)
    vendor = models.CharField("carrier or vendor", max_length=60)
    carrier = models.BooleanField("it provides lines", default=False)
    account = models.CharField(max_length=40, blank=True)
    email = models.EmailField("where orders go", max_length=254, blank=True)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["vendor", "number"]
        constraints = [
            models.UniqueConstraint(
                Lower("vendor"), Lower("number"), name="billing_contract_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(ends_on__gte=F("starts_on")),
                name="billing_contract_span_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(number="") & ~Q(vendor=""), name="billing_contract_named"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.vendor}, {self.number}"


class Plan(Row):
    """A carrier's plan. What it costs when, its rates say; no allowance: unlimited."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="plans")
    name = models.CharField(max_length=80)
    allowance_mb = models.PositiveIntegerField("megabytes a month", null=True, blank=True)
    allowance_minutes = models.PositiveIntegerField("minutes a month", null=True, blank=True)
    pooled = models.BooleanField("its lines share their allowance", default=False, db_default=False)
    sold = models.BooleanField("can be ordered", default=True)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint("contract", Lower("name"), name="billing_plan_named_once"),
            models.CheckConstraint(condition=~Q(name=""), name="billing_plan_named"),
        ]

    def __str__(self) -> str:
        return self.name


class Rate(Row):
    """What a plan costs a month from a day on, in cents, until the next rate."""

    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="rates")
    monthly_cents = models.BigIntegerField()
    from_on = models.DateField()

    class Meta:
        ordering = ["-from_on"]
        constraints = [
            models.UniqueConstraint(fields=["plan", "from_on"], name="billing_one_rate_a_day"),
            amount("rate", "monthly_cents"),
        ]

    def __str__(self) -> str:
        return f"{self.plan} from {self.from_on}"


class CatalogueItem(Row):
    """Something that can be ordered under a contract, at a price in cents."""

    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="items")
    kind = models.CharField(max_length=10, choices=choices(LineKind))
    name = models.CharField(max_length=120)
    model = models.ForeignKey(
        DeviceModel, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    accessory_kind = models.CharField(max_length=12, blank=True, choices=AccessoryKind.choices)
    price_cents = models.BigIntegerField()
    sold = models.BooleanField("can be ordered", default=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [
            models.UniqueConstraint("contract", Lower("name"), name="billing_item_named_once"),
            amount("item", "price_cents"),
            models.CheckConstraint(
                condition=Q(kind__in=values(LineKind)), name="billing_item_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="device", model__isnull=False, accessory_kind="")
                | Q(kind="accessory", model=None) & ~Q(accessory_kind="")
                | Q(kind="line", model=None, accessory_kind=""),
                name="billing_item_kind_fits",
            ),
        ]

    def __str__(self) -> str:
        return self.name
