"""Pages of findings in invoices: the review list, one with its arithmetic, and the decisions."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import QuerySet
from django.urls import reverse

from quartermaster.billing import invoice_permits as permits
from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding, DisputeItem
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.rules.bills import BILLING_FINDING, FindingState
from quartermaster.billing.rules.matching.found import DISPUTABLE, Kind
from quartermaster.kernel.money import dollars
from quartermaster.web.bills.tables import FINDING_TONES, FindingTable
from quartermaster.web.links import department_address, person_address
from quartermaster.web.marks import chip, full_time
from quartermaster.web.pages import (
    ActPage,
    Button,
    Crumb,
    DetailPage,
    Fact,
    Filters,
    ListPage,
)
from quartermaster.web.pages.fields import reason_form


class FindingFilters(Filters):
    state = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in FindingState],
        empty_label="Any",
        label="State",
    )
    kind = django_filters.ChoiceFilter(
        choices=[(item.value, item.label) for item in Kind], empty_label="Any", label="What"
    )


class Findings(ListPage[BillingFinding]):
    """What was found in invoices: a coordinator, of their department (G-12)."""

    permit = permits.BILL_VIEW
    title = "What was found"
    lead = "Accept it, explain it with the reason, or dispute it with the carrier."
    table_class = FindingTable
    filters = FindingFilters
    search = ("number", "sentence", "invoice__number", "department__name", "person__family_name")
    search_hint = "Number, invoice, department or words"
    empty = "Nothing was found in the invoices."
    noun = ("finding", "findings")

    def rows(self) -> QuerySet[BillingFinding]:
        return queries.findings_visible_to(self.actor)

    def buttons(self) -> Sequence[Button]:
        return (
            Button("Invoices", "bills:invoices", permits.INVOICE_VIEW),
            Button("Personal numbers", "bills:personal", permits.PERSONAL_MANAGE),
        )


class FindingPage(DetailPage[BillingFinding]):
    """One finding: what is at stake, how it was reckoned, what was decided."""

    permit = permits.BILL_VIEW
    thing = "finding"
    template_name = "bills/finding.html"

    def rows(self) -> QuerySet[BillingFinding]:
        return queries.findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("What was found", reverse("bills:findings")),)

    def state(self) -> Any:
        row = self.object
        return chip(FindingState(row.state).label, tone=FINDING_TONES[row.state])

    def facts(self) -> Sequence[Fact]:
        row = self.object
        facts = [
            Fact("At stake", dollars(row.cents)),
            Fact("Clause", row.clause),
            Fact("Invoice", row.invoice.number, self._invoice_address(), row.invoice.carrier),
        ]
        if row.department is not None:
            address = department_address(self.request, row.department)
            facts.append(Fact("Department", row.department.name, address))
        else:
            facts.append(Fact("Department", "Not known", note="ITMD decides"))
        if row.person is not None:
            facts.append(Fact("Person", row.person.name, person_address(self.request, row.person)))
        facts.append(Fact("Found", full_time(row.opened_at)))
        if row.decided_at is not None:
            facts.append(Fact("Decided", full_time(row.decided_at), note=f"by {row.decided_label}"))
        if row.reason:
            facts.append(Fact("Reason", row.reason))
        if row.closed_at is not None:
            facts.append(Fact("Closed", full_time(row.closed_at), note=row.closing_reason))
        return facts

    def _invoice_address(self) -> str:
        seen = queries.invoices_visible_to(self.actor).filter(id=self.object.invoice_id)
        key = {"key": self.object.invoice_id}
        return reverse("bills:invoice", kwargs=key) if seen.exists() else ""

    def buttons(self) -> Sequence[Button]:
        row, kwargs = self.object, {"key": self.object.pk}
        possible = BILLING_FINDING.verbs_from(FindingState(row.state))
        found = []
        if "dispute" in possible and Kind(row.kind) in DISPUTABLE and row.cents > 0:
            found.append(Button("Dispute", "bills:contest", permits.DISPUTE_MANAGE, kwargs, ""))
        if "explain" in possible and row.kind != Kind.PERSONAL:
            found.append(Button("Explain", "bills:explain", permits.BILL_DECIDE, kwargs))
        if "accept" in possible:
            found.append(Button("Accept", "bills:accept", permits.BILL_DECIDE, kwargs))
        if "take back" in possible:
            found.append(Button("Take back", "bills:take-back", permits.DISPUTE_MANAGE, kwargs))
        if row.kind == Kind.UNORDERED and row.line_id is None and "accept" in possible:
            found.append(
                Button("A personal number", "bills:is-personal", permits.PERSONAL_MANAGE, kwargs)
            )
        return found

    def context(self) -> dict[str, Any]:
        items = DisputeItem.objects.filter(
            finding=self.object, dispute__in=queries.disputes_visible_to(self.actor)
        )
        return {
            **super().context(),
            "items": items.select_related("dispute").prefetch_related("credits__charge__invoice"),
        }


class OfFinding(ActPage[BillingFinding]):
    """What the decisions share."""

    permit = permits.BILL_DECIDE
    thing = "finding"

    def rows(self) -> QuerySet[BillingFinding]:
        return queries.findings_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("bills:finding", kwargs={"key": self.object.pk})
        return (
            Crumb("What was found", reverse("bills:findings")),
            Crumb(str(self.object), here),
        )

    def explain(self) -> str:
        return self.object.sentence


ReasonForm = reason_form(1000, hint="", required=False)


class Accept(OfFinding):
    """Accept what was found (G-12)."""

    title = "Accept"
    form_class = ReasonForm
    submit = "Accept"
    done = "It is accepted."

    def consequences(self) -> Sequence[str]:
        row = self.object
        if row.kind == Kind.SEPARATED:
            return (
                f"{dollars(row.cents)} is added to what {row.person} owes.",
                "End the line or hand it to somebody else, so that it costs nothing more.",
            )
        if row.kind == Kind.PERSONAL:
            return ("Nothing is paid for it, whatever is decided here.",)
        return ("The amount is paid.", "What has to change with the line is put in hand by you.")

    def act(self, form: Any) -> BillingFinding:
        return invoices.accept(
            finding=self.object, note=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )


class Explain(OfFinding):
    """Say why nothing is wrong (G-12)."""

    title = "Explain"
    form_class = ReasonForm
    submit = "Keep the reason"
    done = "It is explained."

    def consequences(self) -> Sequence[str]:
        return ("The amount is paid.", "It is asked again where the amount changes.")

    def act(self, form: Any) -> BillingFinding:
        return invoices.explain(
            finding=self.object, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )


class Contest(OfFinding):
    """Dispute it with the carrier (G-12)."""

    permit = permits.DISPUTE_MANAGE
    title = "Dispute with the carrier"
    form_class = ReasonForm
    submit = "Dispute"
    done = "It is collected in {0.dispute}. Send that, when all is in it."

    def consequences(self) -> Sequence[str]:
        return (
            f"{dollars(self.object.cents)} of the invoice is held back.",
            "It goes into the letter of this invoice's dispute, which you send.",
        )

    def act(self, form: Any) -> DisputeItem:
        return invoices.dispute(
            finding=self.object, reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("bills:dispute", kwargs={"key": outcome.dispute_id})


class TakeBack(OfFinding):
    """Take it out of a dispute that was not sent (G-12)."""

    permit = permits.DISPUTE_MANAGE
    title = "Take it out of the dispute"
    submit = "Take it out"
    done = "It is to be decided again."

    def act(self, form: Any) -> BillingFinding:  # noqa: ARG002 (nothing to fill in)
        return invoices.take_back(finding=self.object, actor=self.actor, at=self.at)
