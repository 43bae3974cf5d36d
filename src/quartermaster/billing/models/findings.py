"""What was found in invoices, numbers that are people's own, and approvals for payment."""

from django.db import models
from django.db.models import F, Q

from quartermaster.billing.models.invoices import Invoice, signed_amount
from quartermaster.billing.rules.bills import DECIDED, FindingState
from quartermaster.billing.rules.matching.found import Kind
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.inventory.models import Line
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Department, Person


class BillingFinding(Row):
    """Something on an invoice that a person has to look at, from when it was found to its end.

    ``key`` is made of the invoice's identity, the kind, the number and what tells it apart: an
    invoice matched again finds the same row.
    """

    key = models.CharField(max_length=64, unique=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="findings")
    kind = models.CharField(max_length=14, choices=choices(Kind))
    clause = models.CharField(max_length=8)
    number = models.CharField("phone number", max_length=16)
    line = models.ForeignKey(Line, null=True, on_delete=models.PROTECT, related_name="+")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    cents = models.BigIntegerField("at stake")
    sentence = models.CharField(max_length=400)
    steps = models.JSONField(default=list)
    from_on = models.DateField(null=True)
    until_on = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=choices(FindingState), default=FindingState.OPEN.value
    )
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decided_label = models.CharField("decided by", max_length=200, blank=True)
    reason = models.CharField(max_length=1000, blank=True)
    closed_at = models.DateTimeField(null=True)
    closing_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-opened_at", "number", "kind"]
        verbose_name = "finding"
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=values(FindingState)), name="billing_finding_state_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=values(Kind)), name="billing_finding_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(state__in=values(DECIDED))
                | (Q(decided_at__isnull=False) & ~Q(decided_label="")),
                name="billing_finding_decided_by_somebody",
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | ~Q(reason=""),
                name="billing_finding_explained_with_a_reason",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(closing_reason="")
                | (~Q(state="closed") & Q(closed_at=None)),
                name="billing_finding_closing_says_why",
            ),
            signed_amount("finding", "cents"),
        ]
        indexes = [models.Index(fields=["state", "kind"], name="billing_finding_state_kind")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {pretty_number(self.number)}"


class PersonalNumber(Row):
    """A number that is known to be a person's own: nothing on an invoice is paid for it (G-2)."""

    number = models.CharField("phone number", max_length=16)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    how = models.CharField("how it is known", max_length=300)
    entered_at = models.DateTimeField()
    entered_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True)
    ended_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [
            models.UniqueConstraint(
                fields=["number"], condition=Q(ended_at=None), name="billing_number_personal_once"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="billing_personal_number_e164",
            ),
            models.CheckConstraint(
                condition=~Q(how="") & (Q(ended_at=None) | ~Q(ended_reason="")),
                name="billing_personal_number_says_why",
            ),
        ]

    def __str__(self) -> str:
        return pretty_number(self.number)


class InvoiceApproval(Row):
    """An invoice's approval for payment, once: what is paid, and what is held back.

    A trigger has what is personal be all that the invoice has for such numbers (G-2).
    """

    invoice = models.OneToOneField(Invoice, on_delete=models.PROTECT, related_name="approval")
    total_cents = models.BigIntegerField("total")
    personal_cents = models.BigIntegerField("personal")
    disputed_cents = models.BigIntegerField("disputed")
    payable_cents = models.BigIntegerField("to be paid")
    note = models.CharField(max_length=300, blank=True)
    approved_at = models.DateTimeField()
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_label = models.CharField("approved by", max_length=200)

    class Meta:
        ordering = ["-approved_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    payable_cents=F("total_cents") - F("personal_cents") - F("disputed_cents")
                ),
                name="billing_approval_adds_up",
            ),
            models.CheckConstraint(
                condition=Q(disputed_cents__gte=0), name="billing_approval_holds_back"
            ),
        ]

    def __str__(self) -> str:
        return f"Approval of {self.invoice}"
