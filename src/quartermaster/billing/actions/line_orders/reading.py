"""Asking a carrier how a line stands, and what it used."""

from datetime import date, datetime
from uuid import UUID

from quartermaster.billing.actions.common import one
from quartermaster.billing.actions.line_orders.accesses import opened
from quartermaster.billing.line_order_permits import LINE_ORDER_ASK
from quartermaster.billing.queries.line_standing import (
    access_for,
    subscriber_of,
)
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import Abilities, Reading, Session, Used
from quartermaster.inventory.models import Line
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require


def read_line(*, line_id: UUID, actor: Actor, at: datetime) -> Reading:
    """Ask a line's carrier how it stands there; nothing is changed (G-9)."""
    require(actor, LINE_ORDER_ASK)
    line = one(Line.objects.all(), line_id, "line")
    session, abilities = _session(line)
    if not abilities.reads:
        raise Conflict(f"Only the people of {line.carrier} can say how the line stands.")
    reading = session.read(subscriber_of(line))
    with act(actor, at) as doing:
        doing.record("billing.line.read", line, condition=reading.condition.value)
    return reading


def read_usage(*, line_id: UUID, from_on: date, until_on: date, actor: Actor, at: datetime) -> Used:
    """Ask a line's carrier for the sums of what it used; never for calls (G-9)."""
    require(actor, LINE_ORDER_ASK)
    if until_on <= from_on:
        raise InvalidInput("The period ends before it begins.", field="until_on")
    line = one(Line.objects.all(), line_id, "line")
    session, abilities = _session(line)
    if not abilities.counts:
        raise Conflict(f"The usage of lines of {line.carrier} is in its files.")
    used = session.used(subscriber_of(line), from_on, until_on)
    with act(actor, at) as doing:
        span = [from_on.isoformat(), until_on.isoformat()]
        doing.record("billing.line.usage-read", line, span=span)
    return used


def _session(line: Line) -> tuple[Session, Abilities]:
    access = access_for(line)
    if access is None or not carriers.known(access.adapter):
        raise Conflict(f"{line.carrier} is reached by people alone.")
    adapter = carriers.adapter(access.adapter)
    return opened(access, adapter), adapter.abilities
