"""A form whose outcome is a plan: shown first, then applied exactly as shown."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.core import signing
from django.http import HttpResponse, HttpResponseRedirect

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput
from quartermaster.policy import actions, queries
from quartermaster.policy.plan import Plan, Proposal, grouped, impacts_of, read_proposal
from quartermaster.policy.requirements import CATALOGUE, parse_value
from quartermaster.web.pages import FormPage

OLDEST = 3600
SALT = "requirements.proposal"


MOST_NAMED = 8


def shown(changes: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Changes of settings in words, once for all departments in which they are the same."""
    return [_in_words(group) for group in grouped(changes)]


def _in_words(group: dict[str, Any]) -> dict[str, Any]:
    entry = CATALOGUE[group["setting"]]
    words = {
        side: entry.show(parse_value(entry.key, group[side], "the change"))
        for side in ("before", "after")
    }
    names = group["departments"]
    more = len(names) - MOST_NAMED
    where = ", ".join(names[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    return {**group, **words, "title": entry.title, "where": where}


class PlanPage(FormPage):
    """A form of requirements. Declare as `FormPage`; define ``proposal(form)``."""

    template_name = "requirements/plan.html"
    submit: ClassVar[str] = "Show what would change"

    def proposal(self, form: Any) -> Proposal:
        raise NotImplementedError

    def facts_of(self, made: Plan) -> Sequence[str]:  # noqa: ARG002 (for pages that have any)
        """What else is said above what would change."""
        return ()

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if "parcel" in self.request.POST:
            return self._apply()
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            made = queries.plan(self.proposal(form))
        except (InvalidInput, Conflict) as problem:
            return self._blamed(form, problem)
        return self._preview(form, made)

    def _blamed(self, form: Any, problem: HouseError) -> HttpResponse:
        field = str(problem.facts.get("field", ""))
        form.add_error(field if field in form.fields else None, problem.message)
        return self.again(form, problem.status)

    def _preview(self, form: Any, made: Plan) -> HttpResponse:
        plain = json.dumps(made.proposal.plain())
        return self.show(
            form=form,
            plan=made,
            facts=self.facts_of(made),
            effects=shown(made.plain()["changes"]),
            impacts=impacts_of(made),
            parcel=signing.dumps([plain, made.digest], salt=self._salt()),
        )

    def _apply(self) -> HttpResponse:
        try:
            plain, digest = signing.loads(
                self.request.POST["parcel"], salt=self._salt(), max_age=OLDEST
            )
            proposal = read_proposal(json.loads(plain))
        except (signing.BadSignature, ValueError):
            problem = Conflict("The preview has expired. Look at what would change again.")
            return self._refused(problem)
        try:
            change = actions.apply_proposal(
                proposal=proposal,
                digest=digest,
                reason=self.request.POST.get("reason", ""),
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            return self._refused(problem)
        if change.destructive:
            sentence = "This lets devices erase themselves, so another administrator must confirm."
            messages.warning(self.request, sentence)
        else:
            messages.success(self.request, "The requirements were changed.")
        return HttpResponseRedirect(self.next_address(None))

    def _refused(self, problem: HouseError) -> HttpResponse:
        messages.error(self.request, problem.message)
        return HttpResponseRedirect(self.request.path)

    def _salt(self) -> str:
        return f"{SALT}:{self.actor.person_id}"
