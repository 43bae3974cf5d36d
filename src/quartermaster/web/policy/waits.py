"""The policy that the reader has yet to acknowledge."""

from django.urls import reverse

from quartermaster.policy.permits import ACKNOWLEDGE
from quartermaster.policy.queries import acknowledgement_due
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits


@waits("The policy", permit=ACKNOWLEDGE, order=1)
def to_acknowledge(request: HouseRequest) -> Steps:
    """Without it nothing is handed out (S-2)."""
    person_id = request.actor.person_id
    due = acknowledgement_due(person_id, request.at) if person_id is not None else None
    if due is not None:
        title = f"Read and acknowledge: {due.version}"
        yield Wait(title, reverse("policy:acknowledge"), due.due_at)
