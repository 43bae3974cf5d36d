"""Files that people sent and that were not taken for what is in them: kept apart, never opened."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Person
from quartermaster.records.models.capture import Record
from quartermaster.records.rules.quarantine import LONGEST_PROBLEM, LONGEST_TYPE, RefusedState


class RefusedFile(Row):
    """A file in quarantine. Its content is in the store, sealed, while it waits; then no more.

    ``digest`` is that of the content; ``due_at`` is when the clock discards it.
    """

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField("what its sender says it is", max_length=LONGEST_TYPE, blank=True)
    digest = models.CharField("SHA-256", max_length=64)
    problem = models.CharField("why it was not taken", max_length=LONGEST_PROBLEM)
    state = models.CharField(
        max_length=9, choices=choices(RefusedState), default=RefusedState.WAITING.value
    )
    file = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sealed_key = models.BinaryField(null=True)
    arrived_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField("why it was discarded", max_length=1000, blank=True)
    record = models.OneToOneField(
        Record, null=True, on_delete=models.SET_NULL, related_name="refused_file"
    )

    class Meta:
        ordering = ["-arrived_at", "-id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="records_refused_due", condition=Q(state="waiting")
            ),
            models.Index(fields=["author", "arrived_at"], name="records_refused_of"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["author", "digest"],
                condition=Q(state="waiting"),
                name="records_refused_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(
                    state="waiting",
                    sealed_key__isnull=False,
                    file__isnull=False,
                    due_at__isnull=False,
                )
                | (~Q(state="waiting") & Q(sealed_key=None, file=None, due_at=None)),
                name="records_refused_content_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", decided_at=None, decided_by=None)
                | (~Q(state="waiting") & Q(decided_at__isnull=False)),
                name="records_refused_decided_dated",
            ),
            models.CheckConstraint(
                condition=(Q(state="discarded") & ~Q(reason=""))
                | (~Q(state="discarded") & Q(reason="")),
                name="records_refused_discarded_says_why",
            ),
            models.CheckConstraint(
                condition=Q(record=None) | Q(state="released"),
                name="records_refused_released_is_a_record",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$") & ~Q(problem=""),
                name="records_refused_says_what_and_why",
            ),
        ]

    def __str__(self) -> str:
        return self.name
