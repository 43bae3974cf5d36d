"""The ledger on the dashboard: what was done lately."""

from quartermaster.audit.permits import AUDIT_VIEW
from quartermaster.audit.queries import entries_visible_to
from quartermaster.web.cards import glance
from quartermaster.web.panels import Body
from quartermaster.web.request import HouseRequest


@glance(title="Done lately", permit=AUDIT_VIEW, order=90)
def recent(request: HouseRequest) -> Body:
    return Body("home/recent.html", entries=list(entries_visible_to(request.actor)[:8]))
