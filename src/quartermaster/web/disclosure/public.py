"""The public's pages: file a request, see how it stands, fetch it, the reading room."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from quartermaster.disclosure import actions, queries
from quartermaster.disclosure.models import RecordsRequest
from quartermaster.disclosure.queries import public
from quartermaster.disclosure.rules.requests import Channel, RequestState
from quartermaster.kernel.errors import HouseError, NotFound
from quartermaster.kernel.permits import system
from quartermaster.web.disclosure.answers import AppealForm
from quartermaster.web.disclosure.forms import CodeForm, PublicForm
from quartermaster.web.disclosure.review import sent
from quartermaster.web.guard import PUBLIC
from quartermaster.web.marks import chip
from quartermaster.web.pages import FormPage, Page
from quartermaster.web.session import address_of

DOOR = system("open-records page")
_OPENED = "open_records"
_FOR = 3600  # seconds that a code stays opened in a browser
_TONES = {"answered": "good", "withdrawn": "neutral"}


class Switched:
    """Nothing is here where the city switched the public pages off."""

    def dispatch(self, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not settings.OPEN_RECORDS_PAGE:
            raise NotFound("There is nothing at this address.")
        return super().dispatch(*args, **kwargs)  # type: ignore[misc,no-any-return]


class Room(Switched, Page):
    """The way in: what this is, and the reading room (G-5)."""

    permit = PUBLIC
    title = "Public records"
    template_name = "disclosure/public_room.html"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "packages": list(queries.published()[:200])}


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class File(Switched, FormPage):
    """Ask for records, without an account (G-5)."""

    permit = PUBLIC
    title = "Ask for public records"
    lead = "Anybody may ask. You need no account, and do not have to say who you are or why."
    template_name = "disclosure/public_file.html"
    form_class = PublicForm
    submit = "Send the request"

    def cancel_address(self) -> str:
        return reverse("disclosure:public")

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            request, code = actions.file_request(
                wanted=form.wish(),
                channel=Channel.WEB,
                address=address_of(self.request),
                actor=DOOR,
                at=self.at,
            )
        except HouseError as problem:
            field = problem.facts.get("field")
            form.add_error(str(field) if field in form.fields else None, problem.message)
            return self.again(form, problem.status)
        self.template_name = "disclosure/taken.html"  # type: ignore[misc]
        return self.show(
            request_made=request, code=code, public=True, title="Your request is received"
        )


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class Status(Switched, FormPage):
    """How a request stands, for who has its code (G-5)."""

    permit = PUBLIC
    title = "How your request stands"
    template_name = "disclosure/public_status.html"
    form_class = CodeForm
    submit = "Show it"

    def opened(self) -> RecordsRequest | None:
        return opened(self.request, self.at)

    def cancel_address(self) -> str:
        return reverse("disclosure:public")

    def context(self) -> dict[str, Any]:
        request = self.opened()
        more: dict[str, Any] = {}
        if request is not None:
            state = RequestState(request.state)
            more = {
                "asked": request,
                "mark": chip(state.label, tone=_TONES.get(state.value, "info")),
                "files": public.to_fetch(request, self.at),
                "letters": queries.letters_to(request),
                "appeals": request.appeals.all(),
                "may_appeal": self._may_appeal(request),
                "appeal_form": self.appeal_form(),
            }
        return {**super().context(), **more}

    def appeal_form(self) -> AppealForm:
        return AppealForm(self.request.POST if "text" in self.request.POST else None)

    @staticmethod
    def _may_appeal(request: RecordsRequest) -> bool:
        answered = request.state == RequestState.ANSWERED
        return answered and not request.appeals.filter(decided_at=None).exists()

    def _appeal(self) -> HttpResponse:
        request, form = self.opened(), self.appeal_form()
        if request is None:
            raise NotFound("Give the status code first.")
        if not form.is_valid():
            self.status = 422
            return self.show(form=form)
        actions.file_appeal(
            request_id=request.id,
            text=form.cleaned_data["text"],
            channel=Channel.WEB,
            actor=DOOR,
            at=self.at,
        )
        return HttpResponseRedirect(reverse("disclosure:public-status"))

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        if "text" in self.request.POST:
            return self._appeal()
        if "leave" in self.request.POST:
            self.request.session.pop(_OPENED, None)
            return HttpResponseRedirect(reverse("disclosure:public"))
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            found = public.request_of(form.cleaned_data["code"], address_of(self.request), self.at)
        except HouseError as problem:
            form.add_error("code", problem.message)
            return self.again(form, problem.status)
        self.request.session[_OPENED] = {
            "id": str(found.id),
            "code": found.code_digest,
            "until": self.at.timestamp() + _FOR,
        }
        return HttpResponseRedirect(reverse("disclosure:public-status"))


def opened(request: Any, at: Any) -> RecordsRequest | None:
    """The request whose code this browser gave within the hour."""
    held = request.session.get(_OPENED)
    if not isinstance(held, dict) or held.get("until", 0) < at.timestamp():
        return None
    return public.opened_by(UUID(held["id"]), held["code"])


@method_decorator(never_cache, name="dispatch")
class FetchLetter(Switched, Page):
    """A letter to the requester, for who has the code (G-5)."""

    permit = PUBLIC

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        request = opened(self.request, self.at)
        letter = queries.letter_to(request, self.kwargs["key"]) if request else None
        if letter is None:
            raise NotFound("Give the status code first, then fetch it from there.")
        return sent(letter.file)


@method_decorator(never_cache, name="dispatch")
class Fetch(Switched, Page):
    """A file of a release, for who has the code; counted (G-5)."""

    permit = PUBLIC

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        request = opened(self.request, self.at)
        if request is None:
            raise NotFound("Give the status code first, then fetch it from there.")
        found = actions.count_download(
            file_id=self.kwargs["key"], request_id=request.id, actor=DOOR, at=self.at
        )
        return sent(found.file)


class Read(Switched, Page):
    """A file in the reading room, for anybody (G-5)."""

    permit = PUBLIC

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return sent(public.published_file(self.kwargs["key"]).file)
