"""The carrier's word: by a person, by its machine; only then the line itself changes."""

import hmac
from datetime import date, datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.timezone import localdate

from quartermaster.billing.actions import services
from quartermaster.billing.actions.line_orders.accesses import access_value, callback_key_of
from quartermaster.billing.actions.line_orders.common import HOUSE, move, the_line_order
from quartermaster.billing.actions.line_orders.writing import tell_itmd
from quartermaster.billing.line_order_permits import LINE_ORDER_ASK, LINE_ORDER_KEEP
from quartermaster.billing.models import CarrierAccess, LineOrder, Service
from quartermaster.billing.rules.line_orders import WITH_CARRIER, LineOrderKind, require_done_at
from quartermaster.inventory import actions as inventory
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import BY_HAND, Standing, Stranger, Word
from quartermaster.inventory.models import LineStatus
from quartermaster.inventory.rules.custody import Cause
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, HouseError, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.words import said

_WITH = sorted(state.value for state in WITH_CARRIER)
LATEST_RETURN = timedelta(days=1100)
_MOVES = {
    LineOrderKind.SUSPEND: ("suspend", {LineStatus.ACTIVE}),
    LineOrderKind.RESTORE: ("restore", {LineStatus.SUSPENDED}),
    LineOrderKind.CANCEL: (
        "cancel",
        {LineStatus.ORDERED, LineStatus.ACTIVE, LineStatus.SUSPENDED},
    ),
}


def confirm_line_order(
    *,
    order_id: UUID,
    reference: str,
    done_at: datetime | None = None,
    restores_on: date | None = None,
    actor: Actor,
    at: datetime,
) -> LineOrder:
    """Enter a carrier's word that it is done: when, and under which reference (G-9, G-11)."""
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        text = said(reference, "Enter the carrier's reference", 120, field="reference")
        order = the_line_order(order_id)
        _by_person(order)
        assert order.sent_at is not None  # a constraint says so
        when = require_done_at(done_at or at, order.sent_at, at)
        if restores_on is not None and not _possible(restores_on, localdate(when)):
            raise InvalidInput("This is no day on which it could come back.", field="restores_on")
        confirmed(order, Word(Standing.DONE, text, restores_on=restores_on), when, doing)
    return order


def refuse_line_order(*, order_id: UUID, answer: str, actor: Actor, at: datetime) -> LineOrder:
    """Enter a carrier's word that it will not do it, with its reason (G-9)."""
    with act(actor, at) as doing:
        require(actor, LINE_ORDER_ASK)
        text = said(answer, "Enter the carrier's reason", field="answer")
        order = the_line_order(order_id)
        _by_person(order)
        refused(order, text, doing)
    return order


def hear_carrier(*, access_id: UUID, key: str, body: bytes, actor: Actor, at: datetime) -> int:
    """Take what a carrier sends by itself; how many orders it settled (G-9).

    Raises:
        Stranger: the address or the message does not prove where it comes from. Nothing of the
            message is read before the address does.
    """
    require(actor, LINE_ORDER_KEEP)
    access = CarrierAccess.objects.filter(id=access_id, callback_key__isnull=False).first()
    if access is None or not hmac.compare_digest(callback_key_of(access).encode(), key.encode()):
        raise Stranger("This is no address of a carrier.")
    words = carriers.adapter(access.adapter).heard(access_value(access), body)
    return sum(_settle(access, word, actor, at) for word in words)


def _settle(access: CarrierAccess, word: Word, actor: Actor, at: datetime) -> bool:
    with act(actor, at) as doing:
        rows = LineOrder.objects.filter(access=access, reference=word.reference)
        key = rows.filter(state__in=_WITH).values_list("id", flat=True).first()
        order = the_line_order(key) if key is not None else None
        if order is None or not order.with_carrier:
            return False  # it is settled, or its key is not written down yet: the clock asks
        if word.standing is Standing.REFUSED:
            refused(order, word.said or "The carrier gave no reason.", doing)
        else:
            confirmed(order, word, at, doing)
    return True


