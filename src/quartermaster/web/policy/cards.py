"""What the policy asks on the dashboard."""

from django.urls import reverse

from quartermaster.policy import queries
from quartermaster.policy.permits import ACKNOWLEDGE, ACKNOWLEDGEMENT_RECORD
from quartermaster.web.cards import Card, Counted, card
from quartermaster.web.marks import full_time
from quartermaster.web.request import HouseRequest


@card(order=10, permit=ACKNOWLEDGE)
def policy_to_acknowledge(request: HouseRequest) -> Card | None:
    """One's own acknowledgement, while it is missing (S-2)."""
    if request.actor.person_id is None:
        return None
    due = queries.my_acknowledgement(request.actor.person_id, request.at)
    if due is None:
        return None
    return Card(
        title="Policy to acknowledge",
        figure=1,
        address=reverse("policy:acknowledge"),
        sentence=f"{'It was due' if due.overdue else 'Please read it'} by {full_time(due.due_at)}.",
        tone="bad" if due.overdue else "warning",
    )


@card(order=40, permit=ACKNOWLEDGEMENT_RECORD)
def people_missing(request: HouseRequest) -> Counted:
    """Of how many people the acknowledgement is missing (S-2)."""
    version = queries.version_in_force(request.at)
    if version is None:
        return None
    count = yield queries.missing_visible_to(request.actor, version, request.at)
    if not count:
        return None
    return Card(
        title="Yet to acknowledge the policy",
        figure=count,
        address=reverse("policy:missing"),
        sentence=f"Version {version.number} is in force.",
        tone="info",
    )
