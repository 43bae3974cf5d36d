"""Who bears what of an invoice: rules, shares to the cent, and what went to the finance system."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from quartermaster.billing.models.invoices import Invoice, InvoiceLine, signed_amount
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Department, Person


class CostAccount(Row):
    """The account of a department in the finance system; or of one cost centre of it.

    ``cost_centre`` is as invoices write it: its charges are that department's, whoever has the
    line. Empty: the department's own account, for all that no cost centre says otherwise.
    """

    department = models.ForeignKey(
        Department, on_delete=models.PROTECT, related_name="cost_accounts"
    )
    cost_centre = models.CharField(max_length=60, blank=True)
    account = models.CharField("account in the finance system", max_length=60)

    class Meta:
        ordering = ["department", "cost_centre"]
        constraints = [
            models.UniqueConstraint(
                Lower("cost_centre"),
                condition=~Q(cost_centre=""),
                name="billing_cost_centre_once",
            ),
            models.UniqueConstraint(
                fields=["department"],
                condition=Q(cost_centre=""),
                name="billing_one_account_a_department",
            ),
            models.CheckConstraint(condition=~Q(account=""), name="billing_cost_account_named"),
        ]

    def __str__(self) -> str:
        return self.account


class SharingRule(Row):
    """How what is of no line is shared out from a day on; of one account, or (empty) of all."""

    carrier = models.CharField(max_length=60, blank=True)
    account = models.CharField(max_length=40, blank=True)
    key = models.CharField(max_length=10, choices=choices(SharingKey))
    from_on = models.DateField()
    entered_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["carrier", "account", "-from_on"]
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"), "account", "from_on", name="billing_one_sharing_rule_a_day"
            ),
            models.CheckConstraint(
                condition=Q(key__in=values(SharingKey)), name="billing_sharing_key_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account or 'All accounts'}: {self.get_key_display()}"


class Allocation(Row):
    """An invoice shared out among departments; sealed, so that its shares add up to the cent."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="allocations")
    total_cents = models.BigIntegerField("total")
    digest = models.CharField(max_length=64)
    sealed = models.BooleanField(default=False)
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice"],
                condition=Q(superseded_at=None),
                name="billing_one_allocation_in_force",
            ),
            signed_amount("allocation", "total_cents"),
        ]

    def __str__(self) -> str:
        return f"Allocation of {self.invoice}"


class Share(Row):
    """What a department bears of one line, or of what is of no line, with how it was reckoned.

    No department: nobody is known for it; it stays with ITMD.
    """

    allocation = models.ForeignKey(Allocation, on_delete=models.PROTECT, related_name="shares")
    line = models.ForeignKey(
        InvoiceLine, null=True, on_delete=models.PROTECT, related_name="shares"
    )
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.CharField(max_length=60, blank=True)
    cents = models.BigIntegerField()
    basis = models.CharField(max_length=200)

    class Meta:
        ordering = ["allocation_id", "id"]
        constraints = [signed_amount("share", "cents")]
        indexes = [models.Index(fields=["department", "allocation"], name="billing_share_of_whom")]

    def __str__(self) -> str:
        return self.basis


class BillingPeriod(Row):
    """A month that is closed for the finance system: what comes later comes as a difference."""

    month = models.DateField(unique=True)
    closed_at = models.DateTimeField()
    closed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    closed_label = models.CharField("closed by", max_length=200)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1), name="billing_period_begins_on_the_first"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%B %Y}"


class Posting(Row):
    """One amount for the finance system, of one invoice and account, in one closed period."""

    period = models.ForeignKey(BillingPeriod, on_delete=models.PROTECT, related_name="postings")
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="postings")
    department = models.ForeignKey(
        Department, null=True, on_delete=models.PROTECT, related_name="+"
    )
    account = models.CharField(max_length=60, blank=True)
    cents = models.BigIntegerField()
    correction = models.BooleanField("corrects an earlier period", default=False)

    class Meta:
        ordering = ["period_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["period", "invoice", "department", "account"],
                nulls_distinct=False,
                name="billing_posted_once_a_period",
            ),
            models.CheckConstraint(condition=~Q(cents=0), name="billing_posting_of_something"),
            signed_amount("posting", "cents"),
        ]

    def __str__(self) -> str:
        return f"{self.account}: {self.cents}"
