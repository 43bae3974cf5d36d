"""Delegations: who takes a person's steps while they are away."""

from django.db import models
from django.db.models import F, Q

from quartermaster.kernel.models import Row
from quartermaster.org.models import Person


class Delegation(Row):
    """From one day to another, ``delegate`` sees and does what waits for ``person``."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="delegations")
    delegate = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    starts_on = models.DateField()
    ends_on = models.DateField()
    reason = models.CharField(max_length=300, blank=True)
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-starts_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(person=F("delegate")), name="lifecycle_delegation_to_another"
            ),
            models.CheckConstraint(
                condition=Q(starts_on__lte=F("ends_on")), name="lifecycle_delegation_span_in_order"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.delegate} for {self.person}"
