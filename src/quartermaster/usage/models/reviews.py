"""ITMD's review of each month, and what was mailed of it to the coordinators."""

from django.db import models
from django.db.models import F, Q

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.org.models import Department, Person
from quartermaster.usage.rules.reviews import Looked, PostState, ReviewState


class Review(Row):
    """The review of one month: due on a day, signed by a person of ITMD. Signed, it stays so."""

    month = models.DateField(unique=True)
    due_on = models.DateField("due")
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.label) for state in ReviewState],
        default=ReviewState.OPEN.value,
    )
    opened_at = models.DateTimeField()
    overdue_at = models.DateTimeField("found overdue", null=True)
    signed_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    signed_at = models.DateTimeField(null=True)
    looked_at = models.JSONField("what was looked at", default=list)
    note = models.TextField(max_length=4000, blank=True)
    figures = models.JSONField("as they were signed", default=dict)

    class Meta:
        ordering = ["-month"]
        constraints = [
            models.CheckConstraint(
                condition=Q(month__day=1, due_on__gt=F("month")),
                name="usage_review_month_is_a_first",
            ),
            models.CheckConstraint(
                condition=Q(state="open", signed_by=None, signed_at=None)
                | Q(state="signed", signed_by__isnull=False, signed_at__isnull=False),
                name="usage_review_signed_by_a_person",
            ),
        ]

    def __str__(self) -> str:
        return f"Usage of {self.month:%B %Y}"

    @property
    def looked(self) -> list[str]:
        """What was looked at, in words."""
        return [Looked(code).label for code in self.looked_at]


class SummaryPost(Row):
    """The summary of a month for one coordinator of a department: once, whatever happens."""

    month = models.DateField()
    department = models.ForeignKey(Department, on_delete=models.PROTECT, related_name="+")
    coordinator = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(
        max_length=8,
        choices=[(state.value, state.label) for state in PostState],
        default=PostState.DUE.value,
    )
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    posted_at = models.DateTimeField(null=True)
    paper = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    sheet = models.ForeignKey(StoredFile, null=True, on_delete=models.PROTECT, related_name="+")
    disposed_at = models.DateTimeField("papers destroyed", null=True)
    lines = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-month", "department__name", "coordinator__family_name"]
        constraints = [
            models.UniqueConstraint(
                fields=["month", "department", "coordinator"], name="usage_post_once_a_month"
            ),
            models.CheckConstraint(condition=Q(month__day=1), name="usage_post_month_is_a_first"),
            models.CheckConstraint(
                condition=Q(state__in=["due", "left"], posted_at=None)
                | Q(
                    state="posted",
                    posted_at__isnull=False,
                    paper__isnull=False,
                    sheet__isnull=False,
                ),
                name="usage_post_with_its_papers",
            ),
        ]
        indexes = [models.Index(fields=["due_at"], name="usage_post_due", condition=Q(state="due"))]

    def __str__(self) -> str:
        return f"{self.department}, {self.month:%B %Y}, to {self.coordinator}"

    @property
    def key(self) -> str:
        """What the mail is known by: one cause, one message."""
        return f"usage-summary:{self.pk}"
