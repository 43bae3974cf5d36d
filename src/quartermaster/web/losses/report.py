"""Reporting a loss from any browser: which device, and what happened."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django_tables2 import Column

from quartermaster.inventory.models import Device, DeviceClass
from quartermaster.lifecycle import erasing
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.loss_permits import LOSS_HANDLE, LOSS_REPORT
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.rules.losses import LossKind
from quartermaster.web.guard import may_open
from quartermaster.web.pages import ActPage, Crumb, LinkColumn, ListPage, Table


class ReportTable(Table):
    asset_tag = LinkColumn("losses:report-device", verbose_name="Device")
    model = Column(accessor="model__name", verbose_name="Model")
    device_class = Column(verbose_name="Class")
    holder = Column(
        accessor="holder__name",
        verbose_name="Held by",
        order_by=("holder__family_name", "holder__given_name"),
    )
    department = Column(accessor="department__name", verbose_name="Department")

    class Meta(Table.Meta):
        model = Device
        fields = ()


class ChooseDevice(ListPage[Device]):
    """Which device it is: one's own, or one of the people one answers for (G-11)."""

    permit = LOSS_REPORT
    title = "Report a loss or damage"
    lead = "Choose the device. You do not need it in your hands, and you can do this anywhere."
    table_class = ReportTable
    search = ("asset_tag", "serial", "model__name", "holder__given_name", "holder__family_name")
    search_hint = "Asset tag, serial number, model or holder"
    empty = "There is no device that you could report. Ask the help desk if something is missing."
    noun = ("device", "devices")

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_report(self.actor)


class ReportForm(forms.Form):
    """What happened, when and where, and what was on it."""

    kind = forms.ChoiceField(
        label="What happened to it?", choices=LossKind.choices, widget=forms.RadioSelect
    )
    happened_at = forms.DateTimeField(
        label="When, or when was it last seen",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
    )
    place = forms.CharField(label="Where", max_length=200)
    story = forms.CharField(
        label="What happened", max_length=4000, widget=forms.Textarea({"rows": 5})
    )
    contents = forms.CharField(
        label="What was on it",
        max_length=2000,
        required=False,
        widget=forms.Textarea({"rows": 3}),
        help_text="Anything of the City or of people that must be protected.",
    )
    records_pending = forms.BooleanField(
        label="There may be records on it that were not transferred to City systems yet",
        required=False,
    )
    caller_check = forms.CharField(
        label="How the caller was identified",
        max_length=300,
        help_text="Such as: called back on the number of the personnel file.",
    )


class ReportDevice(ActPage[Device]):
    """Report one device as lost, stolen or damaged (G-11)."""

    permit = LOSS_REPORT
    thing = "device"
    form_class = ReportForm
    submit = "Report it"
    done = "The report was received. ITMD was told."

    def rows(self) -> QuerySet[Device]:
        return queries.devices_to_report(self.actor)

    def heading(self) -> str:
        return f"Report {self.object.asset_tag}"

    def explain(self) -> str:
        model = f", {self.object.model}" if self.object.model else ""
        holder = f", held by {self.object.holder}" if self.object.holder else ""
        return f"{self.object.asset_tag}{model}{holder}."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Report a loss or damage", reverse("losses:report")),)

    def consequences(self) -> Sequence[str]:
        device = self.object
        if device.personal:
            return (
                "It is your own device: the City neither locks nor locates nor erases it.",
                "ITMD may remove what the City put on it, after a second person agreed.",
            )
        if device.device_class == DeviceClass.HOTSPOT:
            line = device.sims.filter(retired=False, line__isnull=False).exists()
            return (
                erasing.NO_ERASURE,
                "Its line is suspended at once." if line else "No line in it is on record.",
            )
        locks = not erasing.why_not(device, "lost-mode-on")
        return (
            "If it is lost or stolen, it is locked at once and shows how to reach the City."
            if locks
            else "It cannot be locked from afar; ITMD decides at once what to do.",
            "ITMD may ask it where it is while it is missing; you are told each time.",
            (
                "If it is not found, it may be erased after two people agreed. Say at once if it is"
                " found: it is then not erased."
            ),
        )

    def make_form(self) -> Any:
        form = super().make_form()
        own = self.object.holder_id is not None and self.object.holder_id == self.actor.person_id
        if own or not may_open(self.actor, LOSS_HANDLE):
            del form.fields["caller_check"]
        if self.object.personal:
            form.fields["kind"].choices = [
                item for item in LossKind.choices if item[0] != LossKind.DAMAGED
            ]
        return form

    def act(self, form: Any) -> Loss:
        return losses.report_loss(
            device_id=self.object.pk,
            report=losses.LossReport.of(**form.cleaned_data),
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("losses:loss", kwargs={"key": outcome.pk})
