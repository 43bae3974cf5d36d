"""Mail: what was written to whom, whether the mail server took it, and trying again."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.notify import actions
from quartermaster.notify.models import Message
from quartermaster.notify.permits import MESSAGE_RETRY, MESSAGE_VIEW
from quartermaster.notify.queries import messages_visible_to
from quartermaster.notify.rules import MessageState
from quartermaster.web.marks import chip, full_time
from quartermaster.web.notify.filters import MessageFilters
from quartermaster.web.notify.tables import TONES, MessageTable
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, ListPage


class Messages(ListPage[Message]):
    """All mail, newest first."""

    permit = MESSAGE_VIEW
    title = "Mail"
    lead = "What the house told people. It is tried for some days before it is given up."
    table_class = MessageTable
    filters = MessageFilters
    search = ("subject", "recipient", "recipient_name")
    search_hint = "Subject, name or address"
    empty = "Nothing was mailed yet."
    noun = ("message", "messages")

    def rows(self) -> QuerySet[Message]:
        return messages_visible_to(self.actor)


class MessagePage(DetailPage[Message]):
    """One message, as it was sent."""

    permit = MESSAGE_VIEW
    thing = "message"
    template_name = "notify/message.html"

    def rows(self) -> QuerySet[Message]:
        return messages_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Mail", reverse("notify:messages")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        message = self.object
        facts = [
            Fact("To", message.recipient_name or message.recipient, note=message.recipient),
            Fact("Written", full_time(message.created_at)),
            Fact("Attempts", str(message.attempts)),
        ]
        if message.sent_at:
            facts.append(Fact("Sent", full_time(message.sent_at)))
        elif message.state == MessageState.QUEUED:
            facts.append(Fact("Next attempt", full_time(message.due_at)))
        attached = [item.name for item in message.attachments.all()]
        if attached:
            facts.append(Fact("With it", ", ".join(attached)))
        if message.last_error:
            facts.append(Fact("What the mail server said", message.last_error))
        return facts

    def buttons(self) -> Sequence[Button]:
        if self.object.state != MessageState.FAILED:
            return ()
        key = {"key": self.object.pk}
        return (Button("Try again", "notify:message-try-again", MESSAGE_RETRY, key, look=""),)


class TryAgain(ActPage[Message]):
    """Queue a failed message once more (C-1)."""

    permit = MESSAGE_RETRY
    thing = "message"
    title = "Try again"
    sentence = "“{}” goes to the mail server once more, as it was written."
    submit = "Try again"
    done = "The message waits to be sent."

    def rows(self) -> QuerySet[Message]:
        return messages_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        page = reverse("notify:message", kwargs={"key": self.object.pk})
        return (Crumb("Mail", reverse("notify:messages")), Crumb(self.object.subject, page))

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.try_again(message=self.object, actor=self.actor, at=self.at)
