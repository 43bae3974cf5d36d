"""The verbs on a request for usage detail, and looking at what it opens."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.forms import BaseForm, Form
from django.http import HttpResponse
from django.urls import reverse

from quartermaster.kernel.dates import written_day
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.usage import detail_permits as permits
from quartermaster.usage.actions import detail_requests as verbs
from quartermaster.usage.actions.detail_requests.looking import TITLES, cells_of
from quartermaster.usage.models import DetailRequest
from quartermaster.usage.queries import detail_requests as queries
from quartermaster.usage.rules.detail_requests import LookKind
from quartermaster.web.detail_requests import forms
from quartermaster.web.pages import ActPage, Crumb
from quartermaster.web.pages.forms import blame

MOST_SHOWN = 1000


class OfRequest(ActPage[DetailRequest]):
    """What the verbs share."""

    thing = "request"
    form_class: ClassVar[type[BaseForm]] = Form

    def rows(self) -> QuerySet[DetailRequest]:
        return queries.detail_requests_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("detail_requests:request", kwargs={"key": self.object.pk})
        every = reverse("detail_requests:requests")
        return (Crumb("Requests for usage detail", every), Crumb(str(self.object.person), here))

    def named(self) -> dict[str, Any]:
        return {"request_id": self.object.pk, "actor": self.actor, "at": self.at}

    def next_address(self, outcome: Any) -> str:  # noqa: ARG002 (back to the request)
        return self.cancel_address()


class Grant(OfRequest):
    """Open the detail to who asked (G-9)."""

    permit = permits.DETAIL_DECIDE
    title = "Grant the request"
    sentence = "{}. Whoever asked may look for some days; every look is kept."
    form_class = forms.GrantForm
    submit = "Grant"
    done = "The request is granted."

    def consequences(self) -> Sequence[str]:
        row = self.object
        told = "The person is told at once who asked, for which days, and what sort of reason."
        if row.quiet_until is None:
            return (told,)
        later = f"{row.quiet_by} proposes to tell them on {written_day(row.quiet_until)}"
        return (told, f"{later}: {row.quiet_reason} It counts only if you agree below.")

    def act(self, form: Any) -> DetailRequest:
        return verbs.grant_detail(**form.cleaned_data, **self.named())


class Decline(OfRequest):
    """Decline the request (G-9)."""

    permit = permits.DETAIL_DECIDE
    title = "Decline the request"
    sentence = "{}. Whoever asked is told your reason."
    form_class = forms.DeclineForm
    submit = "Decline"
    look = "secondary"
    done = "The request is declined."

    def act(self, form: Any) -> DetailRequest:
        return verbs.decline_detail(**form.cleaned_data, **self.named())


class Quiet(OfRequest):
    """Propose that the person is told later (G-9)."""

    permit = permits.DETAIL_DECIDE
    title = "Propose to tell the person later"
    sentence = "{}. Another person of ITMD must agree when they grant it."
    form_class = forms.QuietForm
    submit = "Propose"
    done = "The proposal is kept."

    def act(self, form: Any) -> DetailRequest:
        return verbs.keep_quiet(**form.cleaned_data, **self.named())


class Withdraw(OfRequest):
    """Withdraw one's request (G-9)."""

    permit = permits.DETAIL_ASK
    title = "Withdraw the request"
    sentence = "{} is not asked for any longer."
    submit = "Withdraw"
    look = "secondary"
    done = "The request is withdrawn."

    def act(self, form: Any) -> DetailRequest:  # noqa: ARG002 (nothing to fill in)
        return verbs.withdraw_detail(**self.named())


class End(OfRequest):
    """Close the detail before its time (G-9)."""

    permit = permits.DETAIL_REQUESTS_VIEW
    title = "Close the request"
    sentence = "{} can be looked at no longer."
    submit = "Close it"
    done = "The request is closed."

    def act(self, form: Any) -> DetailRequest:  # noqa: ARG002 (nothing to fill in)
        return verbs.end_detail(**self.named())


class Look(OfRequest):
    """Look at the detail; that it was done is kept first (G-9)."""

    permit = permits.DETAIL_READ
    title = "Look at the usage detail"
    sentence = "{}."
    submit = "Look"

    def consequences(self) -> Sequence[str]:
        return (
            "That you looked, and when, is in the ledger, and the person can see it.",
            "Only what the person's lines did while they had them is shown.",
        )

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        try:
            shown = verbs.look(**self.named())
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        self.template_name = "detail_requests/look.html"  # type: ignore[misc]
        answer = self.show(
            form=form,
            shown=shown,
            titles=TITLES,
            cells=[cells_of(row) for row in shown.rows[:MOST_SHOWN]],
            more=max(0, len(shown.rows) - MOST_SHOWN),
        )
        answer["Cache-Control"] = "no-store, private"
        return answer


class Take(OfRequest):
    """Take a copy that bears one's name (G-9)."""

    permit = permits.DETAIL_READ
    title = "Take a copy"
    sentence = "{}, as a file."
    form_class = forms.TakeForm
    submit = "Take it"

    def consequences(self) -> Sequence[str]:
        return (
            "Every row or page says that you took it, and when.",
            "It stands in the ledger, and the person can see it.",
            "Keep it no longer than you need it: it is a City record.",
        )

    def post(self, *_args: Any, **_kwargs: Any) -> HttpResponse:
        form = self.make_form()
        if not form.is_valid():
            return self.again(form, 422)
        kind = LookKind(form.cleaned_data["kind"])
        try:
            media_type, content = verbs.export_detail(kind=kind, **self.named())
        except (InvalidInput, Conflict) as problem:
            blame(form, problem)
            return self.again(form, problem.status)
        answer = HttpResponse(content, content_type=media_type)
        name = f"usage-detail-{self.object.since_on}-{self.object.until_on}.{kind.value}"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        answer["Cache-Control"] = "no-store, private"
        return answer
