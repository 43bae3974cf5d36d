"""A form that calls one action. Errors stand beside their fields and in a summary above."""

from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Model
from django.forms import BaseForm, Form
from django.http import HttpResponse, HttpResponseRedirect

from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput
from quartermaster.web.pages.base import Page


class FormPage(Page):
    """A form. Declare ``permit``, ``title``, ``form_class``, ``submit``; define ``act``.

    ``act(form)`` calls one action with the form's clean data and returns what the sentence
    ``done`` names ("{} was added."). An `InvalidInput` or `Conflict` of the action is shown above
    the form (at its field where it names one: ``InvalidInput("…", field="email")``).
    """

    template_name = "pages/form.html"
    form_class: ClassVar[type[BaseForm]] = Form
    submit: ClassVar[str] = "Save"
    look: ClassVar[str] = ""
    done: ClassVar[str] = "Saved."
    missing: ClassVar[str] = "Fill this in."

    def act(self, form: Any) -> Any:
        raise NotImplementedError

    def initial(self) -> dict[str, Any]:
        return {}

    def form_arguments(self) -> dict[str, Any]:
        """Further arguments of the form, such as the choices that the actor has."""
        return {}

    def make_form(self) -> Any:
        bound: dict[str, Any] = {}
        if self.request.method == "POST":
            bound = {"data": self.request.POST, "files": self.request.FILES}
        form = self.form_class(initial=self.initial(), **bound, **self.form_arguments())
        for field in form.fields.values():
            field.error_messages["required"] = self.missing
        return form

    def next_address(self, outcome: Any) -> str:
        """Where to go when it is done: the page of what was made, or the parent page."""
        if isinstance(outcome, Model) and hasattr(outcome, "get_absolute_url"):
            return str(outcome.get_absolute_url())
        return self.cancel_address()

    def cancel_address(self) -> str:
        crumbs = self.crumbs()
        return crumbs[-1].address if crumbs else "/"

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "submit": self.submit,
            "look": self.look,
            "cancel": self.cancel_address(),
        }

    def get(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        return self.show(form=self.make_form())

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        try:
            outcome = self.act(form)
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        if self.done:
            messages.success(self.request, self.done.format(outcome))
        return HttpResponseRedirect(self.next_address(outcome))

    def again(self, form: Any, status: int) -> HttpResponse:
        self.status = status
        return self.show(form=form)


def blame(form: Any, problem: HouseError) -> None:
    """Put a room's sentence at the field it names, or above the form."""
    field = problem.facts.get("field")
    form.add_error(str(field) if field in form.fields else None, problem.message)
