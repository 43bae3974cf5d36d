"""Bill cycles, the files of usage detail in force for each, and what was destroyed of them."""

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.usage.rules.cycles import Cycle
from quartermaster.usage.rules.fields import DETAIL, Family

FAMILIES = [(family.value, family.label) for family in Family if family in DETAIL]


class UsageCycle(Row):
    """One bill cycle of one account. Its detail is read with ``sealed_key`` and no other key."""

    carrier = models.CharField(max_length=60)
    account = models.CharField(max_length=40)
    cycle_from = models.DateField("first day")
    cycle_until = models.DateField("last day")
    month = models.DateField("month in which it ends")
    sealed_key = models.BinaryField(null=True)
    known_at = models.DateTimeField()
    disposed_at = models.DateTimeField("detail destroyed", null=True)
    summaries_disposed_at = models.DateTimeField("summaries destroyed", null=True)

    class Meta:
        ordering = ["-cycle_until", "carrier", "account"]
        constraints = [
            models.UniqueConstraint(
                Lower("carrier"),
                "account",
                "cycle_from",
                "cycle_until",
                name="usage_cycle_known_once",
            ),
            models.CheckConstraint(
                condition=Q(cycle_until__gte=F("cycle_from")), name="usage_cycle_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(carrier="") & ~Q(account=""), name="usage_cycle_named"
            ),
            models.CheckConstraint(
                condition=Q(month__day=1) & Q(month__lte=F("cycle_until")),
                name="usage_cycle_month_is_a_first",
            ),
            models.CheckConstraint(
                condition=Q(disposed_at=None) | Q(sealed_key=None),
                name="usage_cycle_disposed_has_no_key",
            ),
        ]
        indexes = [
            models.Index(fields=["month"], name="usage_cycle_month"),
        ]

    def __str__(self) -> str:
        return f"{self.carrier}, {self.account}, {self.cycle_from} to {self.cycle_until}"

    @property
    def cycle(self) -> Cycle:
        return Cycle(self.carrier, self.account, self.cycle_from, self.cycle_until)


class DetailFile(Row):
    """One file of the warehouse. Of a cycle and source one is in force."""

    cycle = models.ForeignKey(UsageCycle, on_delete=models.PROTECT, related_name="files")
    source = models.CharField(max_length=60)
    family = models.CharField(max_length=8, choices=FAMILIES)
    place = models.CharField("path in the warehouse", max_length=200, unique=True)
    rows = models.PositiveBigIntegerField()
    refused = models.PositiveBigIntegerField(default=0)
    size = models.PositiveBigIntegerField("bytes")
    digest = models.CharField("SHA-256 of the encrypted file", max_length=64)
    origin = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    taken_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["cycle_id", "source", "-taken_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["cycle", "source"],
                condition=Q(superseded_at=None),
                name="usage_one_file_in_force",
            ),
            models.CheckConstraint(
                condition=Q(family__in=[family for family, _ in FAMILIES]),
                name="usage_file_family_known",
            ),
            models.CheckConstraint(
                condition=Q(removed_at=None) | Q(superseded_at__isnull=False),
                name="usage_file_in_force_is_there",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & ~Q(source=""),
                name="usage_file_named",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.cycle}, {self.source}"


class DisposalKind(models.TextChoices):
    DETAIL = "detail", "Usage detail"
    SUMMARIES = "summaries", "Summaries of lines"


class Disposal(Row):
    """What was destroyed when its time was over: the record that it was. Written once."""

    cycle = models.ForeignKey(UsageCycle, on_delete=models.PROTECT, related_name="disposals")
    kind = models.CharField(max_length=10, choices=DisposalKind.choices)
    kept_until = models.DateField("was to be kept until")
    files = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField("rows destroyed")
    held_rows = models.PositiveBigIntegerField("rows kept under a hold", default=0)
    digest = models.CharField("SHA-256 of the list of digests", max_length=64)
    key_destroyed = models.BooleanField()
    done_at = models.DateTimeField()
    done_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-done_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=DisposalKind.values), name="usage_disposal_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(kind="summaries") | Q(files=0, key_destroyed=False),
                name="usage_disposal_of_summaries_has_no_files",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} of {self.cycle}"
