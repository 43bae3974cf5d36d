"""Reads of mail."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Model, QuerySet

from quartermaster.kernel.permits import Actor, reach
from quartermaster.notify import permits
from quartermaster.notify.models import Message
from quartermaster.notify.rules import MessageState


def messages_visible_to(actor: Actor) -> QuerySet[Message]:
    """The mail that the actor may see: all of it, or none."""
    rows = Message.objects.all()
    return rows if reach(actor, permits.MESSAGE_VIEW).everything else rows.none()


def messages_about(thing: Model) -> QuerySet[Message]:
    """What was mailed about one thing; its page asks who may see it."""
    kind = thing._meta.label_lower  # noqa: SLF001 (Django's documented name)
    return Message.objects.filter(about_kind=kind, about_id=str(thing.pk))


def count_failed() -> int:
    return Message.objects.filter(state=MessageState.FAILED).count()


def count_waiting() -> int:
    return Message.objects.filter(state=MessageState.QUEUED).count()


def delivered_at(keys: Iterable[str]) -> dict[str, datetime]:
    """When the mail server took the messages of these causes; those that it did not take lack."""
    rows = Message.objects.filter(key__in=list(keys), state=MessageState.SENT)
    return {key: at for key, at in rows.values_list("key", "sent_at") if at is not None}
