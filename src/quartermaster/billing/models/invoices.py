"""Invoices as they were kept: written once, added up to the cent, one in force for a cycle."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from quartermaster.billing.rules.invoices import ChargeKind
from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.kernel.money import LARGEST


def signed_amount(table: str, name: str) -> models.CheckConstraint:
    """Cents of either sign that are not beyond reason."""
    return models.CheckConstraint(
        condition=Q(**{f"{name}__gte": -LARGEST, f"{name}__lte": LARGEST}),
        name=f"billing_{table}_{name}_sound",
    )


class Invoice(Row):
    """One invoice of one account for one bill cycle.

    The same carrier, account and cycle have one invoice in force; a corrected one takes its place
    and names it as ``before``. It is open while its lines are written and sealed in the same act:
    a trigger then has its charges add up to its lines and its total, and refuses any change.
    """

    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40)
    cycle_from = models.DateField("first day")
    cycle_until = models.DateField("last day")
    number = models.CharField("invoice number", max_length=60)
    issued_on = models.DateField("issued")
    due_on = models.DateField("due", null=True)
    digest = models.CharField("SHA-256 of what was read", max_length=64)
    stated_cents = models.BigIntegerField("its own total")
    read_cents = models.BigIntegerField("sum of its charges")
    line_count = models.PositiveIntegerField("lines")
    source = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sealed = models.BooleanField(default=False)
    revision = models.PositiveSmallIntegerField(default=1)
    before = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    superseded_at = models.DateTimeField(null=True)
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-cycle_until", "carrier", "account", "-revision"]
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"),
                "account",
                "cycle_from",
                "cycle_until",
                condition=Q(superseded_at=None),
                name="billing_one_invoice_in_force",
            ),
            models.UniqueConstraint(
                Lower("carrier"),
                "account",
                "cycle_from",
                "cycle_until",
                "revision",
                name="billing_invoice_revised_once",
            ),
            models.CheckConstraint(
                condition=Q(revision=1, before=None) | Q(revision__gt=1, before__isnull=False),
                name="billing_invoice_revision_follows_another",
            ),
            models.CheckConstraint(
                condition=Q(cycle_until__gte=F("cycle_from")),
                name="billing_invoice_cycle_in_order",
            ),
            models.CheckConstraint(
                condition=~Q(carrier="") & ~Q(account="") & ~Q(number=""),
                name="billing_invoice_named",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="billing_invoice_digest_is_sha256",
            ),
            signed_amount("invoice", "stated_cents"),
            signed_amount("invoice", "read_cents"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier} {self.number}"

    @property
    def in_force(self) -> bool:
        return self.superseded_at is None

    @property
    def difference_cents(self) -> int:
        """What the invoice's own total has more than its charges; nothing, where it is right."""
        return self.stated_cents - self.read_cents


class InvoiceLine(Row):
    """What an invoice says of one number: its plan, what it used, and the sum of its charges."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="lines")
    place = models.PositiveIntegerField()
    number = models.CharField("phone number", max_length=16)
    plan = models.CharField(max_length=80, blank=True)
    user = models.CharField("name on the bill", max_length=120, blank=True)
    cost_centre = models.CharField(max_length=60, blank=True)
    iccid = models.CharField("ICCID", max_length=20, blank=True)
    imei = models.CharField("IMEI", max_length=16, blank=True)
    seconds = models.PositiveBigIntegerField(default=0)
    messages = models.PositiveBigIntegerField(default=0)
    kilobytes = models.PositiveBigIntegerField(default=0)
    roaming_seconds = models.PositiveBigIntegerField(default=0)
    roaming_kilobytes = models.PositiveBigIntegerField(default=0)
    international_seconds = models.PositiveBigIntegerField(default=0)
    total_cents = models.BigIntegerField("total")

    class Meta:
        ordering = ["invoice_id", "place"]
        constraints = [
            models.UniqueConstraint(
                fields=["invoice", "number"], name="billing_number_once_an_invoice"
            ),
            models.CheckConstraint(
                condition=Q(number__regex=r"^\+[1-9][0-9]{6,14}$"),
                name="billing_invoiceline_number_e164",
            ),
            signed_amount("invoiceline", "total_cents"),
        ]
        indexes = [models.Index(fields=["number"], name="billing_invoiceline_number")]

    def __str__(self) -> str:
        return self.number

    @property
    def used(self) -> bool:
        """Whether anything at all was used."""
        return bool(self.seconds or self.messages or self.kilobytes)


class InvoiceCharge(Row):
    """One amount of an invoice, in cents: of one of its lines, or of the account as a whole."""

    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="charges")
    line = models.ForeignKey(
        InvoiceLine, null=True, on_delete=models.PROTECT, related_name="charges"
    )
    place = models.PositiveIntegerField()
    kind = models.CharField(
        max_length=14, choices=[(kind.value, kind.label) for kind in ChargeKind]
    )
    description = models.CharField(max_length=200, blank=True)
    cents = models.BigIntegerField()
    from_on = models.DateField(null=True)
    until_on = models.DateField("last day", null=True)

    class Meta:
        ordering = ["invoice_id", "place"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "place"], name="billing_charge_in_place"),
            models.CheckConstraint(
                condition=Q(kind__in=sorted(kind.value for kind in ChargeKind)),
                name="billing_charge_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(from_on=None, until_on=None) | Q(until_on__gte=F("from_on")),
                name="billing_charge_span_in_order",
            ),
            signed_amount("charge", "cents"),
        ]

    def __str__(self) -> str:
        return self.description or self.get_kind_display()
