"""Samples of contracts and orders: what Water Works ordered, some of which came."""

from quartermaster.billing.actions import orders
from quartermaster.billing.rules.orders import LineKind
from tests.factories import orders as make
from tests.web.samples import sample


def _order(cast, at, number):
    """Two phones, of which one came."""
    contract = make.contract(at, number=number)
    phone = make.phone(contract, at)
    with make.everything_authorised():
        line = make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id, quantity=2)
        order = make.sent(make.raised(contract, at, line), cast.ida, at)
    orders.receive(
        order_id=order.id,
        line_id=order.lines.get().id,
        pieces=f"SAMPLE{number}",
        actor=make.HOUSE,
        at=at,
    )
    return order


@sample(
    "billing:contract",
    "billing:contract-change",
    "billing:plan-new",
    "billing:item-new",
    "billing:services",
    "billing:order-new",
)
def contract(cast, at):
    return {"key": make.contract(at, number="S-1").pk}


@sample("billing:rate")
def plan(cast, at):
    return {"key": make.plan(make.contract(at, number="S-2"), at).pk}


@sample("billing:item-change")
def item(cast, at):
    return {"key": make.phone(make.contract(at, number="S-3"), at).pk}


@sample(
    "billing:order",
    "billing:approve",
    "billing:send",
    "billing:cancel",
    "billing:close",
    "billing:document",
)
def order(cast, at):
    return {"key": _order(cast, at, "S4").pk}


@sample("billing:receive")
def line(cast, at):
    return {"key": _order(cast, at, "S5").lines.get().pk}
