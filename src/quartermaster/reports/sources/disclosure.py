"""Evidence of the room disclosure: requests, and who was asked for them; for whom it is."""

from datetime import datetime

from quartermaster.disclosure.queries import requests_visible_to, searches_visible_to
from quartermaster.disclosure.rules.requests import OPEN, RequestState
from quartermaster.disclosure.rules.searches import SearchState
from quartermaster.kernel.permits import Actor
from quartermaster.kernel.worded import values
from quartermaster.reports.evidence import Evidence, evidence


@evidence("disclosure.requests")
def requests(actor: Actor, at: datetime) -> Evidence:
    rows = requests_visible_to(actor)
    still = rows.filter(state__in=values(OPEN))
    asked = searches_visible_to(actor).filter(state=SearchState.ASKED)
    return Evidence(
        (
            ("requests answered", rows.filter(state=RequestState.ANSWERED).count()),
            ("open", still.count()),
            ("late", still.filter(answer_by__lt=at).count()),
            ("people who have not answered", asked.count()),
        )
    )
