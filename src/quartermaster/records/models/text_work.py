"""What is still to be read in the files of records, so that they are found by their words."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.records.models.capture import RecordItem
from quartermaster.records.rules.text_work import TextState


class TextWork(Row):
    """Whether the text of a file was read; a row for each file, made with its record."""

    item = models.OneToOneField(RecordItem, on_delete=models.CASCADE, related_name="text_work")
    state = models.CharField(
        max_length=8,
        choices=[(one.value, one.label) for one in TextState],
        default=TextState.WAITING.value,
    )
    reason = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    locked_until = models.DateTimeField(null=True)
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["due_at", "id"]
        indexes = [
            models.Index(fields=["due_at"], name="records_text_due", condition=Q(state="waiting"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", due_at__isnull=False)
                | (Q(due_at=None) & ~Q(state="waiting")),
                name="records_text_waits_until",
            )
        ]

    def __str__(self) -> str:
        return self.get_state_display()
