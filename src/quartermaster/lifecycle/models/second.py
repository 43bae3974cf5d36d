"""Authorisations of a second cellular device (G-8)."""

from django.db import models
from django.db.models import F, Q

from quartermaster.inventory.models import DeviceClass
from quartermaster.kernel.models import Row
from quartermaster.lifecycle.models.requests import RequestItem
from quartermaster.org.models import Person


class SecondDevice(Row):
    """That a person may hold one cellular device more, of a class, until a day, and why."""

    person = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="second_devices")
    device_class = models.CharField(max_length=12, choices=DeviceClass.choices)
    reason = models.CharField(max_length=500)
    alternatives = models.JSONField(default=list)
    item = models.ForeignKey(RequestItem, null=True, on_delete=models.PROTECT, related_name="+")
    authorised_by = models.ForeignKey(Person, on_delete=models.PROTECT, related_name="+")
    authorised_at = models.DateTimeField()
    until = models.DateField()
    told_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ending_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["-authorised_at"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(authorised_by=F("person")),
                name="lifecycle_second_authorised_by_another",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="lifecycle_second_has_reason"),
            models.CheckConstraint(
                condition=Q(device_class__in=["smartphone", "tablet", "laptop", "hotspot"]),
                name="lifecycle_second_class_known",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_device_class_display()} for {self.person}, until {self.until:%B %-d, %Y}"
