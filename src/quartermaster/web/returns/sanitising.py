"""What stands in quarantine, and the records of sanitisation."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.http import content_disposition_header

from quartermaster.files.queries import read_file
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import NotFound
from quartermaster.lifecycle import return_permits as permits
from quartermaster.lifecycle.actions import returns
from quartermaster.lifecycle.actions.returns.certificates import facts_of
from quartermaster.lifecycle.models import Sanitisation
from quartermaster.lifecycle.queries import returns as queries
from quartermaster.lifecycle.rules.sanitising import NextPlace, SanitisedState, Technique
from quartermaster.web.marks import chip
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, Filters, ListPage
from quartermaster.web.returns.tables import RECORDS, QuarantineTable, SanitisationTable
from quartermaster.web.returns.views import as_download


class Quarantine(ListPage[Device]):
    """What was used before, and is handed to nobody before it is sanitised (C-3)."""

    permit = permits.SANITISATION_VIEW
    title = "To be sanitised"
    lead = "Used before and back in stock. Nobody is handed these, and none leaves the City."
    table_class = QuarantineTable
    search = ("asset_tag", "serial", "model__name")
    search_hint = "Asset tag, serial number or model"
    empty = "Nothing waits to be sanitised."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_sanitise(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (Button("Records", "returns:sanitisations", permits.SANITISATION_VIEW),)


class RecordFilters(Filters):
    """By state."""

    state = django_filters.ChoiceFilter(
        choices=SanitisedState.choices, empty_label="Any", label="State"
    )


class Sanitisations(ListPage[Sanitisation]):
    """What was done, by whom, and who verified it."""

    permit = permits.SANITISATION_VIEW
    title = "Records of sanitisation"
    table_class = SanitisationTable
    filters = RecordFilters
    search = ("device__asset_tag", "device__serial", "tool")
    search_hint = "Asset tag, serial number or tool"
    empty = "Nothing was sanitised yet."
    noun = ("record", "records")

    def rows(self) -> QuerySet[Sanitisation]:
        return queries.sanitisations_visible_to(self.actor)


class SanitisationPage(DetailPage[Sanitisation]):
    """One record."""

    permit = permits.SANITISATION_VIEW
    thing = "record"
    template_name = "returns/sanitisation.html"

    def rows(self) -> QuerySet[Sanitisation]:
        return queries.sanitisations_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Records of sanitisation", reverse("returns:sanitisations")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=RECORDS[self.object.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        counts = "Yes" if row.holds else "No: not verified, or used again since"
        return [
            *(Fact(name, value) for name, value in facts_of(row)),
            Fact("Counts now", counts),
        ]

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        if row.state == SanitisedState.DONE and row.operator_id != self.actor.person_id:
            return (Button("Verify it", "returns:verify", permits.SANITISE, kwargs, ""),)
        if row.certificate_id:
            name, may = "returns:certificate", permits.SANITISATION_VIEW
            return (Button("Certificate (PDF)", name, may, kwargs),)
        return ()

    def context(self) -> dict[str, Any]:
        evidence = self.object.evidence.select_related("file")
        return {**super().context(), "evidence": list(evidence)}


class Certificate(SanitisationPage):
    """The certificate of one record."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return as_download(self.object.certificate)


class EvidencePage(SanitisationPage):
    """A file that somebody kept with a record, to be saved and never shown by this page."""

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        rows = self.object.evidence.select_related("file")
        found = rows.filter(pk=self.kwargs["evidence"]).first()
        if found is None:
            raise NotFound("There is no such file.")
        return HttpResponse(
            read_file(found.file.digest),
            content_type="application/octet-stream",
            headers={
                "Content-Disposition": content_disposition_header(
                    as_attachment=True, filename=found.file.name
                )
            },
        )


class SanitiseForm(forms.Form):
    """What was done."""

    technique = forms.ChoiceField(label="What was done", choices=Technique.choices)
    tool = forms.CharField(label="Tool", max_length=120, help_text="Such as: iOS, Erase all.")
    tool_version = forms.CharField(label="Version", max_length=60)
    next_place = forms.ChoiceField(label="Where it goes next", choices=NextPlace.choices)
    evidence = forms.FileField(
        label="Evidence", required=False, help_text="A photograph, or the log of the tool."
    )


class Sanitise(ActPage[Device]):
    """Record a sanitisation (C-3)."""

    permit = permits.SANITISE
    thing = "device"
    title = "Record the sanitisation"
    sentence = "{} was sanitised after NIST SP 800-88r2, by you."
    form_class = SanitiseForm
    submit = "Record it"
    done = "It is recorded."

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_sanitise(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("To be sanitised", reverse("returns:quarantine")),)

    def consequences(self) -> Sequence[str]:
        return (
            "Purge and Destroy are verified by somebody else; until then it stays where it is.",
            "By order: the device's own answer to the order to erase is the proof.",
        )

    def act(self, form: Any) -> Sanitisation:
        said = dict(form.cleaned_data)
        file = said.pop("evidence")
        shown = [returns.Evidence(file.name, file.read(), file.content_type or "")] if file else []
        return returns.record_sanitisation(
            device_id=self.object.pk,
            details=returns.SanitisationDetails.of(**said),
            evidence=shown,
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("returns:sanitisation", kwargs={"key": outcome.pk})


class VerifyForm(forms.Form):
    """Whether it passed, and how that is known."""

    passed = forms.ChoiceField(
        label="Result",
        choices=[("yes", "It passed"), ("no", "It did not pass")],
        widget=forms.RadioSelect,
    )
    how = forms.CharField(label="How you verified it", max_length=500)


class Verify(ActPage[Sanitisation]):
    """Verify a sanitisation (C-3)."""

    permit = permits.SANITISE
    thing = "record"
    title = "Verify the sanitisation"
    sentence = "{}: you looked at it yourself."
    form_class = VerifyForm
    submit = "Keep the result"
    done = "The result is kept."

    def rows(self) -> QuerySet[Sanitisation]:
        return queries.sanitisations_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("returns:sanitisation", kwargs={"key": self.object.pk})
        return (Crumb(str(self.object), here),)

    def consequences(self) -> Sequence[str]:
        return (
            "Passed: its certificate is made, and it can be handed out or leave by a lot.",
            "Not passed: it stays in quarantine.",
        )

    def act(self, form: Any) -> Sanitisation:
        said = form.cleaned_data
        return returns.verify_sanitisation(
            row=self.object,
            passed=said["passed"] == "yes",
            how=said["how"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the record)
        return self.cancel_address()
