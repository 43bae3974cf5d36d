"""What the reader must keep: their own notices, and acknowledging one."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.inventory.models import Device
from quartermaster.records import holds
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import HoldKeeper
from quartermaster.records.permits import NOTICE_ACKNOWLEDGE
from quartermaster.records.rules.holds import KeeperState
from quartermaster.web.holds.tables import KEEPERS
from quartermaster.web.marks import chip
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.base import Page

_WAY = "What I must keep"


class MyNotices(Page):
    """The notices to the reader (G-2)."""

    permit = NOTICE_ACKNOWLEDGE
    title = _WAY
    lead = "Notices of the records custodian to you. Only you and the custodian see them here."
    template_name = "holds/mine.html"

    def context(self) -> dict[str, Any]:
        rows = holds.notices_to(self.actor)
        lines = [
            (row, chip(row.get_state_display(), tone=KEEPERS[row.state])) for row in rows[:100]
        ]
        live = [line for line in lines if line[0].state != KeeperState.RELEASED]
        return {
            **super().context(),
            "live": live,
            "over": [line for line in lines if line not in live],
        }


class AcknowledgeForm(forms.Form):
    """The words that were shown, and the tick."""

    version = forms.IntegerField(min_value=1, widget=forms.HiddenInput)
    understood = forms.BooleanField(
        label="I have read this. I keep what it names and delete nothing of it, neither on City"
        " devices nor on my own."
    )


class Notice(ActPage[HoldKeeper]):
    """One notice, and acknowledging it; with or without a device (G-2)."""

    permit = NOTICE_ACKNOWLEDGE
    thing = "notice"
    title = "Something that you must keep"
    template_name = "holds/notice.html"
    form_class = AcknowledgeForm
    submit = "Acknowledge"
    done = "Thank you. It is on record that you acknowledged it."

    def rows(self) -> QuerySet[HoldKeeper]:
        return holds.notices_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb(_WAY, reverse("holds:mine")),)

    def initial(self) -> dict[str, Any]:
        return {"version": self.object.terms.number}

    def context(self) -> dict[str, Any]:
        keeper = self.object
        said = keeper.acknowledgements.order_by("-made_at").first()
        own = Device.objects.filter(holder_id=keeper.person_id).select_related("model")
        return {
            **super().context(),
            "terms": keeper.terms,
            "asked": keeper.state == KeeperState.ASKED,
            "over": keeper.state == KeeperState.RELEASED,
            "said": said,
            "devices": own.order_by("asset_tag"),
        }

    def act(self, form: Any) -> HoldKeeper:
        return actions.acknowledge_notice(
            keeper_id=self.object.pk,
            version=form.cleaned_data["version"],
            actor=self.actor,
            at=self.at,
        )
