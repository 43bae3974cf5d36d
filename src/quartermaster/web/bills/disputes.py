"""Pages of disputes with carriers: the list, one with what was credited, and its verbs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import Dispute
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.queries.credits import free_credits
from quartermaster.billing.rules.bills import DISPUTE, WAITING, DisputeState
from quartermaster.files.papers import PDF
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.money import dollars
from quartermaster.web.bills.findings import ReasonForm
from quartermaster.web.bills.tables import DISPUTE_TONES, DisputeTable
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    ListPage,
    Page,
)


class DisputeFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in DisputeState],
        empty_label="Any",
        label="State",
    )


class Disputes(ListPage[Dispute]):
    """What is asked back of carriers (G-12)."""

    permit = permits.DISPUTE_VIEW
    title = "Disputes"
    lead = "What is asked back of an invoice is collected, sent as one letter, and looked out for."
    table_class = DisputeTable
    filters = DisputeFilters
    search = ("number", "invoice__number", "invoice__carrier", "invoice__account")
    search_hint = "Dispute, invoice, carrier or account"
    empty = "Nothing was disputed yet."
    noun = ("dispute", "disputes")

    def rows(self) -> QuerySet[Dispute]:
        return queries.disputes_visible_to(self.actor)


_BUTTONS = (
    ("send", "Send to the carrier", "bills:dispute-send", ""),
    ("answer", "Note the answer", "bills:dispute-answer", "outline"),
    ("drop", "Give up the rest", "bills:dispute-drop", "secondary"),
)


class DisputePage(DetailPage[Dispute]):
    """One dispute: what is asked back, and what was credited of it."""

    permit = permits.DISPUTE_VIEW
    thing = "dispute"
    template_name = "bills/dispute.html"

    def rows(self) -> QuerySet[Dispute]:
        return queries.disputes_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Disputes", reverse("bills:disputes")),)

    def state(self) -> Any:
        row = self.object
        return chip(DisputeState(row.state).label, tone=DISPUTE_TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        here = reverse("bills:invoice", kwargs={"key": row.invoice.pk})
        facts = [
            Fact(
                "Invoice", row.invoice.number, here, f"{row.invoice.carrier} {row.invoice.account}"
            ),
            Fact("Asked back", dollars(row.claimed_cents)),
            Fact("Credited", dollars(row.credited_cents)),
            Fact("Outstanding", dollars(row.outstanding_cents)),
        ]
        if row.sent_at is not None:
            to = f"to {row.sent_to}" if row.sent_to else "to be handed over by you: no address"
            facts.append(Fact("Sent", full_time(row.sent_at), note=to))
        if row.due_on is not None:
            facts.append(Fact("Answer due", full_date(row.due_on)))
        if row.answered_at is not None:
            facts.append(Fact("Answered", full_time(row.answered_at), note=row.answer))
        if row.closed_at is not None:
            facts.append(Fact("Over", full_time(row.closed_at), note=row.closing_reason))
        return facts

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        possible = DISPUTE.verbs_from(DisputeState(row.state))
        found = [
            Button(label, name, permits.DISPUTE_MANAGE, kwargs, look)
            for verb, label, name, look in _BUTTONS
            if verb in possible
        ]
        if row.state in WAITING and row.outstanding_cents and free_credits(row):
            words = ("Put a credit to it", "bills:dispute-credit", permits.DISPUTE_MANAGE, kwargs)
            found.append(Button(*words, "outline"))
        if row.letter_id is not None:
            found.append(
                Button("Letter (PDF)", "bills:dispute-letter", permits.DISPUTE_VIEW, kwargs)
            )
        return found


class Letter(Page):
    """The letter as it went to the carrier."""

    permit = permits.DISPUTE_VIEW

    def get(self, *_args: Any, key: UUID, **_kwargs: Any) -> HttpResponse:
        row = queries.disputes_visible_to(self.actor).filter(id=key).first()
        if row is None or row.letter is None:
            raise NotFound("There is no such letter, or you may not see it.")
        return HttpResponse(
            read_file(row.letter.digest),
            content_type=PDF,
            headers={"Content-Disposition": f'attachment; filename="{row.letter.name}"'},
        )


class OfDispute(ActPage[Dispute]):
    """What the verbs share."""

    permit = permits.DISPUTE_MANAGE
    thing = "dispute"

    def rows(self) -> QuerySet[Dispute]:
        return queries.disputes_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("bills:dispute", kwargs={"key": self.object.pk})
        return (Crumb("Disputes", reverse("bills:disputes")), Crumb(str(self.object), here))


class Send(OfDispute):
    """Send a dispute (G-12)."""

    title = "Send to the carrier"
    submit = "Send"
    done = "{} is sent."

    def explain(self) -> str:
        row = self.object
        asked = dollars(row.claimed_cents)
        return f"{asked} of invoice {row.invoice.number} is asked back, line by line, as a PDF."

    def consequences(self) -> Sequence[str]:
        address = self.object.contract.email if self.object.contract else ""
        to = f"It is mailed to {address}." if address else "No address is known: hand it over."
        return (to, "Nothing more can be put into it. The carrier has a day to answer by.")

    def act(self, form: Any) -> Dispute:  # noqa: ARG002 (nothing to fill in)
        return invoices.send_dispute(dispute=self.object, actor=self.actor, at=self.at)


class AnswerForm(forms.Form):
    answer = forms.CharField(
        label="What they answered",
        max_length=1000,
        required=False,
        widget=forms.Textarea({"rows": 4}),
    )


class Answer(OfDispute):
    """Note what the carrier answered (G-12)."""

    title = "Note the answer"
    sentence = "{}: a credit that they promise is looked out for on the invoices to come."
    form_class = AnswerForm
    submit = "Note it"
    done = "The answer is noted."

    def act(self, form: Any) -> Dispute:
        return invoices.note_answer(
            dispute=self.object, answer=form.cleaned_data["answer"], actor=self.actor, at=self.at
        )


class Drop(OfDispute):
    """Give up what was not credited (G-12)."""

    title = "Give up the rest"
    sentence = "{}: what was not credited is accepted, and no longer held back."
    form_class = ReasonForm
    submit = "Give it up"
    look = "secondary"
    done = "{} is given up."

    def act(self, form: Any) -> Dispute:
        return invoices.drop_dispute(
            dispute=self.object, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )
