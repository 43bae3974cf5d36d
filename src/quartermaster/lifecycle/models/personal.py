"""Personal devices that left: what was removed, by whose wish, and the consent that had been."""

from django.db import models
from django.db.models import Q

from quartermaster.inventory.models import Device
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person


class Leaving(Row):
    """That a person's own device left. It is no loss, and its consent stays on record."""

    device = models.OneToOneField(Device, on_delete=models.PROTECT, related_name="leaving")
    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    own_wish = models.BooleanField("by its owner's own wish")
    reason = models.CharField(max_length=300)
    consented_at = models.DateTimeField("agreed to the disclosure", null=True)
    enrolled = models.BooleanField("it was under management")
    removed = models.JSONField("what was removed, in plain words", default=list)
    left_at = models.DateTimeField()
    left_by = models.CharField(max_length=200)

    class Meta:
        ordering = ["-left_at", "-id"]
        constraints = [
            models.CheckConstraint(condition=~Q(reason=""), name="lifecycle_leaving_has_reason")
        ]

    def __str__(self) -> str:
        return f"{self.device} left"
