"""What of cases waits for the reader."""

from django.urls import reverse

from quartermaster.compliance import cases
from quartermaster.compliance.permits import CASE_VIEW
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.web.cards import Card, card
from quartermaster.web.request import HouseRequest

_WORDS = {
    CaseState.PREPARED: ("Referrals to confirm or dismiss", "Look at the evidence first."),
    CaseState.REFERRED: ("Referrals to acknowledge", "About people whom you supervise."),
    CaseState.ACKNOWLEDGED: ("Cases without an outcome", "Human resources record one."),
    CaseState.APPEALED: ("Appeals to review", "By another person than recorded the outcome."),
    CaseState.DECIDED: ("Your case has an outcome", "You can appeal it once."),
}


@card(order=12, permit=CASE_VIEW)
def waiting(request: HouseRequest) -> Card | None:
    """The cases whose next step is the reader's (C-1, E-1)."""
    found = {state: rows.count() for state, rows in cases.waiting_for(request.actor).items()}
    asked = {state: count for state, count in found.items() if count}
    if not asked:
        return None
    address = reverse("cases:cases")
    if len(asked) > 1:
        said = " · ".join(f"{_WORDS[state][0]}: {count}" for state, count in asked.items())
        return Card("Cases waiting for you", sum(asked.values()), address, said, tone="warning")
    (state, count), *_ = asked.items()
    title, sentence = _WORDS[state]
    return Card(title, count, f"{address}?state={state.value}", sentence, tone="warning")
