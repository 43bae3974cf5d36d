"""Compliance on the dashboard."""

from django.urls import reverse

from quartermaster.compliance.permits import FINDING_VIEW
from quartermaster.compliance.queries import (
    findings_visible_to,
    live_findings,
    states_of_devices,
)
from quartermaster.web.cards import Card, card, glance
from quartermaster.web.charts import Bar, stack
from quartermaster.web.panels import Body
from quartermaster.web.request import HouseRequest

TONES = {"compliant": "good", "not compliant": "bad", "not known": "neutral"}


@card(order=20, permit=FINDING_VIEW)
def open_findings(request: HouseRequest) -> Card | None:
    count = live_findings(findings_visible_to(request.actor)).count()
    if not count:
        return None
    sentence = "Not as the policy asks, and not settled yet."
    return Card("Open findings", count, reverse("compliance:findings"), sentence, "bad")


@glance(title="Compliance at a glance", permit=FINDING_VIEW, order=10)
def devices_by_state(request: HouseRequest) -> Body | None:
    counts = states_of_devices(request.actor)
    if not sum(counts.values()):
        return None
    parts = [Bar(name.capitalize(), count, TONES[name]) for name, count in counts.items()]
    return Body("charts/stack.html", chart=stack("Devices under management", parts))
