"""Files that the room makes: kept sealed, each under a key of its own."""

from django.db import models

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row


class SealedFile(Row):
    """``digest`` is that of the content; ``file`` is its sealed form in the store.

    A working copy is destroyed with the record that it was made of; what was given out stays.
    """

    name = models.CharField(max_length=200)
    media_type = models.CharField(max_length=127)
    size = models.PositiveBigIntegerField()
    digest = models.CharField("SHA-256", max_length=64)
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    sealed_key = models.BinaryField()
    made_at = models.DateTimeField()
    destroyed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(digest__regex=r"^[0-9a-f]{64}$"),
                name="disclosure_file_digest_is_sha256",
            ),
            models.CheckConstraint(
                condition=models.Q(destroyed_at=None) | models.Q(sealed_key=b"", name="Destroyed"),
                name="disclosure_file_destroyed_has_no_key",
            ),
        ]

    def __str__(self) -> str:
        return self.name
