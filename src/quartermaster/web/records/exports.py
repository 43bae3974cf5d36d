"""Exports of messages: sent in, looked through, chosen out of, saved or cancelled."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.kernel.errors import InvalidInput
from quartermaster.records import exports as queries
from quartermaster.records.actions import exports as actions
from quartermaster.records.actions.exports.saving import Left
from quartermaster.records.models import Record, StagedExport
from quartermaster.records.permits import RECORD_SAVE
from quartermaster.records.reading.dates import Order
from quartermaster.records.rules.capture import Residue
from quartermaster.records.rules.content import SHOWN, judge
from quartermaster.web.pages import ActPage, Button, Crumb, FormPage
from quartermaster.web.pages.base import OneRow
from quartermaster.web.records.export_forms import ExportForm, LeftForm, OrderForm
from quartermaster.web.records.saving import RECORDS, OfAuthor
from quartermaster.web.records.views import SANDBOX

TITLE = "Choose from an export"


def way(export: StagedExport | None = None) -> Sequence[Crumb]:
    """How one came here."""
    crumbs = [Crumb(RECORDS, reverse("records:records")), Crumb(TITLE, reverse("records:exports"))]
    if export is not None:
        name = queries.summary_of(export).name
        crumbs.append(Crumb(name, reverse("records:export", kwargs={"key": export.pk})))
    return crumbs


class Exports(FormPage):
    """Send an export in; those that wait (G-5)."""

    permit = RECORD_SAVE
    title = TITLE
    lead = "Out of an export of your messages only what you choose is saved."
    template_name = "records/exports.html"
    form_class = ExportForm
    submit = "Look into it"
    done = ""

    def crumbs(self) -> Sequence[Crumb]:
        return way()[:1]

    def context(self) -> dict[str, Any]:
        staged = queries.staged_visible_to(self.actor, self.at)
        return {
            **super().context(),
            "waiting": [(one, queries.summary_of(one).name) for one in staged],
            "largest": settings.EXPORT_LARGEST_MB,
            "hours": settings.EXPORT_HOURS,
        }

    def act(self, form: Any) -> StagedExport:
        file = form.cleaned_data["export"]
        return actions.take_export(content=file.file, name=file.name, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("records:export", kwargs={"key": outcome.pk})


class OneExport(OneRow[StagedExport]):
    """What the pages of one export share: nobody but its owner finds it."""

    permit = RECORD_SAVE
    thing = "export"

    def rows(self) -> QuerySet[StagedExport]:
        return queries.staged_visible_to(self.actor, self.at)

    def crumbs(self) -> Sequence[Crumb]:
        return way(self.object)


class Export(OneExport, FormPage):
    """The conversations of an export, what is chosen, and the question of its dates (G-5)."""

    template_name = "records/export.html"
    form_class = OrderForm
    submit = "So it is"
    done = "Its dates are read so."

    def heading(self) -> str:
        return self.summary.name

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    @cached_property
    def summary(self) -> queries.Summary:  # it is sealed, and asked for by each part of the page
        return queries.summary_of(self.object)

    def buttons(self) -> Sequence[Button]:
        key = {"key": self.object.pk}
        chosen = self.object.threads.filter(sealed_pick__isnull=False).exists()
        save = [Button("Save what I chose", "records:export-save", RECORD_SAVE, key, "")]
        cancel = Button("Cancel", "records:export-cancel", RECORD_SAVE, key, "secondary")
        return [*(save if chosen else []), cancel]

    def form_arguments(self) -> dict[str, Any]:
        asked = self.summary.question
        return {"sample": asked.get("sample", ""), "orders": asked.get("orders", [])}

    def initial(self) -> dict[str, Any]:
        return {"order": self.summary.order}

    def context(self) -> dict[str, Any]:
        key = queries.key_of(self.object)
        threads = self.object.threads.order_by("position")
        found = [(one, queries.look_at(one, key), queries.pick_of(one, key)) for one in threads]
        return {
            **super().context(),
            "export": self.object,
            "summary": self.summary,
            "threads": found,
        }

    def act(self, form: Any) -> StagedExport:
        order = Order(form.cleaned_data["order"])
        return actions.say_order(
            export_id=self.object.pk, order=order, actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("records:export", kwargs={"key": outcome.pk})


class SaveExport(OneExport, OfAuthor, FormPage):
    """What will be saved, as it will be; and saving it, the rest being gone (G-5, C-2)."""

    title = "Save what I chose"
    template_name = "records/export_save.html"
    form_class = LeftForm
    submit = "Save, and destroy the rest"
    done = ""

    def form_arguments(self) -> dict[str, Any]:
        return {"devices": self.devices(), "held": self.held()}

    def initial(self) -> dict[str, Any]:
        devices = self.devices()
        return {
            "device": str(devices[0].id) if devices else "",
            "residue": Residue.HELD.value if self.held() else "",
        }

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "held": self.held(),
            "chosen": queries.chosen_of(self.object),
            "most": queries.MOST_SHOWN,
        }

    def act(self, form: Any) -> list[Record]:
        given = form.cleaned_data
        try:
            device = UUID(given["device"]) if given["device"] else None
        except ValueError as problem:
            raise InvalidInput("Choose one of your own devices.", field="device") from problem
        left = Left(Residue(given["residue"]), given.get("residue_by"), device)
        return actions.save_chosen(
            export_id=self.object.pk, left=left, actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Any) -> str:
        from django.contrib import messages  # the sentence depends on how many there are

        numbers = ", ".join(one.number for one in outcome)
        messages.success(self.request, f"Saved as {numbers}. Nothing else of the export is here.")
        return reverse("records:records")


class CancelExport(OneExport, ActPage[StagedExport]):
    """Save nothing of it (G-5)."""

    title = "Cancel"
    sentence = "Nothing of this export is saved."
    submit = "Destroy it"
    look = "secondary"
    done = "Nothing of it is here any longer."

    def consequences(self) -> Sequence[str]:
        return (
            "What was read of it, and the key that it is sealed under, are destroyed at once.",
            "On your device nothing changes. You can send it again.",
        )

    def act(self, form: Any) -> None:  # noqa: ARG002 (the form only confirms)
        actions.cancel(export_id=self.object.pk, actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (it is gone)
        return reverse("records:exports")

    def cancel_address(self) -> str:
        return reverse("records:export", kwargs={"key": self.object.pk})


class ExportFile(OneExport):
    """A picture of an export, to look at before it is chosen."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        content = queries.file_of(self.object, self.kwargs["digest"])
        kind = judge(content[:4096]).media_type
        if kind not in SHOWN:
            return HttpResponseRedirect(reverse("records:export", kwargs={"key": self.object.pk}))
        answer = HttpResponse(content, content_type=kind)
        answer["Content-Security-Policy"] = SANDBOX
        answer["Cache-Control"] = "no-store"
        return answer
