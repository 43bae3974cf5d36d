"""Handing queued messages to the mail server. Each is claimed, tried and marked in turn."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction

from quartermaster.files.errors import FileDamaged, FileMissing
from quartermaster.files.queries import read_file
from quartermaster.notify.models import Message
from quartermaster.notify.rules import MessageState, gives_up, pause

log = structlog.get_logger(__name__)
CLAIM = timedelta(minutes=5)


def deliver_due(at: datetime, limit: int = 200) -> int:
    """Send what is due; how many went out. A message is never sent by two workers at once."""
    sent = 0
    for _ in range(limit):
        message = _claim(at)
        if message is None:
            break
        sent += _try(message, at)
    return sent


def _claim(at: datetime) -> Message | None:
    """Take one due message by moving its due time on: a worker that dies lets go of it by that."""
    with transaction.atomic():
        message = (
            Message.objects.select_for_update(skip_locked=True)
            .filter(state=MessageState.QUEUED, due_at__lte=at)
            .order_by("due_at", "id")
            .first()
        )
        if message is not None:
            message.attempts += 1
            message.due_at = at + CLAIM
            message.save(update_fields=["attempts", "due_at"])
        return message


def _try(message: Message, at: datetime) -> int:
    mail = EmailMessage(
        subject=message.subject,
        body=message.text,
        from_email=settings.DEFAULT_FROM_EMAIL,
        to=[message.recipient],
        headers={
            # the same at every attempt, so that a mail taken twice is recognised as one
            "Message-ID": f"<{message.id}@{settings.MAIL_DOMAIN}>",
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
        },
    )
    try:
        for attached in message.attachments.select_related("file"):
            mail.attach(attached.name, read_file(attached.file.digest), attached.file.media_type)
        mail.send()
    except (smtplib.SMTPException, OSError, FileMissing, FileDamaged) as problem:
        _postpone(message, problem, at)
        return 0
    Message.objects.filter(id=message.id, state=MessageState.QUEUED).update(
        state=MessageState.SENT, sent_at=at, last_error=""
    )
    return 1


def _postpone(message: Message, problem: Exception, at: datetime) -> None:
    over = gives_up(_code(problem), message.attempts)
    log.warning("notify.not-sent", message_id=str(message.id), final=over, error=str(problem))
    Message.objects.filter(id=message.id, state=MessageState.QUEUED).update(
        state=MessageState.FAILED if over else MessageState.QUEUED,
        due_at=at + pause(message.attempts),
        last_error=f"{type(problem).__name__}: {problem}"[:500],
    )


def _code(problem: Exception) -> int | None:
    """The mail server's own code; a refused recipient's stands one level deeper."""
    if isinstance(problem, smtplib.SMTPRecipientsRefused):
        return min((code for code, _ in problem.recipients.values()), default=None)
    code = getattr(problem, "smtp_code", None)
    # a log-in that fails is our own fault and may be mended: it is never the message's end
    if isinstance(problem, smtplib.SMTPAuthenticationError):
        return None
    return code if isinstance(code, int) else None
