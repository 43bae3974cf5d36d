"""Pages of acts for which a log-in is not enough: the password is typed again, for this act."""

from typing import Any

from django import forms
from django.http import HttpResponse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters

from quartermaster.org.accounts import Proof, prove
from quartermaster.org.errors import LogInRefused, TooManyAttempts
from quartermaster.web.pages import ActPage, Page
from quartermaster.web.pages.base import M
from quartermaster.web.pages.forms import blame
from quartermaster.web.session import address_of

LONGEST = 256


class ProvingForm(forms.Form):
    """The password, once more."""

    password = forms.CharField(
        label="Your password",
        help_text="Type it again: this cannot be undone, so a log-in alone is not enough.",
        max_length=LONGEST,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@method_decorator([never_cache, sensitive_post_parameters("password")], name="dispatch")
class ProvingPage(ActPage[M]):
    """A verb that asks for the password. ``act`` gets its proof from `proof_of`."""

    form_class = ProvingForm

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        form = self.make_form()
        try:
            return super().post(*args, **kwargs)
        except (LogInRefused, TooManyAttempts) as problem:
            form.is_valid()
            blame(form, problem)
            return self.again(form, problem.status)


def proof_of(page: Page, form: Any, purpose: str) -> Proof:
    """The proof that the person before the page typed their password for this purpose."""
    return prove(
        actor=page.actor,
        password=form.cleaned_data["password"],
        purpose=purpose,
        address=address_of(page.request),
        at=page.at,
    )
