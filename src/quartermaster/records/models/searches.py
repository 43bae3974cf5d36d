"""Searches that people keep, and what each was told of already."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.records.models.capture import Record

LONGEST_NAME, LONGEST_WORDS = 120, 300


class SavedSearch(Row):
    """A search that somebody keeps. It keeps no results: it is run anew as whoever opens it."""

    owner = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=LONGEST_NAME)
    words = models.CharField(max_length=LONGEST_WORDS, blank=True)
    chosen = models.JSONField(default=dict)
    order = models.CharField(max_length=10, default="best")
    shared = models.BooleanField("other records custodians see it", default=False)
    alert = models.BooleanField("its owner is told of what is new", default=False)
    made_at = models.DateTimeField()
    looked_at = models.DateTimeField("what was gathered until then is told of")
    due_at = models.DateTimeField("next look", null=True)

    class Meta:
        ordering = ["name", "id"]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="records_savedsearch_due",
                condition=Q(due_at__isnull=False),
            )
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "name"], name="records_savedsearch_named_once"
            ),
            models.CheckConstraint(condition=~Q(name=""), name="records_savedsearch_named"),
            models.CheckConstraint(
                condition=Q(alert=True, due_at__isnull=False) | Q(alert=False, due_at=None),
                name="records_savedsearch_alert_is_due",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class ToldOf(models.Model):
    """A record of which a saved search's owner was told, so that they are told once."""

    search = models.ForeignKey(SavedSearch, on_delete=models.CASCADE, related_name="told")
    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["search", "record"], name="records_told_once")
        ]

    def __str__(self) -> str:
        return f"{self.search_id}: {self.record_id}"


class AlikeBand(models.Model):
    """A band of the signature of a record that leads those alike, to find candidates by."""

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="bands")
    kind = models.CharField(max_length=4)
    band = models.BigIntegerField()

    class Meta:
        indexes = [models.Index(fields=["kind", "band"], name="records_alike_band")]
        constraints = [
            models.UniqueConstraint(fields=["record", "kind", "band"], name="records_band_once")
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.band}"


class Signature(models.Model):
    """By what a record is compared: its files' digests, its words, its pictures."""

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.PROTECT, related_name="signature"
    )
    digests = models.BinaryField("of the files together")
    words = models.BinaryField("the least hashes of the words", blank=True)
    pictures = models.BinaryField("differences of brightness, eight bytes a picture", blank=True)

    def __str__(self) -> str:
        return str(self.record_id)
