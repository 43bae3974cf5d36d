"""The verbs on rules, each with what it leads to."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.http import HttpResponse
from django.urls import reverse

from quartermaster.compliance import automatic as queries
from quartermaster.compliance import permits
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule
from quartermaster.compliance.rules.automatic import approving, going_on
from quartermaster.kernel.errors import Conflict
from quartermaster.web.automatic.forms import (
    NewRuleForm,
    SecondForm,
    TermsForm,
    WhyForm,
)
from quartermaster.web.automatic.views import OfRule
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.proving import ProvingPage, proof_of


class ProposeRule(FormPage):
    """Propose a rule (G-10)."""

    permit = permits.AUTOMATIC_MANAGE
    title = "Propose a rule"
    lead = "Nothing happens by a proposal. Look at its plan first, then try it."
    form_class = NewRuleForm
    submit = "Propose"
    done = "“{}” was proposed. Look at its plan."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automatic actions", reverse("automatic:rules")),)

    def act(self, form: Any) -> ActionRule:
        return automatic.propose_rule(
            name=form.cleaned_data["name"],
            terms=form.terms(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )

    def next_address(self, outcome: Any) -> str:
        return reverse("automatic:rule", kwargs={"key": outcome.pk})


class OnRule(OfRule):
    """The verbs lead back to the rule."""

    def crumbs(self) -> Sequence[Crumb]:
        address = reverse("automatic:rule", kwargs={"key": self.object.pk})
        return (*super().crumbs(), Crumb(str(self.object), address))


class ChangeRule(OnRule, ActPage[ActionRule]):
    """Change what a rule says (G-10)."""

    permit = permits.AUTOMATIC_MANAGE
    title = "Change the rule"
    form_class = TermsForm
    submit = "Change it"
    done = "“{}” was changed. It is tried before it acts again."
    sentence = "“{}” gets a new version."

    def consequences(self) -> Sequence[str]:
        return (
            "A rule that was on is tried again, and needs a second person again.",
            "What waits for its turn or for people is let go; what was done stays.",
        )

    def initial(self) -> dict[str, Any]:
        assert self.object.current is not None  # it is set with the first version
        return queries.terms_of(self.object.current).as_json()

    def act(self, form: Any) -> ActionRule:
        return automatic.change_rule(
            rule_id=self.object.pk,
            terms=form.terms(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )


class TryRule(OnRule, ActPage[ActionRule]):
    """Try a rule (G-10)."""

    permit = permits.AUTOMATIC_MANAGE
    title = "Try the rule"
    submit = "Try it"
    done = "The rule is being tried."
    sentence = "“{}”: the house writes down what it would do, and does nothing."

    def consequences(self) -> Sequence[str]:
        return ("Administrators are told that a second person can switch it on.",)

    def act(self, form: Any) -> ActionRule:  # noqa: ARG002 (the form only confirms)
        return automatic.try_rule(rule_id=self.object.pk, actor=self.actor, at=self.at)


class WithWhy(OnRule, ActPage[ActionRule]):
    """A verb that takes a reason."""

    form_class = WhyForm
    look = "secondary"
    verb: ClassVar[Any]

    def act(self, form: Any) -> ActionRule:
        made: ActionRule = self.verb(
            rule_id=self.object.pk,
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
        return made


class StopRule(WithWhy):
    """Stop a rule (G-10)."""

    permit = permits.AUTOMATIC_STOP
    title = "Stop the rule"
    submit = "Stop"
    done = "The rule was stopped."
    sentence = "“{}” does nothing more until another than its author lets it go on."
    verb = staticmethod(automatic.stop_rule)

    def consequences(self) -> Sequence[str]:
        return (
            "What waits for its turn stays, and is looked at anew when the rule goes on.",
            "What was done stays done. Administrators and auditors are told.",
        )


class RetireRule(WithWhy):
    """Retire a rule (G-10)."""

    permit = permits.AUTOMATIC_MANAGE
    title = "Retire the rule"
    submit = "Retire it"
    done = "The rule was retired."
    sentence = "“{}” never acts again. Its history stays."
    verb = staticmethod(automatic.retire_rule)

    def consequences(self) -> Sequence[str]:
        return ("What it restricted stays so until it is put right, or a person lifts it.",)


class SecondPage(OnRule, ProvingPage[ActionRule]):
    """What takes a second person, who has the plan before them."""

    template_name = "automatic/second.html"
    form_class = SecondForm
    look = "secondary"
    permit = permits.AUTOMATIC_APPROVE

    def initial(self) -> dict[str, Any]:
        return {"shown": self.plan.digest}

    def again(self, form: Any, status: int) -> HttpResponse:
        """The form again, with the plan that it is shown beside."""
        form.data = {**form.data.dict(), "shown": self.plan.digest}
        return super().again(form, status)

    def context(self) -> dict[str, Any]:
        return {**super().context(), "plan": self.plan}


class ApproveRule(SecondPage):
    """Switch a rule on, as the second person (G-10)."""

    title = "Switch the rule on"
    submit = "Switch on"
    done = "The rule is on."
    sentence = "“{}” acts by itself from now on, within its limits. Look at the plan first."

    def consequences(self) -> Sequence[str]:
        return (
            "It does to the devices below, and to those that follow, what stands under the plan.",
            "Administrators and auditors are told.",
        )

    def act(self, form: Any) -> ActionRule:
        version = self.object.current
        assert version is not None  # it is set with the first version
        return automatic.approve_rule(
            rule_id=self.object.pk,
            shown=form.cleaned_data["shown"],
            reason=form.cleaned_data["reason"],
            proof=proof_of(self, form, approving(version.id, version.digest)),
            actor=self.actor,
            at=self.at,
        )


class GoOn(SecondPage):
    """Let a stopped rule go on, as another than its author (G-10)."""

    title = "Let the rule go on"
    submit = "Let it go on"
    done = "The rule goes on."
    sentence = "“{}” goes on with this plan, and its limit counts anew. Look at the plan first."

    def consequences(self) -> Sequence[str]:
        return (
            "It does to the devices below, and to those that follow, what stands under the plan.",
            "Administrators and auditors are told.",
        )

    def act(self, form: Any) -> ActionRule:
        stop = queries.stop_of(self.object)
        if stop is None:
            raise Conflict("The rule does not stand still.")
        return automatic.go_on(
            rule_id=self.object.pk,
            shown=form.cleaned_data["shown"],
            reason=form.cleaned_data["reason"],
            proof=proof_of(self, form, going_on(stop.id)),
            actor=self.actor,
            at=self.at,
        )


class StopEverything(FormPage):
    """Have all rules stand still at once (G-10)."""

    permit = permits.AUTOMATIC_STOP
    template_name = "pages/act.html"
    title = "Stop everything that acts by itself"
    form_class = WhyForm
    submit = "Stop everything"
    look = "secondary"
    done = "Everything that acts by itself stands still."

    def crumbs(self) -> Sequence[Crumb]:
        return (Crumb("Automatic actions", reverse("automatic:rules")),)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "explanation": "No rule does anything until somebody else lets them go on.",
            "consequences": [
                "Nothing that waits is lost. What was done stays done.",
                "What people do by hand is not stopped by this.",
                "Administrators and auditors are told.",
            ],
        }

    def act(self, form: Any) -> Any:
        return automatic.stop_everything(
            reason=form.cleaned_data["reason"], actor=self.actor, at=self.at
        )
