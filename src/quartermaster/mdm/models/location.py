"""Where a lost device said that it was. Kept sealed, for a while."""

from django.db import models

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.commands import Command


class Location(Row):
    """One answer to the question where a lost device is. The coordinates are sealed (ADR 10)."""

    command = models.OneToOneField(Command, on_delete=models.PROTECT, related_name="location")
    sealed = models.BinaryField()
    accuracy = models.FloatField("metres around the point")
    measured_at = models.DateTimeField(null=True)
    received_at = models.DateTimeField()
    delete_at = models.DateTimeField()

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["delete_at"], name="mdm_location_to_delete")]

    def __str__(self) -> str:
        return f"Location of {self.command.enrolment.device}"
