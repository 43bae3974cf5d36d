"""Telling people: a row in the caller's transaction, and a wake-up."""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.template import Context
from django.template.loader import get_template

from quartermaster.files.models import StoredFile
from quartermaster.jobs.acts import act
from quartermaster.jobs.queue import app
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import permits
from quartermaster.notify.models import Attachment, Message
from quartermaster.notify.rules import MESSAGE, MessageState, heading, require_postable

DELIVER = "quartermaster.notify.tasks.deliver"


def send(
    *,
    template: str,
    to: str,
    name: str,
    context: Mapping[str, Any],
    key: str,
    actor: Actor,
    at: datetime,
    about: models.Model | None = None,
    attachments: Sequence[StoredFile] = (),
) -> Message:
    """Queue a mail, once for one cause (C-1, G-9).

    Args:
        template: such as ``compliance/notices/finding``; ``.txt`` is added. Its first line is the
            subject.
        to: the address.
        name: the person's name, as the mail greets them.
        context: what the template shows; ``name``, ``city`` and ``web_url`` are added.
        key: names the cause. A second call with the same key returns the first message.
        actor: who causes it.
        at: now.
        about: what it is about, for that thing's page.
        attachments: kept files that go with it, under their own names; at most `LARGEST_POST`
            bytes together.

    Raises:
        FileTooLarge: where mail servers would refuse what goes with it.
    """
    known = Message.objects.filter(key=key).first()
    if known is not None:
        return known
    require_postable(sum(file.size for file in attachments))
    shown = {"name": name, "city": settings.CITY, "web_url": settings.WEB_URL, **context}
    subject, _, text = _rendered(template, shown).partition("\n")
    with act(actor, at) as doing:
        message, made = Message.objects.get_or_create(
            key=key,
            defaults={
                "template": template,
                "recipient": to,
                "recipient_name": heading(name),
                "subject": heading(subject),
                "text": text.lstrip("\n"),
                "digest": hashlib.sha256(text.encode()).hexdigest(),
                "about_kind": about._meta.label_lower if about is not None else "",  # noqa: SLF001
                "about_id": str(about.pk) if about is not None else "",
                "created_at": at,
                "due_at": at,
            },
        )
        if made:
            more = _attached(message, attachments)
            doing.record(
                "notify.message.queued", message, template=template, digest=message.digest, **more
            )
            app.configure_task(DELIVER).defer()
    return message


def _attached(message: Message, files: Sequence[StoredFile]) -> dict[str, list[str]]:
    Attachment.objects.bulk_create(
        Attachment(message=message, file=file, name=file.name) for file in files
    )
    return {"attachments": [file.digest for file in files]} if files else {}


def _rendered(template: str, shown: Mapping[str, Any]) -> str:
    """Plain text: nothing in it is markup, so nothing is escaped."""
    source = get_template(f"{template}.txt").template  # type: ignore[attr-defined]
    return str(source.render(Context(dict(shown), autoescape=False)))


def try_again(*, message: Message, actor: Actor, at: datetime) -> None:
    """Queue a failed message once more (C-1)."""
    require(actor, permits.MESSAGE_RETRY)
    step = MESSAGE.transitions["try again"]
    with act(actor, at) as doing:
        moved = Message.objects.filter(id=message.id, state__in=step.sources).update(
            state=MessageState.QUEUED, due_at=at, attempts=0
        )
        if not moved:
            raise Conflict("Only a failed message can be tried again.")
        doing.record("notify.message.tried-again", message)
        app.configure_task(DELIVER).defer()


def forget_words(
    *, about: models.Model, said: str, outsider: str = "", actor: Actor, at: datetime
) -> int:
    """Take the words out of what was sent about a thing that is destroyed; how many (C-2).

    That it was sent and when stays, and so does the digest of what it said; to whom stays but for
    the address of an ``outsider``.
    """
    rows = Message.objects.filter(
        about_kind=about._meta.label_lower,  # noqa: SLF001
        about_id=str(about.pk),
    )
    with act(actor, at) as doing:
        count = rows.exclude(text=said).update(text=said)
        if outsider:
            rows.filter(recipient=outsider).update(recipient="", recipient_name="")
        if count:
            doing.record("notify.message.words-forgotten", about, count=count)
    return count
