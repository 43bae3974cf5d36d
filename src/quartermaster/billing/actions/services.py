"""Lines that were there before orders were: entered with their plan, so that invoices meet them."""

from datetime import date, datetime
from uuid import UUID

from quartermaster.billing.actions.common import one, today
from quartermaster.billing.models import Contract, Plan, Service
from quartermaster.billing.permits import CONTRACT_MANAGE
from quartermaster.billing.queries.services import lines_without_service
from quartermaster.billing.rules.orders import require_reason
from quartermaster.inventory.models import Line
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require

BATCH = 20_000
_WHY = "Say how it is known that the City ordered it"


def enter_service(
    *,
    line_id: UUID,
    plan_id: UUID,
    from_on: date | None = None,
    reason: str,
    actor: Actor,
    at: datetime,
) -> Service:
    """Enter under which plan a line was ordered before orders were kept here (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        why = require_reason(reason, _WHY)
        line = one(Line.objects.select_for_update(), line_id, "line")
        plan = one(Plan.objects.select_related("contract"), plan_id, "plan")
        if not line.live:
            raise Conflict(f"The line {line} has ended.")
        if plan.contract.vendor.casefold() != line.carrier.casefold():
            raise InvalidInput(
                f"The line is of {line.carrier}, the plan of {plan.contract.vendor}.", field="plan"
            )
        if not lines_without_service().filter(id=line.id).exists():
            raise Conflict(f"The line {line} is on the list of ordered lines already.")
        return _enter(line, plan, from_on or line.activated_on or today(at), why, doing)


def enter_services(
    *, contract_id: UUID, reason: str, actor: Actor, at: datetime
) -> tuple[int, int]:
    """Enter the lines of a contract's carrier whose plan it has by name; how many, how many not.

    For the first day of the house: what is billed then was ordered before (G-12).
    """
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        why = require_reason(reason, _WHY)
        contract = one(Contract.objects.all(), contract_id, "contract")
        plans = {plan.name.casefold(): plan for plan in contract.plans.all()}
        rows = lines_without_service().filter(carrier__iexact=contract.vendor)
        if contract.account:
            rows = rows.filter(account__in=["", contract.account])
        entered = left = 0
        for line in rows.order_by("id")[:BATCH]:
            plan = plans.get(line.plan.casefold())
            if plan is None:
                left += 1
                continue
            _enter(line, plan, line.activated_on or contract.starts_on, why, doing, quiet=True)
            entered += 1
        doing.record("billing.services.entered", contract, entered=entered, left=left, reason=why)
    return entered, left


def change_plan(
    *, line_id: UUID, plan_id: UUID, from_on: date, reason: str, actor: Actor, at: datetime
) -> Service:
    """Say that a line has another plan from a day on; what it had before stays known (G-12)."""
    with act(actor, at) as doing:
        require(actor, CONTRACT_MANAGE)
        why = require_reason(reason, "Say why the plan changes")
        now_open = (
            Service.objects.select_for_update(of=("self",))
            .select_related("plan__contract", "line")
            .filter(line_id=line_id, until_on=None)
            .first()
        )
        if now_open is None or now_open.line is None:
            raise Conflict("This line is not on the list of ordered lines. Enter it first.")
        plan = one(Plan.objects.select_related("contract"), plan_id, "plan")
        if plan.contract.vendor.casefold() != now_open.line.carrier.casefold():
            raise InvalidInput("The plan is of another carrier.", field="plan")
        if from_on <= now_open.from_on:
            raise InvalidInput("The new plan begins after the present one.", field="from_on")
        now_open.until_on = from_on
        now_open.save(update_fields=["until_on"])
        made = Service.objects.create(
            line=now_open.line,
            plan=plan,
            order_line=now_open.order_line,
            account=now_open.account,
            from_on=from_on,
            reason=why,
            entered_at=at,
            entered_by=actor.label,
        )
        doing.record(
            "billing.service.plan-changed",
            made,
            line=now_open.line.number,
            plan=[now_open.plan.name, plan.name],
            from_on=from_on.isoformat(),
            reason=why,
        )
    return made


def _enter(
    line: Line, plan: Plan, from_on: date, why: str, doing: Act, *, quiet: bool = False
) -> Service:
    made = Service.objects.create(
        line=line,
        plan=plan,
        account=line.account or plan.contract.account,
        from_on=from_on,
        reason=why,
        entered_at=doing.at,
        entered_by=doing.actor.label,
    )
    if not quiet:
        doing.record("billing.service.entered", made, line=line.number, plan=plan.name, reason=why)
    return made
