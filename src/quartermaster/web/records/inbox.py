"""What came to the records' address and could not be saved by itself: the custodian's to sort."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django_tables2 import Column

from quartermaster.kernel.worded import choices
from quartermaster.records.actions import inbox as actions
from quartermaster.records.inbox import mails_visible_to
from quartermaster.records.models import InboxMail
from quartermaster.records.permits import INBOX_DECIDE
from quartermaster.records.rules.inbox import MailState
from quartermaster.web.links import person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    ChipColumn,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    LinkColumn,
    ListPage,
    Table,
    WhenColumn,
)
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.sorting import DiscardPage, taken_away

TITLE = "Mail to the records' address"
STATES = {
    "kept": "good",
    "released": "good",
    "quarantined": "warning",
    "discarded": "neutral",
    "refused": "neutral",
}


class SenderColumn(LinkColumn):
    """Who a message says it is from; it leads to the message though it says nobody."""

    def render(self, value: Any, record: Any) -> str:
        return super().render(value or "Nobody named", record)


class MailTable(Table):
    sender = SenderColumn("records:mail", verbose_name="From", empty_values=())
    state = ChipColumn(STATES)
    reason = Column(verbose_name="Why")
    record = Column(accessor="record__number", verbose_name="Record")
    arrived_at = WhenColumn(verbose_name="Came")

    class Meta(Table.Meta):
        model = InboxMail
        fields = ()


class MailFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=choices(MailState), empty_label="Any", label="What became of it"
    )


class Mails(ListPage[InboxMail]):
    """What came, and what became of it (G-5)."""

    permit = INBOX_DECIDE
    title = TITLE
    table_class = MailTable
    filters = MailFilters
    search = ("sender", "reason")
    empty = "Nothing came yet."
    noun = ("message", "messages")

    def rows(self) -> QuerySet[InboxMail]:
        return mails_visible_to(self.actor)


class OneMail(OneRow[InboxMail]):
    permit = INBOX_DECIDE
    thing = "message"

    def rows(self) -> QuerySet[InboxMail]:
        return mails_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("records:mail", kwargs={"key": self.object.pk})
        return (Crumb(TITLE, reverse("records:mails")), Crumb(str(self.object), here))


class Mail(OneMail, DetailPage[InboxMail]):
    """One message: from whom, why it waits, and what can be done with it (G-5)."""

    def heading(self) -> str:
        return str(self.object)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(TITLE, reverse("records:mails")),)

    def state(self) -> Any:
        mail = self.object
        return chip(mail.get_state_display(), tone=STATES[mail.state])

    def buttons(self) -> Sequence[Button]:
        if self.object.state != MailState.QUARANTINED:
            return ()
        key = {"key": self.object.pk}
        return (
            Button("Save as a record", "records:mail-release", INBOX_DECIDE, key, ""),
            Button("Read it", "records:mail-content", INBOX_DECIDE, key),
            Button("Discard", "records:mail-discard", INBOX_DECIDE, key, "secondary"),
        )

    def facts(self) -> Sequence[Fact]:
        mail = self.object
        record = mail.record
        facts = [
            Fact("From", mail.sender or "Nobody named"),
            Fact("Came", full_time(mail.arrived_at), note=mail.get_way_display()),
            Fact("Why", mail.reason),
            Fact("Size", f"{mail.size:,} bytes", note=f"SHA-256 {mail.digest}"),
        ]
        if mail.person is not None:
            address = person_address(self.request, mail.person)
            facts.append(Fact("Person", mail.person.name, address))
        if record is not None:
            address = reverse("records:record", kwargs={"key": record.pk})
            facts.append(Fact("Record", record.number, address))
        if mail.decided_at is not None and mail.decided_by is not None:
            said = f"by {mail.decided_by.name}"
            facts.append(Fact("Decided", full_time(mail.decided_at), note=said))
        return facts


class MailContent(OneMail):
    """A message that waits, as it came, to be taken away."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        _, content = actions.read_mail(mail_id=self.object.pk, actor=self.actor, at=self.at)
        return taken_away([content], len(content), "message.eml")


class ReleaseForm(forms.Form):
    """Whose record it is."""

    number = forms.CharField(label="Personnel number", max_length=20)


class Release(OneMail, ActPage[InboxMail]):
    """Save it as somebody's record (G-5)."""

    title = "Save as a record"
    sentence = "{} becomes a record of the person whose it is."
    submit = "Save it"
    done = "It is saved."
    form_class = ReleaseForm

    def act(self, form: Any) -> InboxMail:
        return actions.release(
            mail_id=self.object.pk,
            number=form.cleaned_data["number"],
            actor=self.actor,
            at=self.at,
        )


class Discard(OneMail, DiscardPage[InboxMail]):
    """Discard it (G-5)."""

    stays = "That it came, and your reason, stay on record."

    def came_at(self) -> datetime:
        return self.object.arrived_at

    def act(self, form: Any) -> InboxMail:
        return actions.discard(
            mail_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
