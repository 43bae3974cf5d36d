"""The ledger's table. Append-only: a trigger refuses update, delete and truncate."""

from django.db import models


class Entry(models.Model):
    """One act, chained to the one before it by ``digest``."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField(db_index=True)
    tag = models.CharField(max_length=100, db_index=True)
    actor_label = models.CharField(max_length=200)
    actor_id = models.UUIDField(null=True, db_index=True)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=100, db_index=True)
    data = models.JSONField(default=dict)
    previous = models.BinaryField(max_length=32)
    digest = models.BinaryField(max_length=32)
    seal = models.BinaryField(max_length=32)

    class Meta:
        ordering = ["-seq"]
        verbose_name_plural = "entries"
        constraints = [
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="audit_seq_positive"),
            models.UniqueConstraint(fields=["previous"], name="audit_chain_has_no_fork"),
        ]

    def __str__(self) -> str:
        return f"{self.seq} {self.tag}"
