"""Questions that wait for an answer."""

from django.urls import reverse

from quartermaster.inventory.applications import questions_visible_to
from quartermaster.inventory.permits import DECISION_MAKE
from quartermaster.inventory.verdicts import QuestionState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=36, permit=DECISION_MAKE)
def waiting(request: HouseRequest) -> Counted:
    """People who wait to hear whether they may install something (G-4)."""
    rows = questions_visible_to(request.actor).filter(state=QuestionState.WAITING)
    count = yield rows
    if not count:
        return None
    address = reverse("decisions:questions") + "?state=waiting"
    sentence = "People ask whether they may install an application. One answer is for all."
    return Card("Questions about applications", count, address, sentence, tone="info")
