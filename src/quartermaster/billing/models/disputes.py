"""Disputes with a carrier: what is asked back of an invoice, the letter, and what was credited."""

from django.db import models
from django.db.models import Q

from quartermaster.billing.models.base import amount
from quartermaster.billing.models.contracts import Contract
from quartermaster.billing.models.findings import BillingFinding
from quartermaster.billing.models.invoices import Invoice, InvoiceCharge
from quartermaster.billing.rules.bills import OVER, WAITING, DisputeState
from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person


class Dispute(Row):
    """What is asked back of one invoice, collected until it is sent."""

    number = models.CharField(max_length=12, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="disputes")
    contract = models.ForeignKey(Contract, null=True, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=10, choices=choices(DisputeState), default=DisputeState.DRAFT.value
    )
    opened_at = models.DateTimeField()
    opened_label = models.CharField("opened by", max_length=200)
    sent_at = models.DateTimeField(null=True)
    sent_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    sent_to = models.EmailField(max_length=254, blank=True)
    letter = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    due_on = models.DateField("answer due", null=True)
    reminded_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(state="draft"),
                name="billing_one_dispute_collected_an_invoice",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(DisputeState)), name="billing_dispute_state_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(WAITING))
                | Q(sent_at__isnull=False, letter__isnull=False, due_on__isnull=False),
                name="billing_dispute_sent_as_a_letter",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(OVER), closed_at__isnull=False)
                | (~Q(state__in=values(OVER)) & Q(closed_at=None)),
                name="billing_dispute_closing_dated",
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def claimed_cents(self) -> int:
        return sum(item.cents for item in self.items.all())

    @property
    def credited_cents(self) -> int:
        return sum(item.credited_cents for item in self.items.all())

    @property
    def outstanding_cents(self) -> int:
        return self.claimed_cents - self.credited_cents


class DisputeItem(Row):
    """One finding in a dispute, with the amount that is asked back for it."""

    dispute = models.ForeignKey(Dispute, on_delete=models.PROTECT, related_name="items")
    finding = models.ForeignKey(
        BillingFinding, on_delete=models.PROTECT, related_name="dispute_items"
    )
    cents = models.BigIntegerField("asked back")
    live = models.BooleanField(default=True)

    class Meta:
        ordering = ["dispute_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["finding"], condition=Q(live=True), name="billing_finding_disputed_once"
            ),
            amount("disputeitem", "cents"),
        ]

    def __str__(self) -> str:
        return f"{self.finding}: {self.cents}"

    @property
    def credited_cents(self) -> int:
        return sum(credit.cents for credit in self.credits.all())

    @property
    def outstanding_cents(self) -> int:
        return self.cents - self.credited_cents


class DisputeCredit(Row):
    """A part of a credit on a later invoice, put to what was asked back."""

    item = models.ForeignKey(DisputeItem, on_delete=models.PROTECT, related_name="credits")
    charge = models.ForeignKey(InvoiceCharge, on_delete=models.PROTECT, related_name="credited_to")
    cents = models.BigIntegerField()
    seen_at = models.DateTimeField()
    seen_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["seen_at", "id"]
        constraints = [
            models.UniqueConstraint(fields=["item", "charge"], name="billing_credit_put_once"),
            models.CheckConstraint(
                condition=Q(cents__gt=0), name="billing_credit_more_than_nothing"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cents} for {self.item}"
