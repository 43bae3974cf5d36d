"""The outbox: one row for each event and handler, written with the act."""

from django.db import models

from quartermaster.kernel.models import Row


class Delivery(Row):
    """An event on its way to one handler. Done when ``delivered_at`` is set."""

    tag = models.CharField(max_length=100)
    handler = models.CharField(max_length=200)
    payload = models.JSONField()
    happened_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=500, blank=True)
    delivered_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        indexes = [
            models.Index(
                fields=["due_at"],
                name="jobs_delivery_due",
                condition=models.Q(delivered_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return f"{self.tag} → {self.handler}"
