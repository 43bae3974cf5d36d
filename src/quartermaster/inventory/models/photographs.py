"""Photographs of the condition of devices."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.inventory.models.devices import Device
from quartermaster.inventory.states import Occasion
from quartermaster.kernel.models import Row
from quartermaster.org.models import Person


class Photograph(Row):
    """One picture of a device, made anew so that nothing but the picture is in it."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="photographs")
    holder = models.ForeignKey(  # whose it was then; they see it too
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    occasion = models.CharField(max_length=10, choices=Occasion.choices)
    note = models.CharField(max_length=300, blank=True)
    image = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    thumbnail = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    taken_at = models.DateTimeField()
    taken_by = models.CharField(max_length=200)
    taken_by_person = models.ForeignKey(
        Person, null=True, on_delete=models.PROTECT, related_name="+"
    )
    cause_kind = models.CharField(max_length=60, blank=True)
    cause_id = models.UUIDField(null=True, db_index=True)

    class Meta:
        ordering = ["-taken_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(occasion__in=Occasion.values), name="inventory_photo_occasion_known"
            ),
            models.UniqueConstraint(fields=["device", "image"], name="inventory_photo_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_occasion_display()}: {self.device}"
