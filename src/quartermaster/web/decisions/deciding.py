"""Deciding, ending a decision, and having the requirements follow."""

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.inventory.actions import applications as actions
from quartermaster.inventory.applications import Gap, decisions_visible_to
from quartermaster.inventory.models import ApplicationDecision
from quartermaster.inventory.permits import DECISION_MAKE
from quartermaster.policy.permits import REQUIREMENTS_SET
from quartermaster.policy.plan import Proposal
from quartermaster.web.decisions.forms import DecisionForm, EndForm, InStepForm
from quartermaster.web.decisions.views import way
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.requirements.plans import PlanPage


class Decide(FormPage):
    """Decide about an application (G-4)."""

    permit = DECISION_MAKE
    title = "Decide about an application"
    lead = "Another decision on the same identifier or names ends. Found are City devices alone."
    form_class = DecisionForm
    submit = "Decide"
    done = "It is decided: {}."

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def act(self, form: Any) -> ApplicationDecision:
        return actions.decide(decision=form.decision(), actor=self.actor, at=self.at)

    def next_address(self, outcome: Any) -> str:
        return reverse("decisions:one", kwargs={"key": outcome.pk})


class End(ActPage[ApplicationDecision]):
    """End a decision (G-4)."""

    permit = DECISION_MAKE
    thing = "decision"
    title = "End the decision"
    sentence = "{}: nothing is decided about it any longer."
    form_class = EndForm
    submit = "End it"
    look = "secondary"
    done = "The decision has ended."

    def rows(self) -> QuerySet[ApplicationDecision]:
        return decisions_visible_to(self.actor).filter(ended_at=None)

    def crumbs(self) -> Sequence[Crumb]:
        row = self.object
        return way(Crumb(row.title, reverse("decisions:one", kwargs={"key": row.pk})))

    def consequences(self) -> Sequence[str]:
        return (
            "What it found on devices is closed at the next look.",
            "The requirements stay as they are; bring them in step if need be.",
        )

    def act(self, form: Any) -> None:
        reason = form.cleaned_data["reason"]
        actions.end_decision(decision=self.object, reason=reason, actor=self.actor, at=self.at)

    def next_address(self, _outcome: Any) -> str:
        return reverse("decisions:list")


class InStep(PlanPage):
    """Have the requirements of City devices follow the decisions: plan, then apply (G-4)."""

    permit = REQUIREMENTS_SET
    title = "Bring the requirements in step"
    form_class = InStepForm

    @property
    def gap(self) -> Gap:
        if not hasattr(self, "_gap"):
            self._gap = Gap(localdate(self.at))
        return self._gap

    def crumbs(self) -> Sequence[Crumb]:
        return way()

    def form_arguments(self) -> dict[str, Any]:
        return {"gap": self.gap}

    def initial(self) -> dict[str, Any]:
        gap = self.gap
        return {
            "block": [row.identifier for row in gap.to_block],
            "unblock": [row.identifier for row in gap.to_unblock],
        }

    def context(self) -> dict[str, Any]:
        gap = self.gap
        lead = "What is chosen becomes a change of the requirements, shown before it is made."
        if not (gap.to_block or gap.to_unblock or gap.to_require):
            lead = "The requirements of City devices say what the decisions say already."
        return {**super().context(), "lead": lead}

    def proposal(self, form: InStepForm) -> Proposal:
        return self.gap.proposal(form.chosen("block"), form.chosen("unblock"), form.chosen("need"))
