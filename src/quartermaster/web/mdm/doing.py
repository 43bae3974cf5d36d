"""Having something done to a device, or to a list of them: a form, what will happen, a reason."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse

from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Permit, reach
from quartermaster.mdm import acting, actions, queries
from quartermaster.mdm.actions.perform import LONGEST_REASON, MOST_AT_ONCE
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.permits import COMMAND_SEND
from quartermaster.mdm.states import EnrolmentState
from quartermaster.mdm.verbs import REFRESH, VERBS, Verb
from quartermaster.web.mdm.acts import OnEnrolment
from quartermaster.web.mdm.filters import EnrolmentFilters
from quartermaster.web.pages import Crumb
from quartermaster.web.pages.forms import FormPage

SHOWN = 20


class DoForm(forms.Form):
    """What is said with a verb, why, and that it is the right device."""

    def __init__(self, *args: Any, verb: Verb, tag: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in verb.fields:
            self.fields[field.name] = forms.CharField(
                label=field.label, max_length=field.longest, required=field.required
            )
        self.fields["reason"] = forms.CharField(
            label="Why", max_length=LONGEST_REASON, help_text="It is kept, with your name."
        )
        if verb.confirm:
            self.fields["right"] = forms.BooleanField(
                label=f"Yes, do this to {tag}; I have made sure that it is the right device."
            )


class Do(OnEnrolment):
    """One verb on one device (G-10, G-11)."""

    permit = COMMAND_SEND
    form_class = DoForm
    template_name = "mdm/do.html"

    @property
    def verb(self) -> Verb:
        verb = VERBS.get(self.kwargs["verb"])
        if verb is None or not self._may(verb.permit):
            raise NotFound("There is no such verb, or you may not use it.")
        return verb

    def _may(self, permit: Permit) -> bool:
        return not reach(self.actor, permit).nothing

    def heading(self) -> str:
        return f"{self.verb.title}: {self.object.device.asset_tag}"

    def explain(self) -> str:
        return self.verb.sentence

    def consequences(self) -> Sequence[str]:
        return self.verb.steps

    def form_arguments(self) -> dict[str, Any]:
        return {"verb": self.verb, "tag": self.object.device.asset_tag}

    def context(self) -> dict[str, Any]:
        context = queries.context_of(self.object.device)
        problem = acting.why_not_now(self.object, self.verb, context)
        return {**super().context(), "submit": self.verb.title, "problem": problem}

    def act(self, form: Any) -> str:
        said = dict(form.cleaned_data)
        reason = said.pop("reason")
        said.pop("right", None)
        made = actions.perform(
            enrolment=self.object,
            verb=self.verb.code,
            arguments=said,
            reason=reason,
            actor=self.actor,
            at=self.at,
        )
        waiting = "1 command waits" if len(made) == 1 else f"{len(made)} commands wait"
        return f"{self.verb.title}: {waiting} for {self.object.device.asset_tag}."


MANY = {
    REFRESH: "Ask them again for all that is known of them",
    **{verb.code: verb.title for verb in VERBS.values() if verb.many},
}


class BulkForm(forms.Form):
    """What is done to all of them."""

    verb = forms.ChoiceField(label="What", choices=list(MANY.items()))
    version = forms.CharField(
        label="Version", max_length=20, required=False, help_text="Of the update, if it is one."
    )
    reason = forms.CharField(
        label="Why", max_length=LONGEST_REASON, help_text="It is kept, with your name."
    )
    right = forms.BooleanField(label="Yes, do this to every device in the list.")


class Bulk(FormPage):
    """One harmless verb for the devices of a filtered list, as many as are allowed at once."""

    permit = COMMAND_SEND
    title = "Act on these devices"
    lead = f"The devices of the list as you narrowed it; at most {MOST_AT_ONCE} at once."
    template_name = "mdm/bulk.html"
    form_class = BulkForm
    submit = "Do it"
    done = ""

    def crumbs(self) -> Sequence[Crumb]:
        back = self.request.GET.urlencode()
        address = reverse("mdm:enrolments")
        return (Crumb("Enrolments", f"{address}?{back}" if back else address),)

    def enrolments(self) -> QuerySet[Enrolment]:
        """Those that are enrolled, of what the list showed."""
        rows = queries.enrolments_visible_to(self.actor).filter(state=EnrolmentState.ENROLLED)
        narrowed: QuerySet[Enrolment] = EnrolmentFilters(
            self.request.GET, queryset=rows, request=self.request
        ).qs
        words = self.request.GET.get("q", "").replace("\x00", "")[:100].split()
        for word in words:
            narrowed = narrowed.filter(device__asset_tag__icontains=word) | narrowed.filter(
                device__holder__family_name__icontains=word
            )
        return narrowed.order_by("device__asset_tag")

    def context(self) -> dict[str, Any]:
        rows = self.enrolments()
        count = rows.count()
        return {
            **super().context(),
            "count": count,
            "tags": [row.device.asset_tag for row in rows[:SHOWN]],
            "more": max(count - SHOWN, 0),
            "too_many": count > MOST_AT_ONCE,
            "most": MOST_AT_ONCE,
        }

    def act(self, form: Any) -> Any:
        said = form.cleaned_data
        wanted = list(self.enrolments()[: MOST_AT_ONCE + 1])
        needs_version = any(f.name == "version" for f in self._fields(said["verb"]))
        return actions.perform_many(
            enrolments=wanted,
            verb=said["verb"],
            arguments={"version": said["version"]} if needs_version else {},
            reason=said["reason"],
            actor=self.actor,
            at=self.at,
        )

    @staticmethod
    def _fields(verb: str) -> Sequence[Any]:
        return VERBS[verb].fields if verb in VERBS else ()

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        response = super().post()
        if not isinstance(response, HttpResponseRedirect):
            return response
        return self.show(form=self.make_form(), outcome=self.outcome)

    def next_address(self, outcome: Any) -> str:
        self.outcome = outcome
        return self.cancel_address()
