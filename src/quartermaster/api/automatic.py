"""Rules that act by themselves: a program looks, tries, stops. A person on the page approves."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import Field

from quartermaster.api.paging import Cursor, Limit, Page, page_of
from quartermaster.api.tokens import BearerToken, actor_of
from quartermaster.compliance import access, automatic, planning
from quartermaster.compliance.actions import automatic as actions
from quartermaster.compliance.models import ActionRule, AutomaticAct
from quartermaster.compliance.planning import Line
from quartermaster.compliance.rules.automatic import ActState, RuleState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound

router = Router()
READ = BearerToken("automatic:read")
WRITE = BearerToken("automatic:write")
ASK = BearerToken("access:read")
LONGEST_TAG, LONGEST_REASON = 30, 500


class AccessOut(Schema):
    """Whether City services should admit a device. Whatever is not known is denied."""

    admitted: bool
    decision: access.Decision
    code: str = Field(
        description="Why, for programs: admitted, restricted, not_enrolled, holder_left…"
    )
    reasons: list[str]
    since: datetime | None
    device_id: UUID | None


class RuleOut(Schema):
    """A rule with what its present version says."""

    id: UUID
    name: str
    state: str
    version: int
    action: str
    terms: dict[str, object]
    author_id: UUID
    approver_id: UUID | None
    changed_at: datetime

    @staticmethod
    def resolve_version(row: ActionRule) -> int:
        return row.current.number if row.current else 0

    @staticmethod
    def resolve_action(row: ActionRule) -> str:
        return row.current.action if row.current else ""

    @staticmethod
    def resolve_terms(row: ActionRule) -> dict[str, object]:
        return row.current.terms if row.current else {}

    @staticmethod
    def resolve_author_id(row: ActionRule) -> UUID | None:
        return row.current.author_id if row.current else None

    @staticmethod
    def resolve_approver_id(row: ActionRule) -> UUID | None:
        approval = getattr(row.current, "approval", None)
        return approval.approver_id if approval else None


class PlanLineOut(Schema):
    """One finding in a plan. Empty ``why_not``: it would be acted on."""

    device_id: UUID
    asset_tag: str
    finding_id: UUID
    ripe_at: datetime | None
    why_not: str


class PlanOut(Schema):
    """What a rule would do now."""

    digest: str
    effects: list[str]
    devices: int
    stops_after: int | None = Field(description="After so many devices its limit would stop it.")
    jump: str = Field(description="Not empty: it would stop before it acts.")
    more: bool
    lines: list[PlanLineOut]


class ActOut(Schema):
    """What a rule did, is to do, or would have done in its trial."""

    id: UUID
    rule_id: UUID
    version: int
    device_id: UUID
    finding_id: UUID
    action: str
    state: str
    made_at: datetime
    acted_at: datetime | None
    settled_at: datetime | None
    note: str
    request_id: UUID | None

    @staticmethod
    def resolve_version(row: AutomaticAct) -> int:
        return row.version.number


class StopIn(Schema):
    """Why."""

    reason: str = Field(max_length=LONGEST_REASON)


class StoppedOut(Schema):
    """Since when everything stands still, and why."""

    stopped_at: datetime
    note: str


@router.get("devices/{tag}/access", response=AccessOut, auth=ASK, operation_id="get_device_access")
def get_device_access(request: HttpRequest, tag: str) -> access.Access:
    """Whether the device of this asset tag is admitted; what is not known is denied."""
    return access.access_by_tag(actor_of(request), tag[: LONGEST_TAG + 1])


@router.get(
    "automatic-rules", response=Page[RuleOut], auth=READ, operation_id="list_automatic_rules"
)
def list_automatic_rules(
    request: HttpRequest, cursor: Cursor = "", limit: Limit = 50, state: RuleState | None = None
) -> dict[str, object]:
    """The rules that act by themselves, as far as one may see them."""
    rows = automatic.rules_visible_to(actor_of(request))
    return page_of(rows.filter(state=state.value) if state else rows, cursor, limit)


@router.get(
    "automatic-rules/{rule_id}", response=RuleOut, auth=READ, operation_id="get_automatic_rule"
)
def get_automatic_rule(request: HttpRequest, rule_id: UUID) -> ActionRule:
    """One rule."""
    return _found(request, rule_id)


@router.get(
    "automatic-rules/{rule_id}/plan",
    response=PlanOut,
    auth=READ,
    operation_id="get_automatic_plan",
)
def get_automatic_plan(request: HttpRequest, rule_id: UUID) -> dict[str, object]:
    """What a rule would act on now, and what it passes over and why."""
    rule = _found(request, rule_id)
    assert rule.current is not None  # it is set with the first version
    plan = planning.plan_of(rule, rule.current, now())
    return {
        "digest": plan.digest,
        "effects": plan.effects,
        "devices": plan.devices,
        "stops_after": plan.stops_after,
        "jump": plan.jump,
        "more": plan.more,
        "lines": [_line(item) for item in (*plan.acts, *plan.skipped)],
    }


@router.post(
    "automatic-rules/{rule_id}/stop",
    response=RuleOut,
    auth=WRITE,
    operation_id="stop_automatic_rule",
)
def stop_automatic_rule(request: HttpRequest, rule_id: UUID, body: StopIn) -> ActionRule:
    """Stop a rule. Another person than its author lets it go on, on its page."""
    found = _found(request, rule_id)
    actions.stop_rule(rule_id=found.id, reason=body.reason, actor=actor_of(request), at=now())
    return _found(request, rule_id)


@router.post(
    "automatic-rules/{rule_id}/try",
    response=RuleOut,
    auth=WRITE,
    operation_id="try_automatic_rule",
)
def try_automatic_rule(request: HttpRequest, rule_id: UUID) -> ActionRule:
    """Have the house write down what a proposed rule would do. A person approves it on its page."""
    found = _found(request, rule_id)
    actions.try_rule(rule_id=found.id, actor=actor_of(request), at=now())
    return _found(request, rule_id)


@router.post(
    "automatic-rules/{rule_id}/retire",
    response=RuleOut,
    auth=WRITE,
    operation_id="retire_automatic_rule",
)
def retire_automatic_rule(request: HttpRequest, rule_id: UUID, body: StopIn) -> ActionRule:
    """Retire a rule for good; what it restricted stays until it is put right or lifted."""
    found = _found(request, rule_id)
    actions.retire_rule(rule_id=found.id, reason=body.reason, actor=actor_of(request), at=now())
    return _found(request, rule_id)


@router.post(
    "automatic-stops",
    response=StoppedOut,
    auth=WRITE,
    operation_id="stop_automatic_everything",
)
def stop_automatic_everything(request: HttpRequest, body: StopIn) -> object:
    """Stop all that acts by itself; nothing that waits is lost."""
    return actions.stop_everything(reason=body.reason, actor=actor_of(request), at=now())


@router.get("automatic-acts", response=Page[ActOut], auth=READ, operation_id="list_automatic_acts")
def list_automatic_acts(
    request: HttpRequest,
    cursor: Cursor = "",
    limit: Limit = 50,
    state: ActState | None = None,
    rule: UUID | None = None,
) -> dict[str, object]:
    """What rules did, are to do, or would have done."""
    rows = automatic.acts_visible_to(actor_of(request))
    if state is not None:
        rows = rows.filter(state=state.value)
    if rule is not None:
        rows = rows.filter(rule_id=rule)
    return page_of(rows, cursor, limit)


def _found(request: HttpRequest, rule_id: UUID) -> ActionRule:
    found = automatic.rules_visible_to(actor_of(request)).filter(id=rule_id).first()
    if found is None:
        raise NotFound("There is no such rule, or you may not see it.")
    return found


def _line(line: Line) -> dict[str, object]:
    return {
        "device_id": line.finding.device_id,
        "asset_tag": line.device.asset_tag,
        "finding_id": line.finding.id,
        "ripe_at": line.ripe_at,
        "why_not": line.why_not,
    }
