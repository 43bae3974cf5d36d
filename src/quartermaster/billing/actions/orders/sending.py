"""Approving an order, and sending it to the vendor as a document."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings

from quartermaster.billing.actions.common import lines_of, move, require_in_force, the_order, today
from quartermaster.billing.authorisations import why_not_ordered
from quartermaster.billing.errors import NotAuthorised
from quartermaster.billing.models import Order
from quartermaster.billing.permits import ORDER_APPROVE, ORDER_RAISE
from quartermaster.billing.rules.orders import require_another
from quartermaster.files import actions as files
from quartermaster.files import papers
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import Actor, require
from quartermaster.notify import actions as post


def approve_order(*, order_id: UUID, actor: Actor, at: datetime) -> Order:
    """Approve an order; above the limit, as another person than who raised it (G-12)."""
    with act(actor, at) as doing:
        require(actor, ORDER_APPROVE)
        if actor.person_id is None:
            raise Refused("An order is approved by a person.")
        order = the_order(order_id)
        limit = settings.ORDER_LIMIT_CENTS
        require_another(
            total=order.total_cents,
            limit=limit,
            raised_by=order.raised_by_id,
            approver=actor.person_id,
        )
        _require_authorised(order)
        move(
            order,
            "approve",
            doing,
            approved_at=at,
            approved_by_id=actor.person_id,
            limit_cents=limit,
        )
        doing.record("billing.order.approved", order, number=order.number, total=order.total_cents)
    return order


def send_order(*, order_id: UUID, actor: Actor, at: datetime) -> Order:
    """Write the order as a document and mail it to the vendor, where an address is known (G-12)."""
    with act(actor, at) as doing:
        require(actor, ORDER_RAISE)
        order = the_order(order_id)
        require_in_force(order.contract, today(at))
        _require_authorised(order)
        document = files.store(
            content=papers.render(
                "billing/papers/order.typ",
                _shown(order),
                title=f"Purchase order {order.number}",
                at=at,
            ),
            media_type=papers.PDF,
            name=f"order-{order.number}.pdf",
            actor=actor,
            at=at,
        )
        move(order, "send", doing, sent_at=at, document=document)
        doing.record(
            "billing.order.sent",
            order,
            number=order.number,
            document=document.digest,
            to=order.contract.email,
        )
        if order.contract.email:
            _mail(order, doing)
    return order


def _require_authorised(order: Order) -> None:
    """What was authorised when it was drafted may have been withdrawn since."""
    for line in order.lines.filter(live=True):
        if said := why_not_ordered(line.request_item_id):
            raise NotAuthorised(f"{line}: {said}", item=str(line.request_item_id))


def _mail(order: Order, doing: Act) -> None:
    assert order.document is not None  # it was just stored
    post.send(
        template="billing/orders/order",
        to=order.contract.email,
        name=order.contract.vendor,
        context={"order": order, "contract": order.contract.number},
        key=f"billing.order/{order.id}/sent",
        about=order,
        attachments=(order.document,),
        actor=doing.actor,
        at=doing.at,
    )


def _shown(order: Order) -> dict[str, Any]:
    contract = order.contract
    lines = list(lines_of(order))
    return {
        "facts": [
            ["Vendor", contract.vendor],
            ["Contract", contract.number],
            ["Account", contract.account or "—"],
            ["Approved by", order.approved_by.name if order.approved_by else "—"],
            ["Note", order.note or "—"],
        ],
        "lines": [
            [
                str(line.place),
                str(line),
                line.department.code,
                line.account or "—",
                str(line.quantity),
                dollars(line.unit_cents),
                dollars(line.monthly_cents) if line.plan else "—",
            ]
            for line in lines
        ],
        "total": dollars(order.total_cents),
        "monthly": dollars(order.monthly_cents),
    }
