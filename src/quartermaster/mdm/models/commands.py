"""The command queue: what must not be lost is a row."""

from django.db import models
from django.db.models import Q

from quartermaster.kernel.models import Row
from quartermaster.mdm.models.channels import UserChannel
from quartermaster.mdm.models.destruction import DestructiveTarget
from quartermaster.mdm.models.enrolment import Enrolment
from quartermaster.mdm.states import OPEN_COMMANDS, CommandState


class Command(Row):
    """One command to one enrolment. ``id`` is the command's UUID on the wire."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="commands")
    user_channel = models.ForeignKey(
        UserChannel,
        on_delete=models.PROTECT,
        related_name="commands",
        null=True,
        db_index=False,  # few commands are a user's; see below
    )
    kind = models.CharField(max_length=60)
    key = models.CharField("what it is for", max_length=120, blank=True)
    payload = models.BinaryField()
    digest = models.CharField("of what is installed", max_length=64, blank=True)
    state = models.CharField(
        max_length=14,
        choices=[(state.value, state.value.capitalize()) for state in CommandState],
        default=CommandState.QUEUED,
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    queued_at = models.DateTimeField()
    queued_by = models.CharField(max_length=200)
    sent_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField()
    answer = models.BinaryField(null=True)
    sealed = models.BooleanField("the payload holds a secret", default=False)
    # a command that destroys has the device's row of its request here, and there is only one ever
    target = models.OneToOneField(
        DestructiveTarget, null=True, on_delete=models.PROTECT, related_name="command"
    )
    reason = models.CharField(max_length=500, blank=True)
    error = models.CharField(max_length=500, blank=True)
    learn_due_at = models.DateTimeField("still to be learned from", null=True)
    learn_attempts = models.PositiveSmallIntegerField(default=0)
    deferred_at = models.DateTimeField("first put off by the device", null=True)
    request_key = models.CharField(
        "how the caller names the wish", max_length=100, db_default="", default=""
    )
    retry_of = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="retry"
    )
    retries = models.PositiveSmallIntegerField("tried again by itself", db_default=0, default=0)
    retry_due_at = models.DateTimeField("to be tried again", null=True)

    class Meta:
        ordering = ["-queued_at", "-id"]
        indexes = [
            models.Index(
                fields=["retry_due_at"],
                name="mdm_command_retry_due",
                condition=Q(retry_due_at__isnull=False),
            ),
            models.Index(
                fields=["learn_due_at"],
                name="mdm_command_unlearned",
                condition=Q(learn_due_at__isnull=False),
            ),
            models.Index(
                fields=["user_channel"],
                name="mdm_command_of_user",
                condition=Q(user_channel__isnull=False),
            ),
            models.Index(
                fields=["enrolment", "queued_at", "id"],
                name="mdm_command_waiting",
                condition=Q(state__in=sorted(OPEN_COMMANDS)),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "request_key"],
                condition=~Q(request_key=""),
                name="mdm_command_wished_once",
            ),
            models.UniqueConstraint(
                fields=["enrolment", "key"],
                condition=Q(state="queued") & ~Q(key=""),
                name="mdm_command_waits_once",
            ),
            models.CheckConstraint(
                condition=Q(state__in=[state.value for state in CommandState]),
                name="mdm_command_state_known",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["acknowledged", "failed"]) | Q(answered_at__isnull=False),
                name="mdm_command_answer_dated",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} ({self.state})"


class Orphan(Row):
    """An answer to a command that is not in the queue; kept, and shown."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.PROTECT, related_name="orphans")
    command_uuid = models.CharField(max_length=100)
    status = models.CharField(max_length=30)
    answer = models.BinaryField()
    received_at = models.DateTimeField()
