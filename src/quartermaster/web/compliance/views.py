"""Findings: what is not as the policy asks, who was told, and by when it is to be put right."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.compliance import actions, cases, queries
from quartermaster.compliance.models import Finding
from quartermaster.compliance.permits import EVALUATE, FINDING_VIEW, FINDING_WITHDRAW
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.compliance.rules.extensions import why_no_extension
from quartermaster.compliance.rules.findings import LIVE, FindingState
from quartermaster.compliance.rules.outcome import Result, Severity
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.web.compliance.filters import FindingFilters
from quartermaster.web.compliance.story import story_of
from quartermaster.web.compliance.tables import GRAVE, OUTCOMES, TONES, FindingTable
from quartermaster.web.links import (
    clause_address,
    department_address,
    device_address,
    person_address,
)
from quartermaster.web.marks import chip, full_time, when
from quartermaster.web.pages import ActPage, Button, Crumb, DetailPage, Fact, ListPage
from quartermaster.web.pages.fields import reason_form


class Findings(ListPage[Finding]):
    """The findings that the actor may see; those that are not settled, unless asked otherwise."""

    permit = FINDING_VIEW
    title = "Findings"
    lead = "What is not as the policy asks. The holder is told first, with time to put it right."
    table_class = FindingTable
    filters = FindingFilters
    search = ("device__asset_tag", "holder__given_name", "holder__family_name", "title", "clause")
    search_hint = "Asset tag, holder, finding or clause"
    empty = "Nothing is found wanting on the devices that you may see."
    noun = ("finding", "findings")

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)


class FindingPage(DetailPage[Finding]):
    """One finding: what is asked, what was seen, what to do, and the whole story."""

    permit = FINDING_VIEW
    kind = "finding"
    thing = "finding"
    template_name = "compliance/finding.html"

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Findings", reverse("compliance:findings")),)

    def state(self) -> Any:
        return chip(self.object.get_state_display(), tone=TONES[self.object.state])

    def facts(self) -> Sequence[Fact]:
        finding = self.object
        device, holder, version = finding.device, finding.holder, finding.policy_version
        facts = [
            Fact("Device", device.asset_tag, device_address(self.request, device)),
            Fact("Holder", holder.name if holder else "—", person_address(self.request, holder)),
            Fact(
                "Department",
                device.department.name,
                department_address(self.request, device.department),
            ),
            Fact(
                "Clause",
                finding.clause,
                clause_address(self.request, version, finding.clause),
                note=f"Version {version.number}" if version else "",
            ),
            Fact("Severity", chip(finding.severity.capitalize(), tone=GRAVE[finding.severity])),
            Fact("Seen first", full_time(finding.opened_at)),
            Fact("Told", full_time(finding.noticed_at) if finding.noticed_at else "Not yet"),
        ]
        if finding.cure_until:
            more = getattr(finding, "extension", None)
            note = f"More time: {more.get_state_display().lower()}" if more else ""
            facts.append(Fact("Put right by", full_time(finding.cure_until), note=note))
        case = cases.cases_visible_to(self.actor).filter(finding=finding).first()
        if case is not None:
            address = reverse("cases:case", kwargs={"key": case.pk})
            facts.append(Fact("Case", CaseState(case.state).label, address))
        if finding.fault_id is not None:
            facts.append(Fact("Taken back", "It was our fault, and does not count."))
        if finding.closed_at:
            facts.append(Fact("Settled", full_time(finding.closed_at), note=finding.closing_reason))
        return facts

    def buttons(self) -> Sequence[Button]:
        kwargs = {"key": self.object.pk}
        if self.object.state not in LIVE:
            return ()
        return (
            Button("Evaluate again", "compliance:finding-evaluate", EVALUATE, kwargs),
            Button(
                "Withdraw", "compliance:finding-withdraw", FINDING_WITHDRAW, kwargs, "secondary"
            ),
        )

    def context(self) -> dict[str, Any]:
        finding = self.object
        return {
            **super().context(),
            "finding": finding,
            "live": finding.state in LIVE,
            "story": story_of(finding),
            "statements": list(cases.statements_visible_to(self.actor, finding)),
            "may_answer": finding.holder_id is not None
            and finding.holder_id == self.actor.person_id,
            "may_ask_for_time": self._may_ask_for_time(),
            "seen_at": when(finding.observed_at),
        }

    def _may_ask_for_time(self) -> bool:
        finding = self.object
        problem = why_no_extension(
            FindingState(finding.state),
            Severity(finding.severity),
            asked=hasattr(finding, "extension"),
        )
        return finding.holder_id == self.actor.person_id and not problem


ReasonForm = reason_form()


class Withdraw(ActPage[Finding]):
    """Withdraw a finding that is wrong (C-1)."""

    permit = FINDING_WITHDRAW
    thing = "finding"
    title = "Withdraw a finding"
    sentence = "“{}” was wrong, and does not count."
    form_class = ReasonForm
    submit = "Withdraw the finding"
    look = "secondary"
    done = "“{}” was withdrawn."

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _way_to(self.object)

    def consequences(self) -> Sequence[str]:
        told = self.object.noticed_at is not None
        return (
            "The finding is closed, with your name and the reason.",
            "Its holder is told that it is settled." if told else "Nobody was told of it yet.",
            "If the device still fails the check at the next look, a new finding opens.",
        )

    def act(self, form: Any) -> Finding:
        reason = form.cleaned_data["reason"]
        return actions.withdraw(finding=self.object, reason=reason, actor=self.actor, at=self.at)


class LookAgain(ActPage[Finding]):
    """Evaluate the device of a finding again, by what is known of it now."""

    permit = EVALUATE
    thing = "finding"
    title = "Evaluate again"
    sentence = "{}: the device is judged by what it reported last. It is not asked anything new."
    submit = "Evaluate"
    done = "{}"

    def rows(self) -> QuerySet[Finding]:
        return queries.findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return _way_to(self.object)

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        device = self.object.device
        return _said(actions.evaluate_device(device=device, actor=self.actor, at=self.at))


class Evaluate(ActPage[Device]):
    """Evaluate a device, by what is known of it now."""

    permit = EVALUATE
    thing = "device"
    title = "Evaluate the device"
    sentence = "{} is judged by what it reported last. It is not asked anything new."
    submit = "Evaluate"
    done = "{}"

    def rows(self) -> QuerySet[Device]:
        return devices_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (
            Crumb("Devices", reverse("inventory:devices")),
            Crumb(self.object.asset_tag, device_address(self.request, self.object)),
        )

    def act(self, form: Any) -> str:  # noqa: ARG002 (the form only confirms)
        device = self.object
        return _said(actions.evaluate_device(device=device, actor=self.actor, at=self.at))


def _way_to(finding: Finding) -> Sequence[Crumb]:
    return (
        Crumb("Findings", reverse("compliance:findings")),
        Crumb(str(finding), reverse("compliance:finding", kwargs={"key": finding.pk})),
    )


def _said(results: Sequence[Result]) -> str:
    if not results:
        return "The device is not under management, so there is nothing to evaluate."
    counts = Counter(result.state.value for result in results)
    words = [f"{OUTCOMES[state][0].lower()} {number}" for state, number in counts.items()]
    return f"{len(results)} checks: {', '.join(words)}."
