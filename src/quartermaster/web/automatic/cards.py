"""What of automatic action needs a person: what stands still, what waits, what is proposed."""

from django.urls import reverse

from quartermaster.compliance import automatic
from quartermaster.compliance.permits import AUTOMATIC_APPROVE, AUTOMATIC_VIEW
from quartermaster.compliance.rules.automatic import ActState, RuleState
from quartermaster.mdm.permits import DESTRUCTION_REQUEST
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.request import HouseRequest


@card(order=4, permit=AUTOMATIC_VIEW)
def stopped(request: HouseRequest) -> Counted:
    """Rules that stopped themselves or were stopped, or all of them."""
    address = reverse("automatic:rules")
    if (everything := automatic.everything_stopped()) is not None:
        return Card("Automatic action stands still", "All", address, everything.note, "bad")
    rows = automatic.rules_visible_to(request.actor).filter(state=RuleState.STOPPED.value)
    count = yield rows
    if not count:
        return None
    sentence = "Another than the author has to look at the plan before they go on."
    title = "Rule stopped" if count == 1 else "Rules stopped"
    return Card(title, count, f"{address}?state=stopped", sentence, "bad")


@card(order=8, permit=AUTOMATIC_APPROVE)
def to_switch_on(request: HouseRequest) -> Counted:
    """Rules that are tried, and that the reader may switch on as the second person."""
    rows = automatic.rules_waiting_for(request.actor).filter(state=RuleState.TRIAL.value)
    count = yield rows
    if not count:
        return None
    return Card(
        "Rules on trial",
        count,
        f"{reverse('automatic:rules')}?state=trial",
        "A second person looks at the plan and switches them on.",
        "info",
    )


@card(order=9, permit=DESTRUCTION_REQUEST)
def proposed(request: HouseRequest) -> Counted:
    """What rules propose to destroy, and nobody has asked for or declined."""
    rows = automatic.acts_visible_to(request.actor).filter(state=ActState.PROPOSED.value)
    count = yield rows
    if not count:
        return None
    return Card(
        "Proposed by rules",
        count,
        f"{reverse('automatic:acts')}?state=proposed",
        "A person asks for it or declines it; a second one has to approve.",
        "warning",
    )
