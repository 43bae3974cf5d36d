"""Messages: what was told to whom, when, and whether it arrived at the mail server."""

from django.db import models
from django.db.models import Q

from quartermaster.files.models import StoredFile
from quartermaster.kernel.models import Row
from quartermaster.notify.rules import MessageState


class Message(Row):
    """One mail, as it was rendered. A row first; the mail server hears of it later."""

    key = models.CharField("cause", max_length=200, unique=True)
    template = models.CharField(max_length=100)
    recipient = models.EmailField(max_length=254)
    recipient_name = models.CharField(max_length=200, blank=True)
    subject = models.CharField(max_length=200)
    text = models.TextField()
    digest = models.CharField(max_length=64)
    about_kind = models.CharField(max_length=60, blank=True)
    about_id = models.CharField(max_length=100, blank=True, db_index=True)
    state = models.CharField(
        max_length=10,
        choices=[(state.value, state.value.capitalize()) for state in MessageState],
        default=MessageState.QUEUED,
    )
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_at = models.DateTimeField(null=True)
    last_error = models.CharField(max_length=500, blank=True)

    class Meta:
        ordering = ["-created_at", "-id"]
        indexes = [
            models.Index(fields=["due_at"], name="notify_message_due", condition=Q(state="queued"))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="sent", sent_at__isnull=False)
                | Q(state__in=["queued", "failed"], sent_at=None),
                name="notify_message_state_dated",
            )
        ]

    def __str__(self) -> str:
        return self.subject


class Attachment(Row):
    """A kept file that goes with a mail, under the name that the reader sees."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="attachments")
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=200)

    class Meta:
        ordering = ["id"]
        constraints = [
            models.UniqueConstraint(fields=["message", "name"], name="notify_attachment_named_once")
        ]

    def __str__(self) -> str:
        return self.name
