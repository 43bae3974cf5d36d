"""When a device was last looked at, by what, and what was said of it."""

from django.db import models

from quartermaster.inventory.models import Device


class Look(models.Model):
    """The last look at a device: what stands while its ``stamp`` is the same.

    ``stamp`` is a digest of everything that its evaluation looks at; time alone changes nothing
    before ``stands_until``. ``said`` has a digest of each outcome as it was written.
    """

    device = models.OneToOneField(
        Device, on_delete=models.PROTECT, primary_key=True, related_name="look"
    )
    looked_at = models.DateTimeField()
    stands_until = models.DateTimeField()
    stamp = models.CharField(max_length=32)
    said = models.TextField(blank=True)

    def __str__(self) -> str:
        return f"{self.device}, {self.looked_at:%Y-%m-%d %H:%M}"
