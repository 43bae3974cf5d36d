"""What of leavers waits for a second person."""

from django.urls import reverse

from quartermaster.lifecycle.queries.recoveries import charges_visible_to, items_visible_to
from quartermaster.lifecycle.recovery_permits import RECOVERY_PURSUE
from quartermaster.lifecycle.rules.recoveries import OwedState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("To let go or not", permit=RECOVERY_PURSUE, order=24)
def letting_go(request: HouseRequest) -> Steps:
    """What somebody else asked to let go (C-4)."""
    me, asked = request.actor.person_id, OwedState.LET_GO_ASKED
    items = items_visible_to(request.actor).filter(state=asked).exclude(asked_by_id=me)
    for item in items if (yield items) else ():
        address = reverse("recoveries:item-agree", kwargs={"key": item.pk})
        yield Wait(f"Agree or keep due: {item.title}", address, note=str(item.recovery.person))
    charges = charges_visible_to(request.actor).filter(state=asked).exclude(asked_by_id=me)
    for charge in charges if (yield charges) else ():
        address = reverse("recoveries:charge-agree", kwargs={"key": charge.pk})
        yield Wait(f"Agree or keep due: {charge}", address, note=str(charge.recovery.person))
