"""The ledger of carriers' files: what came, what was read out of it, and what was not taken."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from quartermaster.billing.models import Invoice
from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import Family
from quartermaster.usage.rules.imports import (
    LIVE_DIFFERENCES,
    OVER_FILES,
    DifferenceState,
    FileState,
    PartState,
    Way,
)


class CarrierFile(Row):
    """A file as it came, known by the SHA-256 of its content: the same content is one file.

    The file itself is kept sealed with a key of its own, because it may hold call detail.
    """

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField("bytes")
    way = models.CharField("how it came", max_length=8, choices=choices(Way))
    state = models.CharField(
        max_length=8, choices=choices(FileState), default=FileState.RECEIVED.value
    )
    profile_key = models.CharField("profile asked for", max_length=40, blank=True)
    account = models.CharField("account said with it", max_length=40, blank=True)
    cycle_from = models.DateField(null=True)
    cycle_until = models.DateField(null=True)
    reason = models.CharField("why", max_length=300, blank=True)
    received_at = models.DateTimeField()
    received_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    received_label = models.CharField("by whom", max_length=200)
    stored = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sealed_key = models.BinaryField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    progress = models.CharField(max_length=200, blank=True)
    said = models.CharField("what became of it", max_length=500, blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        verbose_name = "carrier's file"
        constraints = [
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & ~Q(name=""),
                name="usage_carrierfile_digest_is_sha256",
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(set(FileState) - OVER_FILES), finished_at=None)
                & Q(due_at__isnull=False)
                | Q(state__in=values(OVER_FILES), finished_at__isnull=False, due_at=None),
                name="usage_carrierfile_over_is_dated",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=[FileState.REFUSED, FileState.STOPPED]) | ~Q(said=""),
                name="usage_carrierfile_refused_says_why",
            ),
            models.CheckConstraint(
                condition=Q(way__in=values(Way)), name="usage_carrierfile_way_known"
            ),
            # one after another, so that a correction never overtakes what it corrects
            models.UniqueConstraint(
                fields=["state"],
                condition=Q(state=FileState.READING.value),
                name="usage_carrierfile_one_is_read",
            ),
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="usage_carrierfile_due",
                condition=Q(due_at__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.name


class ImportedPart(Row):
    """One family of one account and cycle, as one file has it; in force, or replaced by another."""

    file = models.ForeignKey(CarrierFile, on_delete=models.PROTECT, related_name="parts")
    name = models.CharField("where in the file", max_length=200)
    family = models.CharField(
        "what it is", max_length=8, choices=[(it.value, it.label) for it in Family]
    )
    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40)
    cycle_from = models.DateField("first day")
    cycle_until = models.DateField("last day")
    profile_key = models.CharField("profile", max_length=40)
    profile_number = models.PositiveIntegerField("version of the profile", default=0)
    state = models.CharField(
        max_length=10, choices=choices(PartState), default=PartState.IN_FORCE.value
    )
    rows = models.PositiveBigIntegerField("rows taken")
    refused = models.PositiveBigIntegerField("rows refused", default=0)
    content = models.BinaryField(null=True)
    cents = models.BigIntegerField("sum of charges", default=0)
    stated_cents = models.BigIntegerField("its own total", null=True)
    taken_at = models.DateTimeField()
    replaces = models.OneToOneField(
        "self", null=True, on_delete=models.PROTECT, related_name="replaced_by"
    )
    superseded_at = models.DateTimeField(null=True)
    superseded_label = models.CharField("replaced by whom", max_length=200, blank=True)
    superseded_reason = models.CharField("replaced why", max_length=300, blank=True)

    class Meta:
        ordering = ["-cycle_until", "carrier", "account", "family", "-taken_at"]
        verbose_name = "import"
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"),
                "account",
                "cycle_from",
                "cycle_until",
                "family",
                condition=Q(state=PartState.IN_FORCE.value),
                name="usage_one_import_in_force",
            ),
            models.UniqueConstraint(
                fields=["file", "carrier", "account", "cycle_from", "cycle_until", "family"],
                name="usage_import_once_a_file",
            ),
            models.CheckConstraint(
                condition=Q(family__in=sorted(it.value for it in Family)),
                name="usage_import_family_known",
            ),
            models.CheckConstraint(
                condition=Q(cycle_until__gte=F("cycle_from")) & ~Q(carrier="") & ~Q(account=""),
                name="usage_import_cycle_in_order",
            ),
            models.CheckConstraint(
                condition=Q(
                    state=PartState.IN_FORCE.value, superseded_at=None, superseded_reason=""
                )
                | (
                    Q(state=PartState.SUPERSEDED.value, superseded_at__isnull=False)
                    & ~Q(superseded_reason="")
                    & ~Q(superseded_label="")
                ),
                name="usage_import_replaced_says_by_whom_and_why",
            ),
            # call detail is in the warehouse and nowhere else
            models.CheckConstraint(
                condition=Q(family__in=["voice", "message", "data"], content=None)
                | Q(family__in=["account", "lines", "charges"], content__isnull=False),
                name="usage_import_content_of_summaries",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_family_display()}, {self.cycle}"

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.carrier, self.account, self.cycle_from, self.cycle_until)


class RefusedRow(Row):
    """A row that was not taken. Of call detail the text is sealed: its number and reason remain."""

    file = models.ForeignKey(CarrierFile, on_delete=models.PROTECT, related_name="refused_rows")
    name = models.CharField("where in the file", max_length=200)
    row = models.PositiveBigIntegerField("row")
    family = models.CharField(max_length=8, choices=[(it.value, it.label) for it in Family])
    reason = models.CharField(max_length=300)
    text = models.CharField("as it stands there", max_length=500, blank=True)
    sealed_text = models.BinaryField(null=True)

    class Meta:
        ordering = ["name", "row", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(family__in=["voice", "message", "data"]) | Q(text=""),
                name="usage_refusedrow_detail_is_sealed",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="usage_refusedrow_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, row {self.row}"


class Difference(Row):
    """A total that the carrier states and the charges do not add up to: of a line, or the account.

    It refuses nothing; somebody looks at it and says what became of it.
    """

    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40)
    cycle_from = models.DateField("first day")
    cycle_until = models.DateField("last day")
    number = models.CharField("line, or empty: the account", max_length=16, blank=True)
    invoice = models.ForeignKey(Invoice, on_delete=models.PROTECT, related_name="+")
    stated_cents = models.BigIntegerField("its own total")
    read_cents = models.BigIntegerField("sum of its charges")
    state = models.CharField(
        max_length=8, choices=choices(DifferenceState), default=DifferenceState.OPEN.value
    )
    found_at = models.DateTimeField()
    assigned_to = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    assigned_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    closed_label = models.CharField("by whom", max_length=200, blank=True)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-cycle_until", "carrier", "account", "number"]
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"),
                "account",
                "cycle_from",
                "cycle_until",
                "number",
                condition=Q(state__in=values(LIVE_DIFFERENCES)),
                name="usage_one_live_difference",
            ),
            models.CheckConstraint(
                condition=~Q(stated_cents=F("read_cents")), name="usage_difference_differs"
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(LIVE_DIFFERENCES), closed_at=None)
                | (
                    Q(state__in=values(set(DifferenceState) - LIVE_DIFFERENCES))
                    & Q(closed_at__isnull=False)
                    & ~Q(reason="")
                    & ~Q(closed_label="")
                ),
                name="usage_difference_closed_says_why",
            ),
            models.CheckConstraint(
                condition=~Q(state=DifferenceState.ASSIGNED.value)
                | Q(assigned_to__isnull=False, assigned_at__isnull=False),
                name="usage_difference_assigned_to_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number or 'Account'}, {self.cycle}"

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.carrier, self.account, self.cycle_from, self.cycle_until)

    @property
    def cents(self) -> int:
        return self.stated_cents - self.read_cents


class ProfileVersion(Row):
    """A profile that somebody made or changed here. Shipped ones are data files, version nought."""

    key = models.CharField("short name", max_length=40)
    number = models.PositiveIntegerField("version")
    title = models.CharField(max_length=120)
    definition = models.JSONField()
    note = models.CharField("what changed", max_length=300)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    made_label = models.CharField("by whom", max_length=200)
    adopted_at = models.DateTimeField("in use since", null=True)
    adopted_label = models.CharField("adopted by", max_length=200, blank=True)

    class Meta:
        ordering = ["key", "-number"]
        verbose_name = "profile"
        constraints = [
            models.UniqueConstraint(fields=["key", "number"], name="usage_profile_numbered_once"),
            models.CheckConstraint(
                condition=Q(number__gte=1) & ~Q(note="") & ~Q(title=""),
                name="usage_profile_says_what_changed",
            ),
            models.CheckConstraint(
                condition=Q(adopted_at=None, adopted_label="")
                | (Q(adopted_at__isnull=False) & ~Q(adopted_label="")),
                name="usage_profile_adopted_by_somebody",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title}, version {self.number}"