def _by_person(order: LineOrder) -> None:
    if not order.with_carrier:
        raise Conflict("The carrier's word is not awaited for this order.")
    if order.adapter != BY_HAND:
        raise Conflict("The carrier's machine gives its word itself. Have a person write instead.")


def confirmed(order: LineOrder, word: Word, done_at: datetime, doing: Act) -> None:
    """The carrier did it: the order is settled, and the line follows."""
    back = _comes_back(order, word, done_at)
    warn = back - timedelta(days=settings.LINE_RESTORE_WARN_DAYS) if back else None
    move(
        order,
        "confirm",
        doing,
        reference=(word.reference or order.reference)[:120],
        answer=word.said[:300],
        done_at=done_at,
        restores_on=back,
        warn_on=warn,
        trouble="",
    )
    doing.record(
        "billing.line-order.confirmed",
        order,
        line=order.line.number,
        order=order.kind,
        reference=order.reference,
        done=done_at.isoformat(),
    )
    try:
        with transaction.atomic():
            _follow(order, doing)
    except HouseError as problem:
        # the carrier's word stands, whatever became of the line on record in the meantime
        LineOrder.objects.filter(id=order.id).update(trouble=problem.message[:300])
        doing.record("billing.line-order.not-followed", order, why=problem.message[:300])


def refused(order: LineOrder, why: str, doing: Act) -> None:
    """The carrier will not do it; ITMD decides what then."""
    move(order, "refuse", doing, answer=why[:300])
    doing.record("billing.line-order.refused", order, line=order.line.number, why=why[:300])
    tell_itmd(order, "refused", doing)


def _possible(back: date, done_on: date) -> bool:
    return done_on < back < done_on + LATEST_RETURN


def _comes_back(order: LineOrder, word: Word, done_at: datetime) -> date | None:
    """The day on which the carrier restores the line by itself, as it says or as agreed."""
    if order.kind != LineOrderKind.SUSPEND:
        return None
    done_on, said_on = localdate(done_at), word.restores_on
    if said_on is not None and _possible(said_on, done_on):
        return said_on
    days = order.access.restores_after_days if order.access is not None else None
    return done_on + timedelta(days=days) if days else None


def _follow(order: LineOrder, doing: Act) -> None:
    """Change the line as the carrier did."""
    line, kind = order.line, LineOrderKind(order.kind)
    line.refresh_from_db()
    cause = Cause(order.reason, order.cause_kind, order.cause_id)
    if kind in _MOVES:
        verb, sources = _MOVES[kind]
        if line.status in sources:
            inventory.move_line(line_id=line.id, verb=verb, cause=cause, actor=HOUSE, at=doing.at)
    elif kind is LineOrderKind.SWAP_SIM:
        assert order.sim_id is not None  # a constraint says so
        inventory.swap_sim(
            line_id=line.id, sim_id=order.sim_id, cause=cause, actor=HOUSE, at=doing.at
        )
    else:
        _new_plan(order, doing)


def _new_plan(order: LineOrder, doing: Act) -> None:
    """The plan on the line, and on the list of ordered lines where it is on it."""
    line, plan = order.line, order.plan
    assert plan is not None  # a constraint says so
    details = LineDetails.of(
        number=line.number, carrier=line.carrier, account=line.account, plan=plan.name
    )
    inventory.change_line(line_id=line.id, details=details, actor=HOUSE, at=doing.at)
    today = localdate(order.done_at)
    there = Service.objects.filter(line=line, until_on=None, from_on__lt=today)
    if there.exclude(plan=plan).exists():
        services.change_plan(
            line_id=line.id,
            plan_id=plan.id,
            from_on=today,
            reason=order.reason,
            actor=HOUSE,
            at=doing.at,
        )
