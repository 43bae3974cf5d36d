"""How carriers are reached, and what was asked of them about their lines."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from quartermaster.billing.models.contracts import Plan
from quartermaster.billing.rules.line_orders import (
    OPEN_ORDERS,
    SETTLED_ORDERS,
    WITH_CARRIER,
    LineOrderKind,
    LineOrderState,
)
from quartermaster.inventory.models import Line, Sim
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person


class CarrierAccess(Row):
    """How orders about a carrier's lines reach it: by which adapter, or to whom a letter goes.

    An account of a carrier may have one of its own; an access without an account is for the rest.
    """

    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40, blank=True)
    adapter = models.CharField(max_length=30)
    address = models.CharField("API address", max_length=200, blank=True)
    contact = models.EmailField("whom to write to", max_length=254, blank=True)
    values = models.JSONField(default=dict)  # what is no secret
    secrets = models.BinaryField(null=True)  # the rest, sealed; never shown
    callback_key = models.BinaryField(null=True)  # sealed; part of the address given to the carrier
    restores_after_days = models.PositiveSmallIntegerField(
        "days after which it restores a suspended line by itself", null=True, blank=True
    )
    paused_until = models.DateTimeField(null=True)  # it asked us to wait
    locked = models.BooleanField("it does not let us in", default=False)
    trouble = models.CharField("last trouble", max_length=300, blank=True)
    trouble_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["carrier", "account"]
        verbose_name_plural = "carrier accesses"
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"), "account", name="billing_one_access_an_account"
            ),
            models.CheckConstraint(
                condition=~Q(carrier="") & ~Q(adapter=""), name="billing_access_named"
            ),
            models.CheckConstraint(
                condition=Q(trouble="", trouble_at=None)
                | (~Q(trouble="") & Q(trouble_at__isnull=False)),
                name="billing_access_trouble_is_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}, account {self.account}" if self.account else self.carrier


class LineOrder(Row):
    """One change of one line, from being asked for to the carrier's word.

    The line's own status follows that word, and nothing else. ``due_at`` is when the house looks
    at it next: to send it, to ask how far it is, to remind; a worker that looks locks it first.
    """

    line = models.ForeignKey(Line, on_delete=models.PROTECT, related_name="orders")
    kind = models.CharField(max_length=12, choices=choices(LineOrderKind))
    state = models.CharField(
        max_length=10, choices=choices(LineOrderState), default=LineOrderState.ASKED.value
    )
    reason = models.CharField(max_length=300)
    note = models.CharField("said to the carrier", max_length=300, blank=True)
    waits_for = models.CharField("what it waits for", max_length=120, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.CharField(max_length=200)
    asked_by_person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cause_kind = models.CharField(max_length=60, blank=True)
    cause_id = models.UUIDField(null=True)
    also = models.JSONField("further causes", default=list)
    sim = models.ForeignKey(Sim, null=True, on_delete=models.PROTECT, related_name="+")
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="+")
    recalls = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="+")
    by_itself = models.BooleanField("the carrier does it by itself", default=False)

    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    trouble = models.CharField(max_length=300, blank=True)

    by_hand = models.BooleanField("written by a person", default=False)
    access = models.ForeignKey(
        CarrierAccess, null=True, on_delete=models.SET_NULL, related_name="orders"
    )
    adapter = models.CharField(max_length=30, blank=True)
    sent_at = models.DateTimeField(null=True)
    mailed_to = models.CharField("asked of", max_length=254, blank=True)
    answer_by = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    reference = models.CharField("the carrier's reference", max_length=120, blank=True)
    answer = models.CharField("the carrier's answer", max_length=300, blank=True)
    done_at = models.DateTimeField("done by the carrier", null=True)
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)
    restores_on = models.DateField("comes back by itself on", null=True)
    warn_on = models.DateField(null=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="billing_line_order_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(fields=["cause_kind", "cause_id"], name="billing_line_order_cause"),
            models.Index(
                fields=["warn_on"],
                name="billing_line_order_warn",
                condition=Q(warn_on__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["line", "kind"],
                condition=Q(state__in=values(OPEN_ORDERS)),
                name="billing_one_open_order_of_a_kind",
            ),
            models.UniqueConstraint(
                fields=["line"],
                condition=Q(state__in=values(WITH_CARRIER)),
                name="billing_one_order_with_the_carrier",
            ),
            models.UniqueConstraint(
                fields=["access", "reference"],
                condition=Q(state__in=values(WITH_CARRIER)) & ~Q(reference=""),
                name="billing_reference_once_while_open",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=values(LineOrderKind))
                & Q(state__in=values(LineOrderState))
                & ~Q(reason=""),
                name="billing_line_order_sound",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(OPEN_ORDERS), due_at__isnull=False, settled_at=None)
                | Q(
                    state__in=values(SETTLED_ORDERS),
                    due_at=None,
                    locked_until=None,
                    settled_at__isnull=False,
                ),
                name="billing_line_order_open_is_due",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values({*WITH_CARRIER, LineOrderState.CONFIRMED}))
                | (Q(sent_at__isnull=False, answer_by__isnull=False) & ~Q(adapter="")),
                name="billing_line_order_sent_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed") | (Q(done_at__isnull=False) & ~Q(settled_by="")),
                name="billing_line_order_word_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state="confirmed", adapter="manual") | ~Q(reference=""),
                name="billing_line_order_by_hand_has_reference",
            ),
            models.CheckConstraint(
                condition=Q(kind="swap_sim", sim__isnull=False, plan=None)
                | Q(kind="change_plan", sim=None, plan__isnull=False)
                | Q(kind__in=["suspend", "restore", "cancel"], sim=None, plan=None),
                name="billing_line_order_names_what_is_new",
            ),
            models.CheckConstraint(
                condition=Q(cause_kind="", cause_id=None)
                | (~Q(cause_kind="") & Q(cause_id__isnull=False)),
                name="billing_line_order_cause_whole",
            ),
            models.CheckConstraint(
                condition=Q(restores_on=None) | Q(kind="suspend", state="confirmed"),
                name="billing_line_order_comes_back_later",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.line}"

    @property
    def open(self) -> bool:
        return self.state in OPEN_ORDERS

    @property
    def with_carrier(self) -> bool:
        return self.state in WITH_CARRIER

    @property
    def kind_of(self) -> LineOrderKind:
        return LineOrderKind(self.kind)
