"""What was done follows its finding: cured, excepted or withdrawn, it is lifted and let go of."""

from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db.models import Model, QuerySet

from quartermaster.compliance.actions.automatic.access import lift
from quartermaster.compliance.actions.automatic.moving import move_act, pass_over
from quartermaster.compliance.models import AutomaticAct, Restriction
from quartermaster.compliance.permits import AUTOMATIC_KEEP
from quartermaster.compliance.rules.automatic import ActState
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm.rules.destruction import RequestState

M = TypeVar("M", bound=Model)
_WHY = {
    FindingState.CURED: "It was put right.",
    FindingState.EXCEPTED: "An exemption covers it.",
    FindingState.WITHDRAWN: "The finding was withdrawn.",
}
_SENT = {RequestState.CONFIRMED.value, RequestState.UNCONFIRMED.value}
_NOTHING = {
    RequestState.REFUSED.value,
    RequestState.STOPPED.value,
    RequestState.EXPIRED.value,
}


def follow_settled(*, actor: Actor, at: datetime, finding_id: UUID | None = None) -> int:
    """Lift and let go of what was done for findings that are settled; of how many (C-1).

    On the event for one finding, and by the clock for all, so that none is forgotten.
    """
    require(actor, AUTOMATIC_KEEP)
    with act(actor, at) as doing:
        lifted = list(_of(_restrictions(), finding_id, "act__finding"))
        for restriction in lifted:
            assert restriction.act is not None  # the query asks for its finding
            state = FindingState(restriction.act.finding.state)
            lift(restriction, _WHY[state], doing)
        gone = list(_of(_waiting(), finding_id, "finding"))
        for item in gone:
            pass_over(item, _WHY[FindingState(item.finding.state)], doing)
    return len(lifted) + len(gone)


def follow_requests(*, actor: Actor, at: datetime) -> int:
    """Note what became of the destructive requests that people made of proposals (G-10)."""
    require(actor, AUTOMATIC_KEEP)
    with act(actor, at) as doing:
        rows = AutomaticAct.objects.select_for_update(skip_locked=True, of=("self",))
        found = list(
            rows.select_related("request").filter(
                state=ActState.ASKED.value, request__state__in=sorted(_SENT | _NOTHING)
            )
        )
        for item in found:
            assert item.request is not None  # the query asks for its state
            said = RequestState(item.request.state).label
            verb = "settle" if item.request.state in _SENT else "decline"
            move_act(item, verb, settled_at=at, note=f"The request: {said.lower()}.")
            doing.record(f"compliance.automatic.{verb}d", item, request=str(item.request_id))
    return len(found)


def _restrictions() -> QuerySet[Restriction]:
    rows = Restriction.objects.select_for_update(skip_locked=True, of=("self",))
    rows = rows.select_related("device", "act__finding__holder", "act__device")
    return rows.filter(lifted_at=None, act__finding__closed_at__isnull=False)


def _waiting() -> QuerySet[AutomaticAct]:
    rows = AutomaticAct.objects.select_for_update(skip_locked=True, of=("self",))
    states = [ActState.DUE.value, ActState.PROPOSED.value]
    return rows.select_related("finding").filter(state__in=states, finding__closed_at__isnull=False)


def _of(rows: QuerySet[M], finding_id: UUID | None, path: str) -> QuerySet[M]:
    chosen = rows if finding_id is None else rows.filter(**{path: finding_id})
    return chosen.order_by("id")[:500]
