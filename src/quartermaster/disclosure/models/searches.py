"""People who may have what a request asks for, on City or on personal devices."""

from django.db import models
from django.db.models import Q

from quartermaster.disclosure.models.requests import RecordsRequest
from quartermaster.disclosure.rules.searches import Answer, SearchState
from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Person
from quartermaster.records.models import Record


class Search(Row):
    """That a person was asked to search, and what they attest. ``due_at``: the next reminder."""

    request = models.ForeignKey(RecordsRequest, on_delete=models.PROTECT, related_name="searches")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    what = models.CharField("what to look for", max_length=2000)
    state = models.CharField(
        max_length=8, choices=choices(SearchState), default=SearchState.ASKED.value
    )
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    due_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)
    escalated_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=11, choices=choices(Answer), blank=True)
    answered_at = models.DateTimeField(null=True)
    note = models.CharField(max_length=2000, blank=True)
    records = models.ManyToManyField(Record, related_name="+", blank=True)

    class Meta:
        ordering = ["person__family_name", "person__given_name", "id"]
        indexes = [
            models.Index(
                fields=["due_at"], name="disclosure_search_due", condition=Q(state="asked")
            )
        ]
        constraints = [
            models.UniqueConstraint(fields=["request", "person"], name="disclosure_search_once"),
            models.CheckConstraint(
                condition=Q(state="asked", answered_at=None, answer="")
                | (Q(state="attested", answered_at__isnull=False, due_at=None) & ~Q(answer=""))
                | (
                    Q(state="passed", answered_at__isnull=False, answer="", due_at=None)
                    & ~Q(note="")
                ),
                name="disclosure_search_state_dated",
            ),
            models.CheckConstraint(condition=~Q(what=""), name="disclosure_search_says_what"),
        ]

    def __str__(self) -> str:
        return f"{self.person}, {self.request}"
