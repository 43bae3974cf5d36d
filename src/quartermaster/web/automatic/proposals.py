"""What a rule proposes to destroy: a person asks for it, or declines it; a second one approves."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.urls import reverse

from quartermaster.compliance import automatic as queries
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule, AutomaticAct
from quartermaster.compliance.rules.automatic import Action, effects_of
from quartermaster.kernel.errors import Conflict
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.web.automatic.acts import OnRule
from quartermaster.web.automatic.forms import WhyForm
from quartermaster.web.pages import ActPage

MOST_NAMED = 50


class OnProposals(OnRule, ActPage[ActionRule]):
    """A verb on all that a rule proposes, as the page showed it."""

    permit = DESTRUCTION_REQUEST
    form_class = WhyForm
    look = "secondary"
    nothing: ClassVar[str] = "The rule proposes nothing at present."

    def proposed(self) -> list[AutomaticAct]:
        return list(queries.proposals(self.object)[:MOST_NAMED])

    def explain(self) -> str:
        tags = [item.device.asset_tag for item in self.proposed()]
        return f"Devices: {', '.join(tags)}." if tags else self.nothing

    def keys(self) -> list[Any]:
        found = [item.id for item in self.proposed()]
        if not found:
            raise Conflict(self.nothing)
        return found


class AskForProposals(OnProposals):
    """Ask, as a person, for what a rule proposes (G-10)."""

    title = "Ask for what the rule proposes"
    submit = "Ask for it"
    done = "{}"

    def consequences(self) -> Sequence[str]:
        assert self.object.current is not None  # it is set with the first version
        return (
            *effects_of(Action(self.object.current.action))[1:],
            "Nothing is sent yet: a second person must approve your request with their password.",
            "Each device is judged anew; what is not called for any longer is left out.",
        )

    def act(self, form: Any) -> str:
        request = automatic.ask_for_proposals(
            rule_id=self.object.pk,
            act_ids=self.keys(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
        self.request_address = (
            reverse("destruction:request", kwargs={"key": request.pk}) if request else ""
        )
        if request is None:
            return "None of it is called for any longer, so nothing was asked for."
        return "Asked. A second person must approve it."

    def next_address(self, outcome: Any) -> str:
        return self.request_address or super().next_address(outcome)


class DeclineProposals(OnProposals):
    """Decline what a rule proposes (G-10)."""

    title = "Decline what the rule proposes"
    submit = "Decline"
    done = "Declined: {}."

    def consequences(self) -> Sequence[str]:
        return ("The rule does not propose it again for these findings.",)

    def act(self, form: Any) -> int:
        return automatic.decline_proposals(
            rule_id=self.object.pk,
            act_ids=self.keys(),
            reason=form.cleaned_data["reason"],
            actor=self.actor,
            at=self.at,
        )
