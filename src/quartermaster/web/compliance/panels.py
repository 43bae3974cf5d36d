"""What this room adds to the pages of devices and people."""

from typing import Any

from django.utils.safestring import SafeString

from quartermaster.compliance.permits import EVALUATE, FINDING_VIEW
from quartermaster.compliance.queries import evaluations_visible_to, findings_visible_to
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import reach
from quartermaster.org.models import Person
from quartermaster.web.compliance.tables import OUTCOMES, TONES
from quartermaster.web.marks import chip
from quartermaster.web.panels import Body, panel

_MOST = 10


@panel("device", title="Compliance", order=30, permit=FINDING_VIEW)
def compliance(request: Any, device: Device) -> Body | None:
    """Each check: what is asked, what was seen, from which answer, how long ago."""
    place = {"person_id": device.holder_id, "department_id": device.department_id}
    if not reach(request.actor, FINDING_VIEW).covers(**place):
        return None
    rows = list(evaluations_visible_to(request.actor).filter(device=device).order_by("title"))
    findings = {
        finding.check_name: finding
        for finding in findings_visible_to(request.actor).filter(device=device, closed_at=None)
    }
    lines = [(row, _mark(row.state), findings.get(row.check_name)) for row in rows]
    may_evaluate = reach(request.actor, EVALUATE).covers(**place)
    return Body("compliance/panels/device.html", lines=lines, may_evaluate=may_evaluate)


def _mark(state: str) -> SafeString:
    label, tone = OUTCOMES[state]
    return chip(label, tone=tone)


@panel("person", title="Findings", order=40, permit=FINDING_VIEW)
def findings_of(request: Any, person: Person) -> Body | None:
    """The findings on what a person holds, or held when they were seen."""
    rows = findings_visible_to(request.actor).filter(holder=person)
    count = rows.count()
    if not count:
        return None
    shown = [(row, chip(row.get_state_display(), tone=TONES[row.state])) for row in rows[:_MOST]]
    return Body("compliance/panels/person.html", shown=shown, more=max(0, count - _MOST))
