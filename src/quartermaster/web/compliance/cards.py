"""What of compliance needs someone's attention, and how the devices stand at a glance."""

from django.urls import reverse

from quartermaster.compliance import queries
from quartermaster.compliance.permits import EVALUATE, FINDING_VIEW
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.kernel.permits import reach
from quartermaster.reports.counting import standings_of
from quartermaster.web.cards import Card, Counted, card, glance
from quartermaster.web.charts import Bar, stack
from quartermaster.web.marks import full_time
from quartermaster.web.panels import Body
from quartermaster.web.request import HouseRequest

_TONES = {"compliant": "good", "not compliant": "bad", "not known": "info"}


@card(order=15, permit=FINDING_VIEW)
def yours(request: HouseRequest) -> Counted:
    """What the reader is asked to put right (C-1)."""
    rows = queries.live_findings(queries.findings_visible_to(request.actor))
    mine = rows.filter(holder_id=request.actor.person_id).exclude(state=FindingState.OPEN)
    count = yield mine
    if not count:
        return None
    first = mine.order_by("cure_until")[0]
    late = first.state == FindingState.OVERDUE
    by = full_time(first.cure_until) if first.cure_until else "soon"
    return Card(
        "To put right on your device" if count == 1 else "To put right on your devices",
        count,
        reverse("compliance:findings"),
        f"{'It was to be put right by' if late else 'Please put it right by'} {by}.",
        tone="bad" if late else "warning",
    )


@card(order=20, permit=EVALUATE)
def overdue(request: HouseRequest) -> Counted:
    """Findings that were not put right in time."""
    rows = queries.findings_visible_to(request.actor).filter(state=FindingState.OVERDUE)
    count = yield rows
    if not count:
        return None
    address = reverse("compliance:findings") + "?state=overdue"
    sentence = "Their holders were told, and the time to put them right is over."
    return Card("Findings overdue", count, address, sentence, tone="bad")


@card(order=25, permit=EVALUATE)
def to_be_noticed(request: HouseRequest) -> Counted:
    """Findings whose holders are not told yet."""
    rows = queries.findings_visible_to(request.actor).filter(state=FindingState.OPEN)
    count = yield rows
    if not count:
        return None
    address = reverse("compliance:findings") + "?state=open"
    sentence = "Seen once. Their holders are told at the second look, or after half an hour."
    return Card("Findings not told yet", count, address, sentence, tone="info")


@glance(title="Compliance at a glance", permit=FINDING_VIEW, order=10)
def at_a_glance(request: HouseRequest) -> Body | None:
    """How many devices stand how, for those who look after more than their own."""
    extent = reach(request.actor, FINDING_VIEW)
    if not (extent.everything or extent.departments):
        return None
    found = standings_of(request.actor, request.at)
    if not sum(found.counts.values()):
        return None
    parts = [Bar(name.capitalize(), number, _TONES[name]) for name, number in found.counts.items()]
    return Body(
        "compliance/glance.html",
        chart=stack("Devices under management", parts),
        counted_at=found.counted_at,
    )
