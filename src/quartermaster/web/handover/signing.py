"""The page on which somebody signs: on their own log-in, or at ITMD's desk."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.db.models import QuerySet
from django.http import HttpResponse
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from quartermaster.kernel.permits import require
from quartermaster.lifecycle import permits
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import CONSENT, HandoverState
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.web.handover.forms import SignForm
from quartermaster.web.handover.views import LIST
from quartermaster.web.pages import ActPage, Crumb


@method_decorator(never_cache, name="dispatch")
class Sign(ActPage[Handover]):
    """Sign for what one is handed (S-2, C-3)."""

    permit = permits.HANDOVER_SIGN
    thing = "hand-out"
    title = "Sign for what you get"
    template_name = "handover/sign.html"
    form_class = SignForm
    submit = "Sign"
    done = "{} is signed. The receipt comes by mail."
    desk: ClassVar[bool] = False

    def rows(self) -> QuerySet[Handover]:
        return queries.handovers_visible_to(self.actor)

    def crumbs(self) -> Sequence[Crumb]:
        here = reverse("handover:handout", kwargs={"key": self.object.pk})
        return (LIST, Crumb(self.object.number, here))

    def get(self, *args: Any, **kwargs: Any) -> HttpResponse:
        self.check()
        return super().get(*args, **kwargs)

    def check(self) -> None:
        require(self.actor, permits.HANDOVER_SIGN, person_id=self.object.holder_id)

    def form_arguments(self) -> dict[str, Any]:
        return {"items": list(self.object.items.all()), "desk": self.desk}

    def initial(self) -> dict[str, Any]:
        return {"shown": queries.shown_digest(self.object)}

    def context(self) -> dict[str, Any]:
        row, open_ = self.object, self.object.state == HandoverState.PREPARED
        blocked = queries.obstacles(row, self.at) if open_ else []
        return {
            **super().context(),
            "statement": CONSENT,
            "holder": row.holder,
            "desk": self.desk,
            "due": acknowledgement_due(row.holder_id, self.at) is not None,
            "problems": [
                f"{found.item}: {found.sentence}" if found.item else found.sentence
                for found in blocked
            ],
            "said": {item.pk: queries.described(item) for item in row.items.all()},
            "over": not open_,
        }

    def act(self, form: SignForm) -> Handover:
        return handovers.sign_handover(**self.signed(form))

    def signed(self, form: SignForm) -> dict[str, Any]:
        return {
            "handover_id": self.object.pk,
            "signature": form.signature(),
            "replies": form.replies(),
            "shown": form.cleaned_data["shown"],
            "actor": self.actor,
            "at": self.at,
        }


class SignAtDesk(Sign):
    """Have the holder sign on ITMD's screen (S-2)."""

    permit = permits.HANDOVER_ATTEST
    title = "Sign at the desk"
    desk = True

    def check(self) -> None:
        require(self.actor, permits.HANDOVER_ATTEST)

    def act(self, form: SignForm) -> Handover:
        seen = form.cleaned_data["identification"]
        return handovers.sign_at_desk(identification=seen, **self.signed(form))
