"""What devices said of themselves."""

from django.db import models

from quartermaster.inventory.models import Device


class StoredFact(models.Model):
    """The newest value of one fact about one device."""

    device = models.ForeignKey(Device, on_delete=models.PROTECT, related_name="facts")
    key = models.CharField(max_length=60)
    value = models.JSONField(null=True)
    source = models.CharField(max_length=60)
    observed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["device", "key"], name="mdm_fact_once_a_device")
        ]
