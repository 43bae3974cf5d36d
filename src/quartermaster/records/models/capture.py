"""Captured records, their files, and what is announced and still lies on a device."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.records.rules.capture import AnnouncedState, Origin, Residue, Source


def _choices(
    words: type[Source] | type[Residue] | type[AnnouncedState] | type[Origin],
) -> list[tuple[str, str]]:
    return [(item.value, item.label) for item in words]


class Announcement(Row):
    """A record that is on a device and not here yet (C-2). ``due_at`` is the next reminder."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=300)
    source = models.CharField(max_length=10, choices=_choices(Source))
    origin = models.CharField(max_length=10, choices=_choices(Origin))
    state = models.CharField(
        max_length=12,
        choices=_choices(AnnouncedState),
        default=AnnouncedState.PENDING.value,
    )
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reminders = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    reason = models.CharField("why it cannot be saved", max_length=1000, blank=True)

    class Meta:
        ordering = ["announced_at", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="records_announced_due", condition=Q(state="pending")
            ),
            models.Index(
                fields=["person", "announced_at"],
                name="records_announced_pending",
                condition=Q(state="pending"),
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="pending", closed_at=None, reason="")
                | Q(state="transferred", closed_at__isnull=False, due_at=None)
                | (
                    Q(state__in=["lost", "withdrawn"], closed_at__isnull=False, due_at=None)
                    & ~Q(reason="")
                ),
                name="records_announced_state_dated",
            ),
            models.CheckConstraint(condition=~Q(about=""), name="records_announced_says_what"),
        ]

    def __str__(self) -> str:
        return self.about


class Record(Row):
    """A record as its author saved it. Written once but for what is left on the device."""

    number = models.CharField(max_length=20, unique=True)
    key = models.UUIDField("of the sender, once for each author")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    about = models.CharField(max_length=300)
    with_whom = models.CharField(max_length=500)
    happened_on = models.DateField()
    source = models.CharField(max_length=10, choices=_choices(Source))
    account = models.CharField("account or application", max_length=120, blank=True)
    note = models.TextField(blank=True)
    names = models.TextField("names of the files", blank=True)
    device = models.ForeignKey(Device, null=True, on_delete=models.PROTECT, related_name="+")
    announcement = models.OneToOneField(
        Announcement, null=True, on_delete=models.PROTECT, related_name="record"
    )
    saved_at = models.DateTimeField()
    digest = models.CharField(max_length=64)
    residue = models.CharField(max_length=8, choices=_choices(Residue))
    residue_said_at = models.DateTimeField()
    residue_by = models.DateField(null=True)
    residue_reminders = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField("next reminder", null=True)
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-saved_at", "-number"]
        indexes = [
            models.Index(fields=["saved_at"], name="records_record_saved"),
            models.Index(
                fields=["due_at"], name="records_record_due", condition=Q(due_at__isnull=False)
            ),
            models.Index(
                fields=["author", "residue_by"],
                name="records_record_left_behind",
                condition=Q(residue="stays"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="records_record_once"),
            models.CheckConstraint(
                condition=Q(residue="stays", residue_by__isnull=False)
                | Q(residue__in=["gone", "held"], residue_by=None, due_at=None),
                name="records_record_residue_dated",
            ),
            models.CheckConstraint(
                condition=Q(digest__regex=r"^[0-9a-f]{64}$"), name="records_record_digest"
            ),
        ]

    def __str__(self) -> str:
        return self.number


class RecordItem(Row):
    """One file of a record, kept as it came, sealed. Without a record it only just arrived.

    ``digest`` is that of the content; ``file`` is its sealed form in the store.
    """

    record = models.ForeignKey(Record, null=True, on_delete=models.PROTECT, related_name="items")
    position = models.PositiveSmallIntegerField(null=True)
    key = models.UUIDField("of the sender, once for each author")
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    digest = models.CharField("SHA-256", max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sealed_key = models.BinaryField()
    arrived_at = models.DateTimeField()

    class Meta:
        ordering = ["record_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["author", "key"], name="records_item_once"),
            models.UniqueConstraint(
                fields=["record", "position"], name="records_item_has_its_place"
            ),
            models.CheckConstraint(
                condition=Q(record=None, position=None)
                | Q(record__isnull=False, position__isnull=False),
                name="records_item_placed_in_its_record",
            ),
        ]

    def __str__(self) -> str:
        return self.name
