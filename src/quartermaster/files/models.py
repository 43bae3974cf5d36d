"""What is known of each kept file. The bytes are in the store, under their digest."""

from django.db import models

from quartermaster.kernel.models import Row


class StoredFile(Row):
    """A file as it was first stored. A trigger refuses any change but what is dated below.

    ``removed_at``: its bytes are out of the store and its replica, too.
    """

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=127)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    replicated_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-stored_at", "name"]
        indexes = [
            models.Index(
                fields=["destroyed_at"],
                name="files_destroyed_not_removed",
                condition=models.Q(destroyed_at__isnull=False, removed_at=None),
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="files_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(media_type=""),
                name="files_named_and_typed",
            ),
            models.CheckConstraint(
                condition=models.Q(removed_at=None) | models.Q(destroyed_at__isnull=False),
                name="files_removed_is_destroyed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
