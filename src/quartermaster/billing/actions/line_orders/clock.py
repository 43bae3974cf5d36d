"""What is due by the clock: sending, asking how far it is, reminding, lines that come back."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.timezone import localdate

from quartermaster.billing.actions.line_orders.accesses import opened
from quartermaster.billing.actions.line_orders.answering import confirmed, refused
from quartermaster.billing.actions.line_orders.asking import ask_comes_back, give_to_a_person
from quartermaster.billing.actions.line_orders.common import (
    change,
    move,
    the_line_order,
)
from quartermaster.billing.actions.line_orders.writing import needless, tell_itmd, write
from quartermaster.billing.line_order_permits import LINE_ORDER_KEEP
from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.billing.queries.line_standing import (
    access_for,
    adapter_for,
    subscriber_of,
    suspension_in_force,
)
from quartermaster.billing.rules.line_orders import (
    A_DAY,
    CLAIM,
    MOST_ATTEMPTS,
    MOST_REMINDERS,
    WITH_CARRIER,
    LineOrderState,
    next_poll,
    pause,
    when_sendable,
)
from quartermaster.inventory.carriers import (
    Adapter,
    Condition,
    Declined,
    Locked,
    Session,
    Standing,
    Unavailable,
    Wish,
    Word,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require

log = structlog.get_logger(__name__)
_WITH = sorted(state.value for state in WITH_CARRIER)


@dataclass(frozen=True)
class Claimed:
    """An order that this worker alone looks at, and what is to be asked of the carrier."""

    order: LineOrder
    access: CarrierAccess
    adapter: Adapter
    wish: Wish


def take_line_order_steps(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Send, follow and remind whatever is due; how many steps were taken (G-9, G-11)."""
    require(actor, LINE_ORDER_KEEP)
    taken = _warn(actor, at, limit)
    for _ in range(limit):
        found = _claim(actor, at)
        if found is None:
            return taken
        taken += 1
        if isinstance(found, Claimed):
            _talk(found, actor, at)
    return taken


def _due(at: datetime) -> QuerySet[LineOrder]:
    """What is due and nobody has in hand; a line's orders are sent one after another."""
    other = LineOrder.objects.filter(line_id=OuterRef("line_id"), state__in=_WITH)
    return LineOrder.objects.filter(
        Q(locked_until=None) | Q(locked_until__lte=at),
        Q(state__in=_WITH) | ~Exists(other),
        due_at__lte=at,
    ).order_by("due_at", "id")


def _claim(actor: Actor, at: datetime) -> Claimed | LineOrder | None:
    """Take one order in hand. What a person carries out is done here; the rest is to be asked."""
    with act(actor, at) as doing:
        row = _due(at).select_for_update(skip_locked=True, of=("self",)).first()
        if row is None:
            return None
        LineOrder.objects.filter(id=row.id).update(locked_until=at + CLAIM)
    with act(actor, at) as doing:
        order = the_line_order(row.id)
        if order.due_at is None or order.due_at > at:
            change(order, locked_until=None)
            return order  # it was dealt with between the two
        access = order.access if order.with_carrier else access_for(order.line)
        adapter = adapter_for(order, access)
        if adapter.abilities.by_person or (order.with_carrier and order.adapter == "manual"):
            change(order, locked_until=None)
            _by_person(order, access, doing)
            return order
        assert access is not None  # another adapter than a person's belongs to an access
        if _put_off(order, access, adapter, at):
            return order
        if order.state == LineOrderState.ASKED and (no := needless(order)):
            move(order, "call off", doing, answer=no)
            doing.record("billing.line-order.called-off", order, line=order.line.number, reason=no)
            return order
        change(order, attempts=order.attempts + 1)
        return Claimed(order, access, adapter, _wish(order))


def _by_person(order: LineOrder, access: CarrierAccess | None, doing: Act) -> None:
    if order.state == LineOrderState.ASKED:
        write(order, access, doing)
    else:
        _remind(order, doing)


def _put_off(order: LineOrder, access: CarrierAccess, adapter: Adapter, at: datetime) -> bool:
    """Wait where the carrier asked for it, or takes no more changes of this line today."""
    when = max(at, access.paused_until or at)
    if order.state == LineOrderState.ASKED and not order.by_itself:
        others = LineOrder.objects.filter(line_id=order.line_id, sent_at__isnull=False)
        others = others.exclude(adapter="manual").exclude(id=order.id)
        sent = [when for when in others.values_list("sent_at", flat=True) if when is not None]
        when = max(when, when_sendable(sent, adapter.abilities.a_day, at))
    if when <= at:
        return False
    change(order, due_at=when, locked_until=None)
    return True


def _wish(order: LineOrder) -> Wish:
    return Wish(
        key=order.id,
        verb=order.kind_of.verb,
        line=subscriber_of(order.line),
        iccid=order.sim.iccid if order.sim else "",
        plan=order.plan.name if order.plan else "",
        reason=order.note,
    )


def _talk(found: Claimed, actor: Actor, at: datetime) -> None:
    """Ask the carrier, outside of any transaction, and write down what it says."""
    try:
        word = _word(found, opened(found.access, found.adapter))
    except Declined as no:
        word = Word(Standing.REFUSED, said=no.message)
    except Unavailable as problem:
        _failed(found, problem, actor, at)
        return
    except Exception:
        log.exception("billing.line-order-failed", order=str(found.order.id))
        _failed(found, Unavailable("The carrier's answer could not be read."), actor, at)
        return
    _heard(found, word, actor, at)


