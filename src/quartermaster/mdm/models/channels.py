"""The users of a device who have a channel of their own beside the device's."""

from django.db import models

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.enrolment import Enrolment


class UserChannel(Row):
    """One user of one enrolled device. The device's own certificate speaks for it."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="channels")
    user_id = models.CharField("the device's name for the user", max_length=200)
    short_name = models.CharField(max_length=200, blank=True)
    topic = models.CharField(max_length=200, blank=True)
    sealed_push_token = models.BinaryField(null=True)
    sealed_push_magic = models.BinaryField(null=True)
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["enrolment", "short_name", "user_id"]
        constraints = [
            models.UniqueConstraint(fields=["enrolment", "user_id"], name="mdm_user_channel_once"),
            models.CheckConstraint(condition=~models.Q(user_id=""), name="mdm_user_channel_named"),
        ]

    def __str__(self) -> str:
        return self.short_name or self.user_id
