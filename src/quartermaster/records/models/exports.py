"""Exports that wait for their owner to choose out of them, sealed.

The rows are deleted, key and all, when something was saved, when it is cancelled, and by the clock.
"""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.records.models.capture import Record


class StagedExport(Row):
    """An export as it was read, for its owner alone. ``due_at`` is when it is destroyed."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField("SHA-256 of the export", max_length=64)
    size = models.PositiveBigIntegerField()
    sealed_key = models.BinaryField()
    sealed_summary = models.BinaryField()
    arrived_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["-arrived_at", "id"]
        indexes = [models.Index(fields=["due_at"], name="records_staged_due")]
        constraints = [
            models.UniqueConstraint(fields=["person", "digest"], name="records_staged_once"),
            models.CheckConstraint(
                condition=Q(due_at__gt=models.F("arrived_at")), name="records_staged_ends"
            ),
        ]

    def __str__(self) -> str:
        return f"An export of {self.person.name}"


class StagedThread(Row):
    """One conversation of it: how it looks from afar, its messages, and what is chosen of it."""

    export = models.ForeignKey(StagedExport, on_delete=models.CASCADE, related_name="threads")
    position = models.PositiveIntegerField()
    sealed_look = models.BinaryField()
    sealed_content = models.BinaryField()
    sealed_pick = models.BinaryField(null=True)

    class Meta:
        ordering = ["export_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["export", "position"], name="records_staged_thread_place"
            )
        ]

    def __str__(self) -> str:
        return f"Conversation {self.position}"


class StagedFile(Row):
    """A file of it, by its digest."""

    export = models.ForeignKey(StagedExport, on_delete=models.CASCADE, related_name="files")
    digest = models.CharField(max_length=64)
    sealed_content = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["export", "digest"], name="records_staged_file_once")
        ]

    def __str__(self) -> str:
        return self.digest


class SavedMessage(Row):
    """By what a message that was saved is known again, so that it is not saved twice."""

    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")
    mark = models.CharField(max_length=64)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["author", "mark"], name="records_message_saved_once")
        ]

    def __str__(self) -> str:
        return self.mark
