"""What a request reaches, what is decided of each, and what is taken out."""

from django.db import models
from django.db.models import F, Q

from quartermaster.disclosure.models.files import SealedFile
from quartermaster.disclosure.models.requests import RecordsRequest
from quartermaster.disclosure.rules.review import Decision
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Person
from quartermaster.records.models import RecordItem


class AddedExemption(Row):
    """A ground that the custodian added to those that are shipped."""

    code = models.CharField(max_length=40, unique=True)
    title = models.CharField(max_length=200)
    basis = models.CharField("law", max_length=200)
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(code="") & ~Q(title="") & ~Q(basis=""),
                name="disclosure_exemption_says_what",
            )
        ]

    def __str__(self) -> str:
        return self.code


class RequestItem(Row):
    """A file of a record that a request reaches, in reading order, and its decision."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="items")
    item = models.ForeignKey(RecordItem, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveIntegerField()
    added_at = models.DateTimeField()
    added_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    decision = models.CharField(
        max_length=8, choices=choices(Decision), default=Decision.PENDING.value
    )
    withheld_code = models.CharField(max_length=40, blank=True)
    note = models.CharField(max_length=500, blank=True)
    reviewed_at = models.DateTimeField(null=True)
    reviewed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    second_at = models.DateTimeField(null=True)
    second_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    copy = models.OneToOneField(
        SealedFile, null=True, on_delete=models.PROTECT, related_name="copy_of"
    )
    words = models.OneToOneField(
        SealedFile, null=True, on_delete=models.PROTECT, related_name="words_of"
    )
    pages = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["request", "item"], name="disclosure_item_once"),
            models.CheckConstraint(
                condition=Q(decision="pending", reviewed_at=None, copy=None, words=None)
                | (~Q(decision="pending") & Q(reviewed_at__isnull=False)),
                name="disclosure_item_decision_dated",
            ),
            models.CheckConstraint(
                condition=(Q(decision="withhold") & ~Q(withheld_code="") & Q(copy=None))
                | (~Q(decision="withhold") & Q(withheld_code="")),
                name="disclosure_item_withheld_with_reason",
            ),
            models.CheckConstraint(
                condition=~Q(decision="redact") | Q(copy__isnull=False),
                name="disclosure_item_redacted_copy",
            ),
            models.CheckConstraint(
                condition=Q(second_by=None)
                | (Q(reviewed_by__isnull=False) & ~Q(second_by=F("reviewed_by"))),
                name="disclosure_item_second_is_another",
            ),
        ]

    def __str__(self) -> str:
        return self.item.name


class Redaction(Row):
    """Something that is taken out for a reason: an area of a page, or a passage of a text."""

    item = models.ForeignKey(RequestItem, on_delete=models.CASCADE, related_name="redactions")
    code = models.CharField("ground", max_length=40)
    page = models.PositiveIntegerField(null=True)
    left = models.PositiveIntegerField(null=True)
    top = models.PositiveIntegerField(null=True)
    right = models.PositiveIntegerField(null=True)
    bottom = models.PositiveIntegerField(null=True)
    start = models.PositiveIntegerField(null=True)
    end = models.PositiveIntegerField(null=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["page", "top", "left", "start", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    page__gte=1,
                    right__gt=F("left"),
                    right__lte=10_000,
                    bottom__gt=F("top"),
                    bottom__lte=10_000,
                    start=None,
                    end=None,
                )
                | Q(
                    page=None,
                    left=None,
                    top=None,
                    right=None,
                    bottom=None,
                    end__gt=F("start"),
                ),
                name="disclosure_redaction_is_somewhere",
            ),
            models.CheckConstraint(condition=~Q(code=""), name="disclosure_redaction_has_ground"),
        ]

    def __str__(self) -> str:
        return f"{self.code} on page {self.page}" if self.page else self.code
