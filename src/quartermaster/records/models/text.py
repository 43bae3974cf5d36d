"""Text that was read in records, and the entry by which each record is found."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Length
from django.db.models.lookups import LessThanOrEqual

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.records.models.capture import Record, RecordItem
from quartermaster.records.rules.texts import LONGEST, TextKind


class RecordText(Row):
    """A piece of text of a record: a message, a page, what was read in a picture.

    Made of the record and destroyed with it; in the clear, as an index has to be (docs/adr/0075).
    """

    record = models.ForeignKey(Record, on_delete=models.PROTECT, related_name="texts")
    item = models.ForeignKey(RecordItem, null=True, on_delete=models.PROTECT, related_name="texts")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=[(item.value, item.label) for item in TextKind])
    text = models.TextField()
    phones = models.TextField("telephone numbers in it", blank=True)
    cut = models.BooleanField("only its beginning is here", default=False)
    searched = models.GeneratedField(
        expression=SearchVector(Func(F("text"), function="records_folded"), config="english"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    class Meta:
        ordering = ["record_id", "item__position", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["record", "item", "position"],
                name="records_text_has_its_place",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=~Q(text="") & Q(LessThanOrEqual(Length("text"), LONGEST)),
                name="records_text_bounded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.position}"


class SearchEntry(models.Model):
    """What a record is found by, in one row. Every record has one: a trigger sees to it.

    ``stale``: the words of it are to be gathered anew. What it has of the record never changes.
    """

    record = models.OneToOneField(
        Record, primary_key=True, on_delete=models.PROTECT, related_name="found_by"
    )
    author = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    happened_on = models.DateField()
    source = models.CharField(max_length=10)
    origin = models.CharField("on what occasion it was announced", max_length=10, blank=True)
    device_class = models.CharField(max_length=20, blank=True)
    ownership = models.CharField(max_length=10, blank=True)
    files = models.PositiveSmallIntegerField(default=0)
    texts = models.PositiveIntegerField(default=0)
    partly = models.BooleanField("only the beginning of its text is found", default=False)
    thread = models.CharField(max_length=64, blank=True)
    alike = models.UUIDField("the first of those that are alike", null=True)
    stale = models.BooleanField(default=True)
    compared = models.BooleanField("looked for those alike since", default=False, db_default=False)
    indexed_at = models.DateTimeField(null=True)
    searched = SearchVectorField()

    class Meta:
        ordering = ["-happened_on", "-record_id"]
        indexes = [
            GinIndex(fields=["searched"], name="records_entry_searched", fastupdate=True),
            models.Index(fields=["-happened_on", "-record"], name="records_entry_newest"),
            models.Index(fields=["author", "-happened_on", "-record"], name="records_entry_author"),
            models.Index(fields=["record"], name="records_entry_stale", condition=Q(stale=True)),
            models.Index(
                fields=["record"], name="records_entry_uncompared", condition=Q(compared=False)
            ),
            models.Index(fields=["indexed_at"], name="records_entry_indexed"),
            models.Index(
                fields=["alike"], name="records_entry_alike", condition=Q(alike__isnull=False)
            ),
            models.Index(fields=["thread"], name="records_entry_thread", condition=~Q(thread="")),
        ]

    def __str__(self) -> str:
        return str(self.record_id)
