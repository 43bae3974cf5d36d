"""Messages to the records' address: each once, whatever way it came."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.kernel.worded import choices
from quartermaster.org.models import Person
from quartermaster.records.models.capture import Record
from quartermaster.records.rules.inbox import MailState, MailWay


class InboxMail(Row):
    """A message by its digest. Its content is here, sealed, while it waits for the custodian."""

    digest = models.CharField("SHA-256 of the message", max_length=64, unique=True)
    way = models.CharField(max_length=4, choices=choices(MailWay))
    state = models.CharField(max_length=11, choices=choices(MailState))
    sender = models.CharField("who it says it is from", max_length=254, blank=True)
    person = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=300, blank=True)
    size = models.PositiveBigIntegerField()
    sealed_key = models.BinaryField(null=True)
    sealed_content = models.BinaryField(null=True)
    record = models.OneToOneField(
        Record, null=True, on_delete=models.SET_NULL, related_name="inbox_mail"
    )
    arrived_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(Person, null=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["-arrived_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    state="quarantined", sealed_key__isnull=False, sealed_content__isnull=False
                )
                | (~Q(state="quarantined") & Q(sealed_key=None, sealed_content=None)),
                name="records_inbox_content_while_it_waits",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["released", "discarded"], decided_at__isnull=False)
                | (~Q(state__in=["released", "discarded"]) & Q(decided_at=None)),
                name="records_inbox_decided_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"Mail from {self.sender or 'nobody named'}"


class FetchedMail(Row):
    """A message of a mailbox that was taken, so that it is not taken again before it is moved."""

    mailbox = models.CharField(max_length=200)
    validity = models.PositiveBigIntegerField()
    uid = models.PositiveBigIntegerField()
    mail = models.ForeignKey(InboxMail, null=True, on_delete=models.CASCADE, related_name="+")
    fetched_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["mailbox", "validity", "uid"], name="records_fetched_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.mailbox} {self.uid}"
