"""What is due: batches, one with everything in it, the verbs on it, its certificate."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from quartermaster.files.models import StoredFile
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.worded import choices
from quartermaster.records import disposables, disposal
from quartermaster.records.actions import disposal as actions
from quartermaster.records.models import DisposalBatch, DisposalEntry
from quartermaster.records.permits import (
    BAG_EXPORT,
    DISPOSAL_APPROVE,
    DISPOSAL_SECOND,
    DISPOSAL_STOP,
    RETENTION_VIEW,
)
from quartermaster.records.rules.disposal import BATCH, LONGEST_RECEIPT, BatchState, EntryState
from quartermaster.records.rules.retention import Disposition
from quartermaster.web.marks import chip, full_date, full_time
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.proving import ProvingPage, proof_of
from quartermaster.web.retention.schedules import ReasonForm
from quartermaster.web.retention.tables import BATCHES, ENTRIES, BatchTable

PAGE = 100


class BatchFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(choices=choices(BatchState), empty_label="Any")


class Batches(ListPage[DisposalBatch]):
    """What is due, was destroyed, or was stopped (C-2)."""

    permit = RETENTION_VIEW
    title = "What is due"
    lead = (
        "What the schedule says need not be kept any longer, series by series. The records"
        " custodian and a second person approve it; then it waits, and can be stopped."
    )
    table_class = BatchTable
    filters = BatchFilters
    search = ("number", "terms__title", "entries__retained__label")
    search_hint = "Number or series"
    noun = ("batch", "batches")
    empty = "Nothing was due yet."

    def rows(self) -> QuerySet[DisposalBatch]:
        return disposal.with_counts(disposal.batches_visible_to(self.actor))

    def found(self, rows: QuerySet[DisposalBatch], words: str) -> QuerySet[DisposalBatch]:
        keys = super().found(disposal.batches_visible_to(self.actor), words).values("id")
        return rows.filter(id__in=keys)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Retention", reverse("retention:things")),)


class OfBatch:
    """What the pages of one batch share."""

    actor: Any
    object: DisposalBatch
    thing = "batch"

    def rows(self) -> QuerySet[DisposalBatch]:
        return disposal.batches_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("What is due", reverse("retention:batches")),)


class BatchPage(OfBatch, DetailPage[DisposalBatch]):
    """One batch: what it destroys, why, who stands for it, what stays (C-2)."""

    permit = RETENTION_VIEW
    template_name = "retention/batch.html"

    def heading(self) -> str:
        return f"{self.object.number}: {self.object.terms.title}"

    def state(self) -> Any:
        state = self.object.state
        return chip(self.object.get_state_display(), tone=BATCHES[state])

    def facts(self) -> Sequence[Fact]:
        batch, terms = self.object, self.object.terms
        facts = [
            Fact("What", disposables.disposable_of(batch.kind).title),
            Fact(
                "Kept for",
                terms.period.words(),
                note=f"from: {terms.get_trigger_display().lower()}",
            ),
            Fact("Legal basis", terms.basis, note=f"{terms.schedule}"),
            Fact("Then", terms.get_disposition_display()),
            Fact("Due until", full_date(batch.due_until)),
        ]
        if batch.approved_at:
            facts.append(
                Fact("Approved", full_time(batch.approved_at), note=f"by {batch.approved_by}")
            )
        if batch.second_at:
            facts.append(
                Fact("Second person", full_time(batch.second_at), note=f"{batch.second_by}")
            )
        return [*facts, *self._after()]

    def _after(self) -> Sequence[Fact]:
        batch = self.object
        facts = []
        if batch.waits_until and not batch.begun_at:
            facts.append(Fact("Waits until", full_time(batch.waits_until)))
        if batch.receipt:
            facts.append(Fact("Receipt of the state archive", batch.receipt))
        if batch.done_at:
            facts.append(Fact("Done", full_time(batch.done_at)))
        if batch.stopped_at:
            who = f"by {batch.stopped_by or 'the house'}: {batch.stop_reason}"
            facts.append(Fact("Stopped", full_time(batch.stopped_at), note=who))
        return facts

    def buttons(self) -> Sequence[Button]:
        batch, key = self.object, {"key": self.object.pk}
        possible = BATCH.verbs_from(BatchState(batch.state))
        buttons = []
        if "approve" in possible:
            buttons.append(Button("Approve", "retention:approve", DISPOSAL_APPROVE, key, ""))
        other = batch.approved_by_id != self.actor.person_id
        if "approve as the second" in possible and other:
            buttons.append(
                Button("Approve as the second", "retention:second", DISPOSAL_SECOND, key, "")
            )
        if _waits_for_receipt(batch):
            buttons.append(Button("Export it", "bags:of-batch", BAG_EXPORT, key))
            buttons.append(
                Button("Write down the receipt", "retention:receipt", DISPOSAL_APPROVE, key)
            )
        if "stop" in possible:
            buttons.append(Button("Stop", "retention:stop", DISPOSAL_STOP, key, "secondary"))
        if batch.certificate_id:
            buttons.append(Button("Certificate", "retention:certificate", RETENTION_VIEW, key, ""))
            buttons.append(Button("Statement", "retention:statement", RETENTION_VIEW, key))
        return buttons

    def context(self) -> dict[str, Any]:
        rows = disposal.entries_visible_to(self.actor).filter(batch=self.object)
        counts = {item: rows.filter(state=item.value).count() for item in EntryState}
        pages = Paginator(rows.order_by("state", "due_on", "id"), PAGE)
        leaf = pages.get_page(self.request.GET.get("page"))
        return {
            **super().context(),
            "entries": [
                (row, chip(row.get_state_display(), tone=ENTRIES[row.state])) for row in leaf
            ],
            "leaf": leaf,
            "counts": [(item.label, count) for item, count in counts.items() if count],
            "review": self.object.state == BatchState.REVIEW,
        }


def _waits_for_receipt(batch: DisposalBatch) -> bool:
    transfer = batch.terms.disposition == Disposition.TRANSFER
    return transfer and batch.state == BatchState.WAITING and not batch.receipt


class OnBatch(OfBatch):
    """The verbs lead back to the batch."""

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("retention:batch", kwargs={"key": self.object.pk})
        return (*super().crumbs(), Crumb(self.object.number, address))

    def explain(self) -> str:
        batch = self.object
        going = batch.entries.filter(state=EntryState.LISTED).count()
        what = disposables.disposable_of(batch.kind).title.lower()
        return f"{batch.number}: {going} of the series “{batch.terms.title}” ({what})."


class Approve(OnBatch, ProvingPage[DisposalBatch]):
    """Approve, as the records custodian, exactly what is listed (C-2)."""

    permit = DISPOSAL_APPROVE
    title = "Approve what is to be destroyed"
    submit = "Approve"
    look = "secondary"
    done = "Approved. A second person must agree."

    def consequences(self) -> Sequence[str]:
        return (
            "A second person is asked to approve exactly the same.",
            "Then it waits, and can be stopped until it is destroyed.",
            "What is under a hold or asked for then is kept, whatever is listed now.",
        )

    def act(self, form: Any) -> DisposalBatch:
        proof = proof_of(self, form, actions.purpose_now(self.object))
        return actions.approve_batch(
            batch_id=self.object.pk, proof=proof, actor=self.actor, at=self.at
        )


class Second(OnBatch, ProvingPage[DisposalBatch]):
    """Approve as the second person (C-2)."""

    permit = DISPOSAL_SECOND
    title = "Approve as the second person"
    submit = "Approve"
    look = "secondary"
    done = "Approved by two. It waits, and can still be stopped."

    def consequences(self) -> Sequence[str]:
        batch = self.object
        return (
            f"Approved by {batch.approved_by} before you.",
            "When its wait is over it is destroyed for good: keys, files, text and index.",
            "A certificate says what and why; nothing of the content is kept.",
        )

    def act(self, form: Any) -> DisposalBatch:
        proof = proof_of(self, form, actions.purpose_now(self.object))
        return actions.approve_as_second(
            batch_id=self.object.pk, proof=proof, actor=self.actor, at=self.at
        )


class Stop(OnBatch, ActPage[DisposalBatch]):
    """Stop a batch (C-2)."""

    permit = DISPOSAL_STOP
    title = "Stop the batch"
    form_class = ReasonForm
    submit = "Stop it"
    look = "secondary"
    done = "{} was stopped."

    def consequences(self) -> Sequence[str]:
        return ("What is not destroyed yet is kept, and falls due again.",)

    def act(self, form: Any) -> DisposalBatch:
        return actions.stop_batch(
            batch_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class ReceiptForm(forms.Form):
    """What the state archive gave."""

    receipt = forms.CharField(
        label="Receipt",
        max_length=LONGEST_RECEIPT,
        help_text="Its number and day, and who signed it.",
    )


class Receipt(OnBatch, ActPage[DisposalBatch]):
    """Write down that the state archive has what is transferred (C-2)."""

    permit = DISPOSAL_APPROVE
    title = "Write down the receipt"
    form_class = ReceiptForm
    submit = "The state archive has it"
    look = "secondary"
    done = "It is on record."

    def consequences(self) -> Sequence[str]:
        return ("It is destroyed here when the time of notice is over.",)

    def act(self, form: Any) -> DisposalBatch:
        return actions.confirm_transfer(
            batch_id=self.object.pk, **form.cleaned_data, actor=self.actor, at=self.at
        )


class KeepOut(ActPage[DisposalEntry]):
    """Keep one thing out of a batch that is reviewed (C-2)."""

    permit = DISPOSAL_APPROVE
    thing = "entry"
    title = "Keep it out"
    sentence = "{} is not destroyed with this batch."
    form_class = ReasonForm
    submit = "Keep it out"
    done = "It stays, with the reason."

    def rows(self) -> QuerySet[DisposalEntry]:
        return disposal.entries_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        batch = self.object.batch
        address = reverse("retention:batch", kwargs={"key": batch.pk})
        return (
            Crumb("What is due", reverse("retention:batches")),
            Crumb(batch.number, address),
        )

    def act(self, form: Any) -> DisposalEntry:
        return actions.keep_out(
            entry_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class Certificate(OfBatch, OneRow[DisposalBatch]):
    """The certificate of a destruction, on paper (C-2)."""

    permit = RETENTION_VIEW

    def file(self) -> StoredFile | None:
        return self.object.certificate

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        file = self.file()
        if file is None:
            raise NotFound("Nothing of it is destroyed and certified yet.")
        answer = HttpResponse(read_file(file.digest), content_type=file.media_type)
        named = content_disposition_header(as_attachment=True, filename=file.name)
        answer["Content-Disposition"] = named or "attachment"
        return answer


class Statement(Certificate):
    """What goes with it for the stand-alone verifier (C-2)."""

    def file(self) -> StoredFile | None:
        return self.object.statement
