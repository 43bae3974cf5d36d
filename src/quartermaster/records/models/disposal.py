"""What is due, as it is reviewed, approved, destroyed and certified."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices, values
from quartermaster.org.models import Person
from quartermaster.records.models.retention import Retained, SeriesTerms
from quartermaster.records.rules.disposal import BatchState, EntryState

_TWO = Q(approved_at__isnull=False, second_at__isnull=False, waits_until__isnull=False)


class DisposalBatch(Row):
    """What is due of one series, under the terms as they stood. Two people approve it.

    ``due_at`` is when the clock looks next.
    """

    number = models.CharField(max_length=20, unique=True)
    kind = models.CharField(max_length=30)
    terms = models.ForeignKey(SeriesTerms, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=12, choices=choices(BatchState), default=BatchState.REVIEW.value
    )
    due_until = models.DateField("what is due until")
    made_at = models.DateTimeField()
    digest = models.CharField("of what was approved", max_length=64, blank=True)
    approved_at = models.DateTimeField(null=True)
    approved_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    approved_proof = models.BinaryField(null=True)
    second_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_proof = models.BinaryField(null=True)
    waits_until = models.DateTimeField(null=True)
    receipt = models.CharField("of the state archive", max_length=500, blank=True)
    receipt_at = models.DateTimeField(null=True)
    receipt_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    begun_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    stop_reason = models.CharField(max_length=1000, blank=True)
    certificate = models.ForeignKey(
        StoredFile, null=True, on_delete=models.PROTECT, related_name="+"
    )
    statement = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["-made_at", "-number"]
        indexes = [
            models.Index(
                fields=["due_at"], name="records_batch_due", condition=Q(due_at__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="review", approved_at=None)
                | Q(state="approved", approved_at__isnull=False, second_at=None)
                | (Q(state__in=["waiting", "executing", "done", "certified"]) & _TWO)
                | Q(state="stopped"),
                name="records_batch_state_dated",
            ),
            models.CheckConstraint(
                condition=Q(state="stopped", stopped_at__isnull=False) & ~Q(stop_reason="")
                | ~Q(state="stopped") & Q(stopped_at=None, stop_reason=""),
                name="records_batch_stopped_with_reason",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | (Q(approved_by__isnull=False) & ~Q(second_by=F("approved_by"))),
                name="records_batch_second_is_another",
            ),
            models.CheckConstraint(
                condition=~Q(state="certified")
                | Q(certificate__isnull=False, statement__isnull=False),
                name="records_batch_certified_has_papers",
            ),
            models.CheckConstraint(
                condition=Q(receipt="", receipt_at=None)
                | (~Q(receipt="") & Q(receipt_at__isnull=False)),
                name="records_batch_receipt_dated",
            ),
            models.UniqueConstraint(
                fields=["kind", "terms"],
                condition=Q(state="review"),
                name="records_batch_one_in_review",
            ),
        ]

    def __str__(self) -> str:
        return self.number


class DisposalEntry(Row):
    """One thing of a batch: to go, kept out with the reason, destroyed, or kept after all."""

    batch = models.ForeignKey(DisposalBatch, on_delete=models.PROTECT, related_name="entries")
    retained = models.ForeignKey(Retained, on_delete=models.PROTECT, related_name="entries")
    due_on = models.DateField()
    state = models.CharField(
        max_length=10, choices=choices(EntryState), default=EntryState.LISTED.value
    )
    reason = models.CharField(max_length=500, blank=True)
    number = models.CharField("of the destruction", max_length=20, blank=True)
    digest = models.CharField("of what was destroyed", max_length=64, blank=True)
    files = models.JSONField("digests of its files", default=list)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_on", "id"]
        constraints = [
            models.UniqueConstraint(fields=["batch", "retained"], name="records_entry_once"),
            models.UniqueConstraint(
                fields=["retained"],
                condition=Q(state__in=["destroyed", "listed"]),
                name="records_entry_in_one_batch",
            ),
            models.CheckConstraint(
                condition=Q(state="listed", settled_at=None, reason="")
                | (Q(state__in=["kept_out", "kept"], settled_at__isnull=False) & ~Q(reason=""))
                | Q(
                    state="destroyed",
                    settled_at__isnull=False,
                    digest__regex=r"^[0-9a-f]{64}$",
                )
                & ~Q(number=""),
                name="records_entry_state_dated",
            ),
            models.UniqueConstraint(
                fields=["number"], condition=~Q(number=""), name="records_entry_numbered_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=values(EntryState)), name="records_entry_state_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.retained}"
