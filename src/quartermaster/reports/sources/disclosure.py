"""Evidence of the room disclosure: requests, and who was asked for them; for whom it is."""

from datetime import datetime

from django.db.models import Q

from quartermaster.disclosure.queries import requests_visible_to, searches_visible_to
from quartermaster.disclosure.rules.requests import OPEN, RequestState
from quartermaster.disclosure.rules.searches import SearchState
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.reports.evidence import Evidence, evidence, tally


@evidence("disclosure.requests")
def requests(actor: Actor, at: datetime) -> Evidence:
    still = Q(state__in=values(OPEN))
    found = tally(
        requests_visible_to(actor),
        ("requests answered", Q(state=RequestState.ANSWERED)),
        ("open", still),
        ("late", still & Q(answer_by__lt=at)),
    )
    asked = searches_visible_to(actor).filter(state=SearchState.ASKED)
    return Evidence((*found.counts, ("people who have not answered", asked.count())))
