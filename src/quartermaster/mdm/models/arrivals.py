"""What devices did that the house has still to take in: an inbox, emptied as it is read."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.enrolment import Enrolment


class ArrivalStep(models.TextChoices):
    """How far a device came."""

    AUTHENTICATED = "authenticated", "Authenticated"
    ENROLLED = "enrolled", "Enrolled"


class Arrival(Row):
    """One step of one enrolment, kept in the statement that made it; forgotten once told."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="+")
    step = models.CharField(max_length=14, choices=ArrivalStep)
    at = models.DateTimeField()
    facts = models.JSONField("what it said of itself", default=dict)

    class Meta:
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["at", "id"], name="mdm_arrival_in_order")]
        constraints = [
            models.CheckConstraint(
                condition=Q(step__in=ArrivalStep.values), name="mdm_arrival_step_known"
            )
        ]
