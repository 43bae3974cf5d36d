"""What the City decided about applications, and what people asked before."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from quartermaster.inventory.models.devices import Platform
from quartermaster.inventory.verdicts import QuestionState, Verdict
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person


class ApplicationDecision(Row):
    """One decision: about an identifier or about names alike, for one system or all.

    It holds until ``until`` (a day that no longer belongs to it), or until it is ended; another one
    on the same subject takes its place. ``minimum_version``: what is older is found.
    """

    title = models.CharField("application", max_length=120)
    identifier = models.CharField(max_length=155, blank=True)
    name_pattern = models.CharField("names", max_length=120, blank=True)
    platform = models.CharField(
        "system", max_length=8, blank=True, choices=[("", "Every system"), *Platform.choices]
    )
    verdict = models.CharField(
        "decision", max_length=14, choices=[(item.value, item.words) for item in Verdict]
    )
    minimum_version = models.CharField("lowest version", max_length=40, blank=True)
    reason = models.CharField(max_length=1000)
    until = models.DateField(null=True, blank=True)
    decided_at = models.DateTimeField()
    decided_by = models.CharField(max_length=200)
    ended_at = models.DateTimeField(null=True, blank=True)
    ended_by = models.CharField(max_length=200, blank=True)
    end_reason = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["title", "-decided_at", "id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(verdict__in=[item.value for item in Verdict]),
                name="inventory_decision_verdict_known",
            ),
            models.CheckConstraint(
                condition=Q(platform__in=["", *Platform.values]),
                name="inventory_decision_platform_known",
            ),
            models.CheckConstraint(
                condition=~Q(identifier="", name_pattern=""),
                name="inventory_decision_has_a_subject",
            ),
            models.CheckConstraint(
                condition=~Q(reason="") & ~Q(title=""), name="inventory_decision_says_why"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, end_reason="")
                | Q(ended_at__isnull=False) & ~Q(end_reason=""),
                name="inventory_decision_ended_for_a_reason",
            ),
            models.UniqueConstraint(
                Lower("identifier"),
                Lower("name_pattern"),
                "platform",
                condition=Q(ended_at=None),
                name="inventory_decision_once_a_subject",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def subject(self) -> str:
        """What it is about, in a word."""
        return self.identifier or f"named like “{self.name_pattern}”"


class ApplicationQuestion(Row):
    """“May I install this?” of one person, and the decision that answered it."""

    title = models.CharField("application", max_length=120)
    link = models.URLField(max_length=500, blank=True)
    platform = models.CharField("system", max_length=8, choices=Platform.choices)
    purpose = models.CharField("what for", max_length=1000)
    asked_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    state = models.CharField(
        max_length=10,
        choices=[(item.value, item.value.capitalize()) for item in QuestionState],
        default=QuestionState.WAITING,
    )
    decision = models.ForeignKey(
        ApplicationDecision, null=True, on_delete=models.PROTECT, related_name="questions"
    )
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=200, blank=True)

    class Meta:
        ordering = ["-asked_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="waiting", decision=None, settled_at=None)
                | Q(state="answered", decision__isnull=False, settled_at__isnull=False)
                | Q(state="withdrawn", decision=None, settled_at__isnull=False),
                name="inventory_question_settled_as_it_stands",
            ),
            models.CheckConstraint(
                condition=~Q(title="") & ~Q(purpose=""), name="inventory_question_says_what_for"
            ),
        ]

    def __str__(self) -> str:
        return f"May I install {self.title}?"
