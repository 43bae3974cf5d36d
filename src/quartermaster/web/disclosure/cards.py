"""What of requests needs attention."""

from django.urls import reverse

from quartermaster.disclosure import queries
from quartermaster.disclosure.permits import REQUEST_VIEW, SEARCH_ANSWER
from quartermaster.disclosure.rules.requests import OPEN
from quartermaster.disclosure.rules.searches import SearchState
from quartermaster.kernel.worded import values
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=5, permit=SEARCH_ANSWER)
def to_search(request: HouseRequest) -> Counted:
    """What the reader was asked to search for (G-2)."""
    rows = queries.searches_of(request.actor).filter(state=SearchState.ASKED)
    count = yield rows
    if not count:
        return None
    keys = list(rows.values_list("id", flat=True)[:2])
    one = reverse("disclosure:my-search", kwargs={"key": keys[0]})
    address = one if len(keys) == 1 else reverse("disclosure:mine")
    sentence = "Somebody asked the City for records; say what you have."
    return Card("Search for records", count, address, sentence, "warning")


@card(order=17, permit=REQUEST_VIEW)
def late(request: HouseRequest) -> Counted:
    """Requests whose day has passed."""
    rows = queries.requests_visible_to(request.actor).filter(
        state__in=values(OPEN), answer_by__lt=request.at
    )
    count = yield rows
    if not count:
        return None
    address = reverse("disclosure:requests")
    return Card("Late records requests", count, address, "Answer without delay.", "bad")
