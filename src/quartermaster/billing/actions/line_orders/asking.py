"""Asking for a change of a line; bringing it forward, calling it off, undoing it."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.billing.actions.common import one
from quartermaster.billing.actions.line_orders.common import (
    FOLLOW,
    change,
    lock_line,
    move,
    not_while_sent,
    the_line_order,
)
from quartermaster.billing.actions.line_orders.writing import write
from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.models import LineOrder, Plan
from quartermaster.billing.queries.line_standing import (
    access_for,
    adapter_for,
    standing_of,
    suspension_in_force,
)
from quartermaster.billing.rules.line_orders import (
    OPEN_ORDERS,
    WITH_CARRIER,
    LineOrderKind,
    LineOrderState,
    Standing,
    overtaken_by,
    why_not,
)
from quartermaster.inventory.actions.sims import require_line_fits
from quartermaster.inventory.models import Line, LineStatus, Sim
from quartermaster.inventory.rules.custody import NO_CAUSE, Cause
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said

_OPEN = sorted(state.value for state in OPEN_ORDERS)
_WITH = sorted(state.value for state in WITH_CARRIER)
_WHY = "Say why"


@dataclass(frozen=True)
class Terms:
    """How an order is carried out.

    ``due_at``: not before then, unless it is brought forward; ``waits_for`` says what may do so.
    ``note`` is what the carrier reads; the reason stays here.
    """

    due_at: datetime | None = None
    waits_for: str = ""
    note: str = ""
    cause: Cause = NO_CAUSE
    by_hand: bool = False


AT_ONCE = Terms()


def ask_line_order(
    *,
    line_id: UUID,
    kind: LineOrderKind,
    reason: str,
    terms: Terms = AT_ONCE,
    sim_id: UUID | None = None,
    plan_id: UUID | None = None,
    actor: Actor,
    at: datetime,
) -> LineOrder:
    """Have a line changed at its carrier (G-9, G-11, C-4).

    While an order of the kind is open it is returned, and brought forward where this one is
    sooner: whoever asks twice, asks once.
    """
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        why = said(reason, _WHY)
        line = lock_line(line_id)
        rows = LineOrder.objects.filter(line=line, kind=kind.value, state__in=_OPEN)
        known = rows.first()
        if known is not None:
            return _joined(known, kind, terms, sim_id, plan_id, doing)
        if no := why_not(kind, standing_of(line)):
            raise Conflict(no, field="line")
        sim, plan = _what_is_new(kind, line, sim_id, plan_id)
        _overtake(line, kind, doing)
        return _ask(line, kind, why, terms, doing, sim=sim, plan=plan)


def _ask(
    line: Line,
    kind: LineOrderKind,
    why: str,
    terms: Terms,
    doing: Act,
    *,
    sim: Sim | None = None,
    plan: Plan | None = None,
    recalls: LineOrder | None = None,
    by_itself: bool = False,
) -> LineOrder:
    due = max(terms.due_at or doing.at, doing.at)
    order = LineOrder.objects.create(
        line=line,
        kind=kind.value,
        reason=why,
        note=terms.note[:300],
        waits_for=terms.waits_for if due > doing.at else "",
        asked_at=doing.at,
        asked_by=doing.actor.label[:200],
        asked_by_person_id=doing.actor.person_id,
        cause_kind=terms.cause.kind,
        cause_id=terms.cause.id,
        sim=sim,
        plan=plan,
        recalls=recalls,
        by_itself=by_itself,
        by_hand=terms.by_hand,
        due_at=due,
    )
    doing.record(
        "billing.line-order.asked",
        order,
        line=line.number,
        order=order.kind,
        reason=why,
        due=due.isoformat(),
        cause=order.cause_kind,
    )
    set_off(order, doing)
    return order


def set_off(order: LineOrder, doing: Act) -> None:
    """Send what is due: a letter now, what goes over the network after the commit."""
    if order.due_at is None or order.due_at > doing.at:
        return
    others = LineOrder.objects.filter(line_id=order.line_id, state__in=_WITH)
    if others.exclude(id=order.id).exists():
        return  # the clock sends it once the carrier is done with the other
    access = access_for(order.line)
    if adapter_for(order, access).abilities.by_person:
        write(order, access, doing)
    else:
        doing.wake_up(FOLLOW)


def _joined(
    order: LineOrder,
    kind: LineOrderKind,
    terms: Terms,
    sim_id: UUID | None,
    plan_id: UUID | None,
    doing: Act,
) -> LineOrder:
    """The open order, with one more cause, and as soon as the sooner of the two is due."""
    if (order.sim_id, order.plan_id) != (sim_id, plan_id):
        raise Conflict(f"“{kind.label}” is asked of the carrier already, with another choice.")
    mine = {"kind": terms.cause.kind, "id": str(terms.cause.id)}
    first = {"kind": order.cause_kind, "id": str(order.cause_id)}
    if terms.cause.kind and mine != first and mine not in order.also:
        change(order, also=[*order.also, mine])
        doing.record("billing.line-order.joined", order, cause=terms.cause.kind)
    due = max(terms.due_at or doing.at, doing.at)
    if order.state == LineOrderState.ASKED and order.due_at is not None and due < order.due_at:
        _hasten(order, due, doing)
    return order


def _what_is_new(
    kind: LineOrderKind, line: Line, sim_id: UUID | None, plan_id: UUID | None
) -> tuple[Sim | None, Plan | None]:
    """The SIM or the plan that the line is to get, as the kind of order wants it."""
    sim = plan = None
    if kind is LineOrderKind.SWAP_SIM:
        if sim_id is None:
            raise InvalidInput("Choose the SIM that the line gets.", field="sim")
        sim = one(Sim.objects.all(), sim_id, "SIM")
        if sim.retired or sim.line_id is not None:
            raise Conflict(f"The SIM {sim} is in use or retired. Choose a fresh one.")
        require_line_fits(sim, line)
    elif kind is LineOrderKind.CHANGE_PLAN:
        if plan_id is None:
            raise InvalidInput("Choose the plan that the line gets.", field="plan")
        plan = one(Plan.objects.select_related("contract"), plan_id, "plan")
        if plan.contract.vendor.casefold() != line.carrier.casefold():
            raise InvalidInput("The plan is of another carrier.", field="plan")
    return sim, plan


def _overtake(line: Line, kind: LineOrderKind, doing: Act) -> None:
    """Call off what was not sent yet and makes no sense beside the new order."""
    over = [item.value for item in overtaken_by(kind)]
    rows = LineOrder.objects.filter(line=line, kind__in=over, state=LineOrderState.ASKED.value)
    for order in rows.select_for_update(of=("self",)).order_by("id"):
        not_while_sent(order, doing.at)
        _call_off(order, f"{kind.label} was asked for instead.", doing)


def _call_off(order: LineOrder, why: str, doing: Act) -> None:
    move(order, "call off", doing, answer=why[:300])
    doing.record("billing.line-order.called-off", order, line=order.line.number, reason=why)


def _hasten(order: LineOrder, due: datetime, doing: Act) -> None:
    change(order, due_at=due, waits_for="" if due <= doing.at else order.waits_for)
    doing.record("billing.line-order.hastened", order, due=due.isoformat())
    set_off(order, doing)


def hasten_line_order(*, order_id: UUID, reason: str, actor: Actor, at: datetime) -> LineOrder:
    """Send an order now that waits for something, such as an erasure (G-11)."""
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        why = said(reason, "Say why it does not wait")
        order = the_line_order(order_id)
        if order.state != LineOrderState.ASKED:
            raise Conflict("This order waits for nothing any longer.")
        not_while_sent(order, at)
        doing.record("billing.line-order.not-waited-for", order, reason=why)
        _hasten(order, at, doing)
    return order


def call_off_line_order(*, order_id: UUID, reason: str, actor: Actor, at: datetime) -> LineOrder:
    """Call off an order that the carrier has not got yet (G-9)."""
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        why = said(reason, _WHY)
        order = the_line_order(order_id)
        not_while_sent(order, at)
        _call_off(order, why, doing)
    return order


def hand_over_line_order(*, order_id: UUID, reason: str, actor: Actor, at: datetime) -> LineOrder:
    """Have a person write to the carrier, where its machine does not do it (G-9)."""
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        why = said(reason, _WHY)
        order = the_line_order(order_id)
        not_while_sent(order, at)
        give_to_a_person(order, why, doing)
    return order


def give_to_a_person(order: LineOrder, why: str, doing: Act) -> None:
    """The order goes out again as a letter."""
    if order.by_hand or order.adapter == "manual":
        raise Conflict("A person writes this one already.")
    move(order, "hand over", doing, by_hand=True, due_at=doing.at, locked_until=None, attempts=0)
    doing.record("billing.line-order.handed-over", order, line=order.line.number, reason=why)
    set_off(order, doing)


def undo_for(*, cause: Cause, reason: str, actor: Actor, at: datetime) -> list[LineOrder]:
    """What had lines suspended is over: call off, call back or restore; what was asked (G-11, C-4).

    A suspension that has another cause as well stays; only this one is struck off.
    """
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        why = said(reason, _WHY)
        _strike(cause)
        rows = LineOrder.objects.filter(
            kind=LineOrderKind.SUSPEND.value, cause_kind=cause.kind, cause_id=cause.id
        ).exclude(state__in=["refused", "cancelled"])
        made = [_undo(key, cause, why, doing) for key in rows.values_list("id", flat=True)]
    return [order for order in made if order is not None]


def _strike(cause: Cause) -> None:
    """Take a cause off orders that have others; the next one takes its place."""
    mine = {"kind": cause.kind, "id": str(cause.id)}
    for order in LineOrder.objects.select_for_update().filter(also__contains=[mine]):
        change(order, also=[item for item in order.also if item != mine])
    rows = LineOrder.objects.select_for_update().filter(
        cause_kind=cause.kind, cause_id=cause.id, kind=LineOrderKind.SUSPEND.value
    )
    for order in rows.exclude(also=[]):
        first, *rest = order.also
        change(order, cause_kind=first["kind"], cause_id=UUID(first["id"]), also=rest)


def _undo(key: UUID, cause: Cause, why: str, doing: Act) -> LineOrder | None:
    order = the_line_order(key)
    if order.state == LineOrderState.ASKED:
        not_while_sent(order, doing.at)
        _call_off(order, why, doing)
        return None
    line, recalls = order.line, None
    if order.with_carrier:
        if order.adapter == "manual":
            move(order, "recall", doing, answer=why[:300])
            doing.record("billing.line-order.recalled", order, line=line.number, reason=why)
            recalls = order
    elif line.status != LineStatus.SUSPENDED or suspension_in_force(line) != order:
        return None
    standing = standing_of(line)
    standing = Standing(standing.status, standing.comes_back, standing.suspending or bool(recalls))
    open_now = LineOrder.objects.filter(line=line, kind="restore", state__in=_OPEN).first()
    if open_now is not None or why_not(LineOrderKind.RESTORE, standing):
        return open_now
    terms = Terms(cause=cause)
    return _ask(line, LineOrderKind.RESTORE, why, terms, doing, recalls=recalls)


def ask_comes_back(order: LineOrder, doing: Act) -> LineOrder | None:
    """Note that the carrier restores a suspended line by itself today, to be confirmed."""
    line = lock_line(order.line_id)
    if suspension_in_force(line) != order or line.status != LineStatus.SUSPENDED:
        return None
    if LineOrder.objects.filter(line=line, kind="restore", state__in=_OPEN).exists():
        return None
    why = f"The carrier restores it by itself on {order.restores_on or localdate(doing.at)}."
    return _ask(line, LineOrderKind.RESTORE, why, AT_ONCE, doing, by_itself=True)
