"""What is declared to a device, how it stands there, and the reports that say so."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.enrolment import Enrolment


class Announcement(Row):
    """What a device was last told to have; it fetches exactly this, whatever is required by then.

    ``token`` tells one set from another, ``body`` is the driver's.
    """

    enrolment = models.OneToOneField(
        Enrolment, on_delete=models.PROTECT, related_name="announcement"
    )
    token = models.CharField(max_length=64)
    body = models.BinaryField()
    announced_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Declarations of {self.enrolment}"


class DeclaredState(models.Model):
    """How one declaration stands on a device, as it last said."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="declared")
    section = models.CharField(max_length=20)
    identifier = models.CharField(max_length=64)
    token = models.CharField(max_length=64)
    active = models.BooleanField()
    valid = models.CharField(max_length=10)
    reasons = models.JSONField(default=list)
    reported_at = models.DateTimeField()

    class Meta:
        ordering = ["section", "identifier"]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "section", "identifier"], name="mdm_declared_state_once"
            ),
            models.CheckConstraint(
                condition=Q(valid__in=["unknown", "invalid", "valid"]),
                name="mdm_declared_validity_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.identifier} ({self.valid})"


class StatusReport(Row):
    """A report as it came; learned from after the reply, and kept for a while."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="reports")
    body = models.BinaryField()
    received_at = models.DateTimeField()
    learn_due_at = models.DateTimeField("still to be learned from", null=True)
    learn_attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-received_at", "-id"]
        indexes = [
            models.Index(
                fields=["learn_due_at"],
                name="mdm_status_unlearned",
                condition=Q(learn_due_at__isnull=False),
            ),
            models.Index(fields=["enrolment", "received_at"], name="mdm_status_of_enrolment"),
        ]

    def __str__(self) -> str:
        return f"Status of {self.enrolment}"
