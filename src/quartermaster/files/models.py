"""What is known of each kept file. The bytes are in the store, under their digest."""

from django.db import models

from quartermaster.kernel.models import Row


class StoredFile(Row):
    """A file as it was first stored. Written once: a trigger refuses any change."""

    digest = models.CharField("SHA-256", max_length=64, unique=True)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=127)
    name = models.CharField(max_length=200)
    stored_at = models.DateTimeField()

    class Meta:
        ordering = ["-stored_at", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"), name="files_digest_is_sha256"
            ),
            models.CheckConstraint(
                condition=~models.Q(name="") & ~models.Q(media_type=""),
                name="files_named_and_typed",
            ),
        ]

    def __str__(self) -> str:
        return self.name
