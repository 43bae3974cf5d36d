"""The log of the archive, its checkpoints, and what audits of it found."""

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from quartermaster.kernel.models import Row
from quartermaster.records.models.capture import Record, RecordItem
from quartermaster.records.models.disposal import DisposalEntry
from quartermaster.records.rules.archive import Fault


class LogEntry(models.Model):
    """A line of the log, a leaf of the tree: that a record was saved, or something destroyed."""

    index = models.PositiveBigIntegerField(primary_key=True)
    record = models.OneToOneField(Record, null=True, on_delete=models.PROTECT, related_name="entry")
    disposal = models.OneToOneField(
        DisposalEntry, null=True, on_delete=models.PROTECT, related_name="line"
    )
    leaf = models.TextField()
    added_at = models.DateTimeField()

    class Meta:
        ordering = ["index"]
        constraints = [
            models.CheckConstraint(
                condition=Q(record__isnull=False, disposal=None)
                | Q(record=None, disposal__isnull=False),
                name="records_log_line_of_one_thing",
            )
        ]

    def __str__(self) -> str:
        return f"{self.index}: {self.record_id or self.disposal_id}"


class LogNode(models.Model):
    """The hash of a complete subtree of the log."""

    level = models.PositiveSmallIntegerField()
    place = models.PositiveBigIntegerField()
    hash = models.BinaryField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["level", "place"], name="records_log_node_once")
        ]

    def __str__(self) -> str:
        return f"{self.level}/{self.place}"


class SignedCheckpoint(Row):
    """A signed word of how the log stood."""

    size = models.PositiveBigIntegerField(unique=True)
    note = models.TextField()
    signed_at = models.DateTimeField()

    class Meta:
        ordering = ["-size"]

    def __str__(self) -> str:
        return f"{self.size} records"


class ItemCheck(models.Model):
    """When a file of a record was last compared with its digest, and whether it was whole."""

    item = models.OneToOneField(
        RecordItem, primary_key=True, on_delete=models.PROTECT, related_name="check_of"
    )
    checked_at = models.DateTimeField(db_index=True)
    whole = models.BooleanField()

    def __str__(self) -> str:
        return f"{self.item_id}"


class ItemLock(models.Model):
    """Until when the store itself keeps a file from being deleted, and whether it holds it."""

    item = models.OneToOneField(
        RecordItem, primary_key=True, on_delete=models.PROTECT, related_name="lock"
    )
    until = models.DateField()
    held = models.BooleanField()
    set_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.item_id}"


class ArchiveFault(Row):
    """What an audit found wrong, by name; open until an audit does not find it any longer."""

    kind = models.CharField(max_length=12, choices=[(item.value, item.label) for item in Fault])
    subject = models.CharField(max_length=100)
    said = models.CharField(max_length=300)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-found_at", "subject"]
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"],
                condition=Q(closed_at=None),
                name="records_fault_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.subject}"


class ArchiveAudit(Row):
    """One audit: when, and how much it looked at."""

    begun_at = models.DateTimeField()
    entries = models.PositiveBigIntegerField()
    files = models.PositiveBigIntegerField()
    octets = models.PositiveBigIntegerField("bytes of files")
    faults = models.PositiveIntegerField()

    class Meta:
        ordering = ["-begun_at"]

    def __str__(self) -> str:
        return f"{localdate(self.begun_at)}: {self.faults} faults"


class TimeStamp(Row):
    """A time stamp of a checkpoint by an authority outside: asked for first, kept when verified."""

    checkpoint = models.OneToOneField(
        SignedCheckpoint, on_delete=models.PROTECT, related_name="stamp"
    )
    nonce = models.CharField(max_length=50, blank=True)
    answer = models.BinaryField(null=True)
    stamped_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    problem = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-checkpoint__size"]
        indexes = [
            models.Index(
                fields=["due_at"], name="records_stamp_due", condition=Q(due_at__isnull=False)
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer=None, stamped_at=None, due_at__isnull=False)
                | (Q(answer__isnull=False, stamped_at__isnull=False, due_at=None) & ~Q(nonce="")),
                name="records_stamp_asked_or_kept",
            )
        ]

    def __str__(self) -> str:
        return f"{self.checkpoint}"
