"""Questions about applications that wait for an answer."""

from django.urls import reverse

from quartermaster.inventory.applications import questions_visible_to
from quartermaster.inventory.permits import DECISION_MAKE
from quartermaster.inventory.verdicts import QuestionState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("Questions about applications", permit=DECISION_MAKE, order=40)
def answers(request: HouseRequest) -> Steps:
    """People wait to hear whether they may install something (G-4)."""
    rows = questions_visible_to(request.actor).filter(state=QuestionState.WAITING)
    if not (yield rows):
        return
    for row in rows.select_related("asked_by").order_by("asked_at"):
        address = reverse("decisions:question", kwargs={"key": row.pk})
        yield Wait(f"Answer: {row.title}", address, note=f"{row.asked_by}: {row.purpose}")
