"""The trace: each requirement of the policy, what carries it out, and what proves it."""

from datetime import datetime

from django.http import HttpRequest
from ninja import Router, Schema

from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.kernel.clock import now
from quartermaster.reports.trace import TracedControl, trace

router = Router()
READ = BearerToken("trace:read")


class ControlOut(Schema):
    """A control and its live evidence."""

    id: str
    system: str
    kind: str
    status: str
    counts: dict[str, int]
    last_run: datetime | None
    open_findings: int


class TracedOut(Schema):
    """A requirement of the policy."""

    id: str
    demand: str
    status: str
    open_findings: int
    controls: list[ControlOut]


@router.get("trace", response=list[TracedOut], auth=READ, operation_id="get_trace")
def get_trace(request: HttpRequest) -> list[dict[str, object]]:
    """Every requirement of the policy; evidence only of what one may see."""
    return [
        {
            "id": item.id,
            "demand": item.demand,
            "status": item.status,
            "open_findings": item.open_findings,
            "controls": [_control(traced) for traced in item.controls],
        }
        for item in trace(actor_of(request), now())
    ]


def _control(traced: TracedControl) -> dict[str, object]:
    control, proof = traced.control, traced.evidence
    return {
        "id": control.id,
        "system": control.system,
        "kind": control.kind.value,
        "status": control.status.value,
        "counts": dict(proof.counts) if proof else {},
        "last_run": proof.last_run if proof else None,
        "open_findings": proof.open_findings if proof else 0,
    }
