"""Cases whose next step is the reader's."""

from django.urls import reverse

from quartermaster.compliance import cases
from quartermaster.compliance.permits import CASE_VIEW
from quartermaster.compliance.rules.cases import CaseState
from quartermaster.web.request import HouseRequest
from quartermaster.web.waits import Steps, Wait, waits

_DO = {
    CaseState.PREPARED: "Confirm or dismiss",
    CaseState.REFERRED: "Acknowledge",
    CaseState.ACKNOWLEDGED: "Record an outcome",
    CaseState.APPEALED: "Review the appeal",
}


@waits("Cases", permit=CASE_VIEW, order=20)
def steps(request: HouseRequest) -> Steps:
    """What one may appeal is no step that anything waits for (C-1, E-1)."""
    for state, rows in cases.waiting_for(request.actor).items():
        if state not in _DO:
            continue
        if not (yield rows):
            continue
        for case in rows.order_by("due_at", "id"):
            address = reverse("cases:case", kwargs={"key": case.pk})
            yield Wait(
                f"{_DO[state]}: {case.finding.title}", address, case.due_at, str(case.holder)
            )
