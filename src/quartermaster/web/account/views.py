"""Logging in and out, setting a password by a link, one's own log-in."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from quartermaster.kernel.errors import HouseError, InvalidInput
from quartermaster.org import accounts
from quartermaster.org.models import User
from quartermaster.org.roles import Role
from quartermaster.web.account.forms import (
    ChangePasswordForm,
    ForgotForm,
    LogInForm,
    NewPasswordForm,
)
from quartermaster.web.guard import PUBLIC, SIGNED_IN, declared
from quartermaster.web.middleware import safe_next
from quartermaster.web.pages import Button, FormPage, Page
from quartermaster.web.session import SEEN, STARTED, address_of

BACKEND = "quartermaster.org.accounts.backend.PersonBackend"


@method_decorator([never_cache, sensitive_post_parameters()], name="dispatch")
class DoorPage(FormPage):
    """A form for somebody who has not logged in yet."""

    permit = PUBLIC
    template_name = "account/log_in.html"
    done = ""

    def refuse(self, form: Any, problem: HouseError) -> HttpResponse:
        form.add_error(None, problem.message)
        answer = self.again(form, problem.status)
        if "retry_after" in problem.facts:
            answer["Retry-After"] = str(problem.facts["retry_after"])
        return answer

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            return self.enter(form)
        except HouseError as problem:
            return self.refuse(form, problem)

    def enter(self, form: Any) -> HttpResponse:
        raise NotImplementedError


class LogIn(DoorPage):
    """The log-in page."""

    title = "Log in"
    lead = "Mobile devices of the city, and the policy for them."
    form_class = LogInForm
    submit = "Log in"

    def context(self) -> dict[str, Any]:
        wanted = self.request.POST.get("next") or self.request.GET.get("next", "")
        return {**super().context(), "next": wanted[:2000], "forgot": True}

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        if self.request.user.is_authenticated:
            return HttpResponseRedirect(safe_next(self.request))
        return super().get(*args, **kwargs)

    def enter(self, form: Any) -> HttpResponse:
        user = accounts.authenticate(
            email=form.cleaned_data["email"],
            password=form.cleaned_data["password"],
            address=address_of(self.request),
            at=self.at,
        )
        return _let_in(self.request, user, self.at, safe_next(self.request))


class Forgot(DoorPage):
    """Asking for a link to set a new password. The answer tells nothing about the address."""

    title = "Forgotten password"
    lead = "Give your city e-mail address. A link to set a new password goes there."
    form_class = ForgotForm
    submit = "Send me a link"

    def context(self) -> dict[str, Any]:
        return {**super().context(), "back": True}

    def enter(self, form: Any) -> HttpResponse:
        email = form.cleaned_data["email"]
        accounts.ask_reset(email=email, address=address_of(self.request), at=self.at)
        self.template_name = "account/said.html"  # type: ignore[misc]
        sentence = (
            "If there is a log-in for this address, a link is on its way to it."
            " The link works once, for an hour."
        )
        return self.show(sentence=sentence)


class TakeUpLink(DoorPage):
    """Setting a password by the link of an invitation or a reset."""

    title = "Set your password"
    form_class = NewPasswordForm
    submit = "Set the password and log in"

    def layout(self) -> dict[str, Any]:
        person = accounts.person_of(token=self.kwargs["token"], at=self.at)
        return {**super().layout(), "lead": f"This sets the password of {person.name}."}

    def enter(self, form: Any) -> HttpResponse:
        try:
            password = form.cleaned_data["new"]
            user = accounts.redeem(token=self.kwargs["token"], password=password, at=self.at)
        except InvalidInput as problem:
            form.add_error("new", problem.message)
            return self.again(form, problem.status)
        return _let_in(self.request, user, self.at, reverse("home:dashboard"))


def _let_in(request: HttpRequest, user: User, at: datetime, address: str) -> HttpResponse:
    login(request, user, backend=BACKEND)
    request.session[STARTED] = request.session[SEEN] = at.timestamp()
    return HttpResponseRedirect(address)


@declared(PUBLIC)
def log_out(request: HttpRequest) -> HttpResponse:
    """End the session. By POST only, so that no link can do it."""
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    logout(request)
    messages.success(request, "You are logged out.")
    return HttpResponseRedirect(reverse("account:log-in"))


class Mine(Page):
    """The actor's own log-in."""

    permit = SIGNED_IN
    title = "Your log-in"
    template_name = "account/mine.html"

    def buttons(self) -> list[Button]:
        return [Button("Change your password", "account:password", SIGNED_IN)]

    def context(self) -> dict[str, Any]:
        user = self.request.user
        names = dict(Role.choices) | {"employee": "Employee", "supervisor": "Supervisor"}
        held = {names.get(item.role, item.role) for item in self.actor.roles}
        started = self.request.session.get(STARTED)
        return {
            **super().context(),
            "person": user.person if isinstance(user, User) else None,
            "roles": sorted(held),
            "started_at": datetime.fromtimestamp(started, self.at.tzinfo) if started else None,
        }


@method_decorator(sensitive_post_parameters(), name="dispatch")
class ChangePassword(FormPage):
    """Changing one's own password, knowing the present one."""

    permit = SIGNED_IN
    title = "Change your password"
    form_class = ChangePasswordForm
    submit = "Change the password"
    done = "Your password is changed. Every other session of yours has ended."

    def cancel_address(self) -> str:
        return reverse("account:mine")

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return super().post(*args, **kwargs)
        except HouseError as problem:
            form = self.make_form()
            form.is_valid()
            form.add_error("old", problem.message)
            return self.again(form, problem.status)

    def act(self, form: Any) -> User:
        user = self.request.user
        assert isinstance(user, User)
        changed = accounts.change_password(
            user=user,
            old=form.cleaned_data["old"],
            new=form.cleaned_data["new"],
            address=address_of(self.request),
            at=self.at,
        )
        update_session_auth_hash(self.request, changed)
        return changed
