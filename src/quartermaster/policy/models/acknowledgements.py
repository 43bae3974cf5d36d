"""Who was asked to acknowledge a version, who has, and the reminders in between."""

from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localdate

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person
from quartermaster.policy.models.documents import PolicyVersion
from quartermaster.policy.rules.acknowledgements import ReminderKind


class Way(models.TextChoices):
    """How an acknowledgement was given."""

    PAGE = "page", "On the policy page"
    PAPER = "paper", "On paper, recorded by staff"


class Acknowledgement(Row):
    """A person's acknowledgement of a version's text (S-2, G-1). Written once: a trigger."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="acknowledgements")
    version = models.ForeignKey(
        PolicyVersion, on_delete=models.PROTECT, related_name="acknowledgements"
    )
    text_digest = models.CharField(max_length=64)
    at = models.DateTimeField()
    way = models.CharField(max_length=8, choices=Way.choices)
    recorded_by = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    related = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ["-at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="policy_acknowledged_once"),
            models.CheckConstraint(
                condition=Q(way=Way.PAGE, recorded_by=None) | Q(way=Way.PAPER),
                name="policy_acknowledged_in_person_or_on_paper",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.version}"


class AcknowledgementRequest(Row):
    """A version asked of a person, with the deadline."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="policy_requests")
    version = models.ForeignKey(PolicyVersion, on_delete=models.PROTECT, related_name="requests")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.UniqueConstraint(fields=["person", "version"], name="policy_asked_once"),
            models.CheckConstraint(
                condition=Q(due_at__gt=F("asked_at")), name="policy_asked_before_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person}: {self.version} by {localdate(self.due_at)}"


class Outcome(models.TextChoices):
    """What became of a reminder."""

    WAITING = "waiting", "Waiting"
    SENT = "sent", "Sent"
    NEEDLESS = "needless", "Not needed any more"


class Reminder(Row):
    """A reminder, due at an instant. The row is the record; a task only wakes the sending."""

    request = models.ForeignKey(
        AcknowledgementRequest, on_delete=models.CASCADE, related_name="reminders"
    )
    kind = models.CharField(max_length=8, choices=[(k.value, k.value) for k in ReminderKind])
    due_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome.choices, default=Outcome.WAITING)
    done_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["due_at"]
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome=Outcome.WAITING, done_at=None)
                | (~Q(outcome=Outcome.WAITING) & Q(done_at__isnull=False)),
                name="policy_reminder_done_dated",
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"],
                name="policy_reminder_due",
                condition=Q(outcome=Outcome.WAITING),
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {localdate(self.due_at)}"
