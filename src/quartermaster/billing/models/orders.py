"""Purchase orders, their lines, and each piece that came."""

from django.db import models
from django.db.models import F, Q

from quartermaster.billing.models.base import amount
from quartermaster.billing.models.contracts import CatalogueItem, Contract, Plan
from quartermaster.billing.rules.orders import (
    APPROVED_STATES,
    MOST_QUANTITY,
    OVER_STATES,
    SENT_STATES,
    LineKind,
    OrderState,
    PieceState,
)
from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Accessory, Device, Line, Ownership, Sim
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Department, Person


class Order(Row):
    """A purchase order to one vendor, under one contract. Its money is integer cents."""

    number = models.CharField(max_length=12, unique=True)
    contract = models.ForeignKey(Contract, on_delete=models.PROTECT, related_name="orders")
    state = models.CharField(
        max_length=10, choices=choices(OrderState), default=OrderState.DRAFT.value
    )
    note = models.CharField(max_length=300, blank=True)
    total_cents = models.BigIntegerField("price", default=0)
    monthly_cents = models.BigIntegerField("a month", default=0)
    raised_at = models.DateTimeField()
    raised_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    raised_label = models.CharField("raised by", max_length=200)
    limit_cents = models.BigIntegerField("limit at its approval", null=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_at = models.DateTimeField(null=True)
    document = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-raised_at", "-id"]
        constraints = [
            amount("order", "total_cents"),
            amount("order", "monthly_cents"),
            models.CheckConstraint(
                condition=Q(state__in=values(OrderState)), name="billing_order_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(APPROVED_STATES))
                | Q(
                    approved_at__isnull=False,
                    approved_by__isnull=False,
                    limit_cents__isnull=False,
                ),
                name="billing_order_approved_by_a_person",
            ),
            models.CheckConstraint(
                condition=Q(approved_by=None)
                | Q(total_cents__lte=F("limit_cents"))
                | Q(raised_by=None)
                | ~Q(approved_by=F("raised_by")),
                name="billing_order_above_the_limit_by_two",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(SENT_STATES))
                | Q(sent_at__isnull=False, document__isnull=False),
                name="billing_order_sent_as_a_document",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(OVER_STATES), closed_at__isnull=False)
                | (~Q(state__in=values(OVER_STATES)) & Q(closed_at=None)),
                name="billing_order_closing_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(Row):
    """What is ordered, out of one item of an authorised request, and for the City alone.

    ``request_item_id`` is the item's key as a plain value: requests are of a room above.
    """

    order = models.ForeignKey(Order, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveSmallIntegerField()
    request_item_id = models.UUIDField()
    live = models.BooleanField(default=True)
    kind = models.CharField(max_length=10, choices=choices(LineKind))
    item = models.ForeignKey(
        CatalogueItem, null=True, on_delete=models.PROTECT, related_name="lines"
    )
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="lines")
    quantity = models.PositiveSmallIntegerField(default=1)
    unit_cents = models.BigIntegerField()
    monthly_cents = models.BigIntegerField(default=0)
    account = models.CharField(max_length=40, blank=True)
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    holder = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    for_device = models.ForeignKey(
        Device, null=True, on_delete=models.PROTECT, related_name="+"
    )  # the device in stock that a line is for
    ownership = models.CharField(max_length=10, default=Ownership.CITY.value)

    class Meta:
        ordering = ["order_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["order", "place"], name="billing_line_in_place"),
            models.UniqueConstraint(
                fields=["request_item_id"],
                condition=Q(live=True),
                name="billing_request_item_ordered_once",
            ),
            models.CheckConstraint(
                condition=Q(ownership="city"), name="billing_nothing_personal_is_ordered"
            ),
            amount("line", "unit_cents"),
            amount("line", "monthly_cents"),
            models.CheckConstraint(
                condition=Q(quantity__gte=1, quantity__lte=MOST_QUANTITY),
                name="billing_line_quantity_sound",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=values(LineKind)), name="billing_line_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(kind="line", plan__isnull=False)
                | Q(kind="device", item__isnull=False)
                | Q(kind="accessory", item__isnull=False, plan=None),
                name="billing_line_says_what",
            ),
            models.CheckConstraint(
                condition=Q(plan__isnull=False) | Q(monthly_cents=0),
                name="billing_line_monthly_where_a_plan",
            ),
            models.CheckConstraint(
                condition=Q(for_device=None) | Q(kind="line"),
                name="billing_line_for_a_device_is_a_line",
            ),
        ]

    def __str__(self) -> str:
        return " with ".join(str(part) for part in (self.item, self.plan) if part)


class Piece(Row):
    """One piece that came: taken into stock, or gone back to the vendor with the reason."""

    line = models.ForeignKey(OrderLine, on_delete=models.PROTECT, related_name="pieces")
    scanned = models.CharField("as it was scanned", max_length=300)
    state = models.CharField(
        max_length=10, choices=choices(PieceState), default=PieceState.KEPT.value
    )
    reason = models.CharField("why it went back", max_length=300, blank=True)
    device = models.OneToOneField(
        Device, null=True, on_delete=models.PROTECT, related_name="ordered"
    )
    accessory = models.OneToOneField(
        Accessory, null=True, on_delete=models.PROTECT, related_name="ordered"
    )
    sim = models.OneToOneField(Sim, null=True, on_delete=models.PROTECT, related_name="ordered")
    received_at = models.DateTimeField()
    received_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["received_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="kept", reason="")
                & (
                    Q(device__isnull=False, accessory=None)
                    | Q(device=None, accessory__isnull=False)
                    | Q(device=None, accessory=None, sim__isnull=False)
                )
                | Q(state="returned", device=None, accessory=None, sim=None) & ~Q(reason=""),
                name="billing_piece_kept_or_returned",
            )
        ]

    def __str__(self) -> str:
        return str(self.device or self.accessory or self.sim or self.scanned)


class Service(Row):
    """A line as it was ordered: under which plan, charged to whom, from when until when.

    It is what invoices are held against. One of these is open for a line; ``order_line`` is empty
    where the line was there before orders were, with the reason.
    """

    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="services")
    sim = models.ForeignKey(Sim, null=True, on_delete=models.PROTECT, related_name="services")
    plan = models.ForeignKey(Plan, on_delete=models.PROTECT, related_name="services")
    order_line = models.ForeignKey(
        OrderLine, null=True, on_delete=models.PROTECT, related_name="services"
    )
    account = models.CharField(max_length=40, blank=True)
    from_on = models.DateField()
    until_on = models.DateField(null=True)  # a day that no longer belongs to it
    reason = models.CharField(max_length=300, blank=True)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["from_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(line__isnull=False) | Q(sim__isnull=False),
                name="billing_service_of_a_line_or_sim",
            ),
            models.CheckConstraint(
                condition=Q(order_line__isnull=False) | ~Q(reason=""),
                name="billing_service_ordered_or_explained",
            ),
            models.CheckConstraint(
                condition=Q(until_on=None) | Q(until_on__gt=F("from_on")),
                name="billing_service_span_in_order",
            ),
            models.UniqueConstraint(
                fields=["line"], condition=Q(until_on=None), name="billing_one_service_a_line"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line or self.sim}, {self.plan}"
