"""Findings: what is not as the policy asks, and what to do about it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.compliance.actions.findings import withdraw
from quartermaster.compliance.models import Finding
from quartermaster.compliance.permits import FINDING_VIEW, FINDING_WITHDRAW
from quartermaster.compliance.queries import findings_visible_to
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.web.compliance.filters import FindingFilters
from quartermaster.web.compliance.tables import TONES, FindingTable
from quartermaster.web.marks import chip, when
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, ListPage


class Findings(ListPage[Finding]):
    """The findings that the actor may see, newest first (C-1)."""

    permit = FINDING_VIEW
    title = "Findings"
    lead = "Devices that are not as the policy asks. The holder is told first, with time to act."
    table_class = FindingTable
    filters = FindingFilters
    search = ("title", "clause", "device__asset_tag", "holder__family_name", "holder__given_name")
    search_hint = "finding, clause, device or holder"
    empty = "No finding: every device that was checked is as the policy asks."
    noun = ("finding", "findings")

    def rows(self) -> QuerySet[Finding]:
        return findings_visible_to(self.actor)


class FindingPage(DetailPage[Finding]):
    """One finding: the clause, what was asked and seen, what puts it right (C-1)."""

    permit = FINDING_VIEW
    kind = "finding"
    thing = "finding"

    def rows(self) -> QuerySet[Finding]:
        return findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return [Crumb("Findings", reverse("compliance:findings"))]

    def state(self) -> Any:
        tone = TONES.get(self.object.state, "neutral")
        return chip(self.object.get_state_display(), tone=tone)

    def buttons(self) -> Sequence[Button]:
        if self.object.state not in LIVE:
            return ()
        key = {"key": self.object.pk}
        return [Button("Withdraw", "compliance:finding-withdraw", FINDING_WITHDRAW, key)]

    def facts(self) -> Sequence[Fact]:
        found = self.object
        return [
            Fact("Clause", found.clause),
            Fact("Severity", found.severity.capitalize()),
            Fact("Device", found.device),
            Fact("Holder", found.holder),
            Fact("The policy asks", found.expected),
            Fact("Seen on the device", found.observed, note=found.source),
            Fact("What puts it right", found.remedy),
            Fact("Seen first", when(found.opened_at, self.at)),
            Fact("Holder told", when(found.noticed_at, self.at)),
            Fact("To be put right by", when(found.cure_until, self.at)),
            Fact("Settled", when(found.closed_at, self.at), note=found.closing_reason),
        ]


class ReasonForm(forms.Form):
    """Why."""

    reason = forms.CharField(max_length=300, widget=forms.Textarea)


class WithdrawFinding(ActPage[Finding]):
    """Withdrawing a finding that is wrong (C-1)."""

    permit = FINDING_WITHDRAW
    title = "Withdraw the finding"
    sentence = "“{}” does not count any more, and its holder is told so."
    form_class = ReasonForm
    submit = "Withdraw"
    look = "secondary"
    done = "{} was withdrawn."
    thing = "finding"

    def rows(self) -> QuerySet[Finding]:
        return findings_visible_to(self.actor)

    def cancel_address(self) -> str:
        return reverse("compliance:finding", kwargs={"key": self.object.pk})

    def act(self, form: Any) -> Finding:
        reason = form.cleaned_data["reason"]
        return withdraw(finding=self.object, reason=reason, actor=self.actor, at=self.at)
