"""What waits for the reader, gathered from every room, and how many it is."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.html import format_html

from quartermaster.lifecycle.queries.delegations import represented_by
from quartermaster.lifecycle.request_permits import DELEGATION_MAKE
from quartermaster.web.guard import SIGNED_IN, declared
from quartermaster.web.pages import Button
from quartermaster.web.pages.base import Page
from quartermaster.web.request import HouseRequest, is_partial
from quartermaster.web.waits import waiting_for


class WaitingForMe(Page):
    """The steps that are the reader's, of all kinds (G-7)."""

    permit = SIGNED_IN
    title = "Waiting for me"
    lead = "What only goes on when you do something."
    template_name = "waiting/mine.html"

    def buttons(self) -> Sequence[Button]:
        return (Button("Name who stands in for you", "waiting:delegate", DELEGATION_MAKE),)

    def context(self) -> dict[str, Any]:
        return {
            **super().context(),
            "groups": waiting_for(self.request),
            "represented": represented_by(self.actor, self.at),
        }


@declared(SIGNED_IN)
def count(request: HouseRequest) -> HttpResponse:
    """How many steps wait, for the menu; nothing where none does."""
    if not is_partial(request):
        return HttpResponseRedirect(reverse("waiting:mine"))
    many = sum(len(group.waits) for group in waiting_for(request))
    text = format_html('{}<span class="usa-sr-only"> waiting</span>', many) if many else ""
    return HttpResponse(text)
