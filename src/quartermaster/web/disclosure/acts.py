"""What the custodian does with a request as a whole."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.permits import REQUEST_TAKE, REQUEST_WORK
from quartermaster.disclosure.rules.requests import Channel, Kind
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role
from quartermaster.web.disclosure.forms import PersonForm, ReasonForm, TakeInForm, WordsForm
from quartermaster.web.disclosure.views import WAY
from quartermaster.web.pages import ActPage, Crumb, FormPage
from quartermaster.web.pages.forms import blame


class TakeIn(FormPage):
    """A request that came by letter, telephone or in person (G-5)."""

    permit = REQUEST_TAKE
    title = "Take in a request"
    form_class = TakeInForm
    submit = "Take it in"

    def crumbs(self) -> Sequence[Crumb]:
        return (WAY,)

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            request, code = actions.file_request(
                wanted=form.wish(),
                channel=Channel(form.cleaned_data["channel"]),
                kind=Kind(form.cleaned_data["kind"]),
                actor=self.actor,
                at=self.at,
            )
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        self.template_name = "disclosure/taken.html"  # type: ignore[misc]
        return self.show(request_made=request, code=code)


def crumbs_of(request: RecordsRequest) -> tuple[Crumb, Crumb]:
    """The way to what belongs to a request."""
    address = reverse("disclosure:request", kwargs={"key": request.pk})
    return WAY, Crumb(request.number, address)


class Act(ActPage[RecordsRequest]):
    """What the verbs on one request share."""

    permit = REQUEST_WORK
    thing = "request"
    form_class: ClassVar[type[Form]] = Form

    def rows(self) -> QuerySet[RecordsRequest]:
        return queries.requests_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        return crumbs_of(self.object)

    def of_it(self) -> dict[str, Any]:
        return {"request_id": self.object.pk, "actor": self.actor, "at": self.at}


class ToPerson(Act):
    """A verb that names a custodian."""

    form_class = PersonForm

    def form_arguments(self) -> dict[str, Any]:
        return {"people": list(people_with_role(Role.CUSTODIAN, self.at).order_by("family_name"))}

    def initial(self) -> dict[str, Any]:
        return {"person": str(self.object.assigned_to_id or self.actor.person_id)}


class Acknowledge(ToPerson):
    title = "Acknowledge the request"
    sentence = "{} is acknowledged, and the search begins."
    submit = "Acknowledge it"
    done = "{} is acknowledged."

    def act(self, form: Any) -> RecordsRequest:
        return actions.acknowledge(assigned_to=form.cleaned_data["person"], **self.of_it())


class Assign(ToPerson):
    title = "Give the request to another"
    sentence = "Another records custodian goes on with {}."
    submit = "Give it to them"
    done = "{} was given on."

    def act(self, form: Any) -> RecordsRequest:
        return actions.assign(person_id=form.cleaned_data["person"], **self.of_it())


class CloseSearch(Act):
    title = "Close the search"
    sentence = "All that {} reaches was found, and is reviewed now."
    submit = "Close the search"
    done = "The search for {} is closed."

    def consequences(self) -> Sequence[str]:
        return (
            "From now on only what was found is kept from being destroyed for this request.",
            "You can search again as long as it is not answered.",
        )

    def act(self, form: Any) -> RecordsRequest:  # noqa: ARG002 (the form only confirms)
        return actions.close_search(**self.of_it())


class SearchAgain(Act):
    title = "Search again"
    sentence = "Something may be missing in {}. What is decided stays."
    submit = "Search again"
    done = "{} is searched for again."

    def act(self, form: Any) -> RecordsRequest:  # noqa: ARG002 (the form only confirms)
        return actions.search_again(**self.of_it())


class Answer(Act):
    title = "Answer without a release"
    sentence = "{} is answered: nothing was found, or all of it is withheld."
    form_class = WordsForm
    submit = "Answer it"
    look = "secondary"
    done = "{} is answered."

    def act(self, form: Any) -> RecordsRequest:
        words = form.cleaned_data["words"]
        return actions.answer_without_release(words=words, **self.of_it())


class Withdraw(Act):
    title = "Close it as withdrawn"
    sentence = "The requester does not pursue {} any longer."
    form_class = ReasonForm
    submit = "Close it"
    look = "secondary"
    done = "{} is closed."

    def act(self, form: Any) -> RecordsRequest:
        return actions.withdraw(reason=form.cleaned_data["reason"], **self.of_it())


class Reopen(Act):
    title = "Take it up again"
    sentence = "{} is reviewed again; what was given out stays given out."
    form_class = ReasonForm
    submit = "Take it up again"
    done = "{} was taken up again."

    def act(self, form: Any) -> RecordsRequest:
        return actions.reopen(reason=form.cleaned_data["reason"], **self.of_it())


class NewCode(Act):
    """A fresh status code for who lost theirs."""

    title = "Give out a new status code"
    sentence = "The requester of {} lost their code. The old one opens nothing any longer."
    submit = "Make a new code"
    look = "secondary"

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        code = actions.new_status_code(**self.of_it())
        self.template_name = "disclosure/taken.html"  # type: ignore[misc]
        return self.show(request_made=self.object, code=code)


class MakePackage(Act):
    """Ask for a release; the clock puts it together (G-5)."""

    title = "Put the release together"
    sentence = "What is decided of {} becomes one document, with its index and the reasons."
    submit = "Put it together"
    done = "It is being put together. You get mail when it is ready."

    def consequences(self) -> Sequence[str]:
        return (
            "Nothing is given out yet.",
            "Every page gets its number; numbers go on over all releases of this request.",
            "It goes on while you do something else.",
        )

    def act(self, form: Any) -> Any:  # noqa: ARG002 (the form only confirms)
        return actions.order_package(**self.of_it())

    def next_address(self, outcome: Any) -> str:
        return f"{reverse('disclosure:request', kwargs={'key': outcome.request_id})}#releases"