def _word(found: Claimed, session: Session) -> Word:
    if found.order.by_itself:
        reading = session.read(found.wish.line)
        done = reading.condition is Condition.ACTIVE
        return Word(Standing.DONE if done else Standing.TAKEN, said=reading.said)
    if found.order.with_carrier:
        return session.answer(found.wish, found.order.reference)
    return session.order(found.wish)


def _heard(found: Claimed, word: Word, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        order = the_line_order(found.order.id)
        if not order.open or order.state != found.order.state:
            return  # the carrier called back, or a person was quicker
        _clear(found.access)
        if word.standing is Standing.REFUSED:
            refused(order, word.said or "The carrier gave no reason.", doing)
            return
        if order.state == LineOrderState.ASKED:
            _sent(order, found, word, doing)
        if word.standing is Standing.DONE:
            confirmed(order, word, at, doing)
        else:
            _wait(order, doing)


def _sent(order: LineOrder, found: Claimed, word: Word, doing: Act) -> None:
    move(
        order,
        "send",
        doing,
        adapter=found.adapter.name,
        access=found.access,
        sent_at=doing.at,
        answer_by=doing.at + timedelta(hours=settings.LINE_ORDER_HOURS),
        due_at=doing.at + next_poll(0),
        reference=word.reference[:120],
        waits_for="",
        attempts=0,
        locked_until=None,
        trouble="",
    )
    doing.record(
        "billing.line-order.sent",
        order,
        line=order.line.number,
        to=found.adapter.name,
        reference=order.reference,
    )


def _wait(order: LineOrder, doing: Act) -> None:
    """The carrier has it, and its word is to come: look again, and remind where it is late."""
    change(order, due_at=doing.at + next_poll(order.attempts), locked_until=None, trouble="")
    if order.answer_by is not None and doing.at >= order.answer_by:
        _remind(order, doing, due_at=order.due_at)


def _remind(order: LineOrder, doing: Act, due_at: datetime | None = None) -> None:
    """The word is late: ITMD hears of it, each day for some days."""
    when = due_at or doing.at + A_DAY
    if order.state == LineOrderState.SENT:
        move(order, "run over", doing, due_at=when, reminders=1)
        doing.record("billing.line-order.overdue", order, line=order.line.number)
        tell_itmd(order, "overdue", doing)
        return
    since = order.answer_by + order.reminders * A_DAY if order.answer_by else doing.at
    if order.reminders < MOST_REMINDERS and doing.at >= since:
        tell_itmd(order, "reminder", doing)
        change(order, reminders=order.reminders + 1)
    change(order, due_at=when)


def _failed(found: Claimed, problem: Unavailable, actor: Actor, at: datetime) -> None:
    """Ask again later; after so many times in vain a person writes."""
    with act(actor, at) as doing:
        order = the_line_order(found.order.id)
        if not order.open or order.state != found.order.state:
            return
        trouble = problem.message[:300]
        locked = isinstance(problem, Locked)
        _note_trouble(found.access, problem, at)
        when = at + pause(order.attempts, problem.after)
        change(order, due_at=when, locked_until=None, trouble=trouble)
        doing.record("billing.line-order.failed", order, attempts=order.attempts, why=trouble)
        given_up = order.attempts >= MOST_ATTEMPTS or locked
        if given_up and order.state == LineOrderState.ASKED:
            give_to_a_person(order, trouble, doing)
            tell_itmd(order, "handed-over", doing)
        elif order.answer_by is not None and at >= order.answer_by:
            _remind(order, doing, due_at=when)


def _note_trouble(access: CarrierAccess, problem: Unavailable, at: datetime) -> None:
    """Keep what went wrong; a log-in that was refused is not tried again and again."""
    access.trouble, access.trouble_at = problem.message[:300], at
    access.paused_until = at + problem.after if problem.after is not None else None
    access.locked = isinstance(problem, Locked)
    if access.locked:
        access.paused_until = at + A_DAY
    access.save(update_fields=["trouble", "trouble_at", "paused_until", "locked"])


def _clear(access: CarrierAccess) -> None:
    if access.trouble:
        access.trouble, access.trouble_at, access.paused_until = "", None, None
        access.locked = False
        access.save(update_fields=["trouble", "trouble_at", "paused_until", "locked"])


def _warn(actor: Actor, at: datetime, limit: int) -> int:
    """Tell ITMD of lines that come back by themselves soon, and ask after those that should be."""
    today, taken = localdate(at), 0
    rows = LineOrder.objects.filter(warn_on__lte=today).order_by("warn_on", "id")
    while taken < limit:
        with transaction.atomic():
            row = rows.select_for_update(skip_locked=True, of=("self",)).first()
            if row is None:
                return taken
            key = row.id
        with act(actor, at) as doing:
            order = the_line_order(key)
            if order.warn_on is not None and order.warn_on <= today:
                _warned(order, doing)
        taken += 1
    return taken


def _warned(order: LineOrder, doing: Act) -> None:
    today = localdate(doing.at)
    if suspension_in_force(order.line) != order or order.restores_on is None:
        change(order, warn_on=None)
    elif order.restores_on <= today:
        change(order, warn_on=None)
        ask_comes_back(order, doing)
    else:
        change(order, warn_on=order.restores_on)
        doing.record("billing.line-order.comes-back", order, on=order.restores_on.isoformat())
        tell_itmd(order, "comes-back", doing)
