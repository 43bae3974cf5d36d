"""What of cases waits for the reader."""

from django.urls import reverse

from quartermaster.compliance import cases, queries
from quartermaster.compliance.permits import CASE_VIEW, EXTENSION_DECIDE
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.compliance.rules.extensions import ExtensionState
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest

_WORDS = {
    CaseState.PREPARED: ("Referrals to confirm or dismiss", "Look at the evidence first."),
    CaseState.REFERRED: ("Referrals to acknowledge", "About people whom you supervise."),
    CaseState.ACKNOWLEDGED: ("Cases without an outcome", "Human resources record one."),
    CaseState.APPEALED: ("Appeals to review", "By another person than recorded the outcome."),
    CaseState.DECIDED: ("Your case has an outcome", "You can appeal it once."),
}


@card(order=12, permit=CASE_VIEW)
def waiting(request: HouseRequest) -> Counted:
    """The cases whose next step is the reader's (C-1, E-1)."""
    asked: dict[CaseState, int] = {}
    for state, rows in cases.waiting_for(request.actor).items():
        if count := (yield rows):
            asked[state] = count
    if not asked:
        return None
    address = reverse("cases:cases")
    if len(asked) > 1:
        said = " · ".join(f"{_WORDS[state][0]}: {count}" for state, count in asked.items())
        return Card("Cases waiting for you", sum(asked.values()), address, said, tone="warning")
    (state, count), *_ = asked.items()
    title, sentence = _WORDS[state]
    return Card(title, count, f"{address}?state={state.value}", sentence, tone="warning")


@card(order=13, permit=EXTENSION_DECIDE)
def more_time(request: HouseRequest) -> Counted:
    """Who asks for more time to put something right, and waits for an answer (C-1)."""
    rows = queries.extensions_visible_to(request.actor).filter(state=ExtensionState.ASKED.value)
    count = yield rows.exclude(asked_by_id=request.actor.person_id)
    if not count:
        return None
    address = f"{reverse('cases:extensions')}?state=asked"
    return Card("More time is asked for", count, address, "Grant or decline it.", tone="warning")
