"""The letter to a carrier, and the mail to ITMD that its word is awaited."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.template import Context
from django.template.loader import get_template

from quartermaster.billing.actions.line_orders.common import move
from quartermaster.billing.models import CarrierAccess, Contract, LineOrder
from quartermaster.billing.queries.line_standing import (
    standing_of,
    subscriber_of,
)
from quartermaster.billing.rules.line_orders import LineOrderKind, Standing, why_not
from quartermaster.inventory.carriers import BY_HAND
from quartermaster.jobs.acts import Act
from quartermaster.notify import actions as post
from quartermaster.org.models import Person
from quartermaster.org.queries import people_with_role
from quartermaster.org.roles import Role

_TOLD = {
    "asked": "The letter to the carrier is written. Enter its word when it comes",
    "paste": "No address of the carrier is known. Paste the letter on the page below into its"
    " portal, and enter its word when it comes",
    "overdue": "The carrier has not given its word in time",
    "reminder": "The carrier's word is still missing",
    "refused": "The carrier refused. Decide on the page below what is to be done",
    "handed-over": "The carrier's machine did not take it, so that a person has to ask",
    "comes-back": "The carrier will restore this line by itself. Have it suspended anew, or"
    " cancelled, where it is not to come back",
    "came-back": "The carrier should have restored this line by itself. Say whether it has",
}


def write(order: LineOrder, access: CarrierAccess | None, doing: Act) -> None:
    """Write the letter, in the transaction of whoever asked: its row is the proof of its time."""
    if no := needless(order):
        move(order, "call off", doing, answer=no)
        doing.record("billing.line-order.called-off", order, line=order.line.number, reason=no)
        return
    address = "" if order.by_itself else contact_of(order, access)
    answer_by = doing.at + timedelta(hours=settings.LINE_ORDER_HOURS)
    move(
        order,
        "send",
        doing,
        adapter=BY_HAND,
        access=access,
        sent_at=doing.at,
        answer_by=answer_by,
        due_at=answer_by,
        waits_for="",
        locked_until=None,
        mailed_to=address,
    )
    if address:
        _mail(order, address, doing)
    doing.record("billing.line-order.sent", order, line=order.line.number, to=address)
    told = "came-back" if order.by_itself else "asked" if address else "paste"
    tell_itmd(order, told, doing)


def needless(order: LineOrder) -> str:
    """Why an order is not needed any longer when it is to be sent; empty where it is."""
    order.line.refresh_from_db(fields=["status"])
    known = standing_of(order.line)
    known = Standing(known.status, known.comes_back, known.suspending or bool(order.recalls_id))
    return why_not(LineOrderKind(order.kind), known)


def contact_of(order: LineOrder, access: CarrierAccess | None) -> str:
    """To whom a letter goes: the carrier's contact, or where orders under its contract go."""
    if access is not None and access.contact:
        return access.contact
    rows = Contract.objects.filter(vendor__iexact=order.line.carrier, carrier=True)
    found = rows.exclude(email="").order_by("-starts_on").values_list("email", flat=True)
    return found.first() or ""


def letter_of(order: LineOrder) -> tuple[str, str]:
    """The subject and the text of the letter, ready to be sent or pasted into a portal."""
    template = get_template("billing/line_orders/letter.txt").template  # type: ignore[attr-defined]
    shown = {**_shown(order), "city": settings.CITY, "name": order.line.carrier}
    subject, _, text = str(template.render(Context(shown, autoescape=False))).partition("\n")
    return subject, text.strip()


def _shown(order: LineOrder) -> dict[str, Any]:
    return {"order": order, "line": order.line, "known": subscriber_of(order.line)}


def _mail(order: LineOrder, address: str, doing: Act) -> None:
    post.send(
        template="billing/line_orders/letter",
        to=address,
        name=order.line.carrier,
        context=_shown(order),
        key=f"line-order:{order.id}:letter:{doing.at:%Y%m%d%H%M%S}",
        actor=doing.actor,
        at=doing.at,
        about=order,
    )


def tell_itmd(order: LineOrder, what: str, doing: Act) -> None:
    """Tell ITMD how an order stands, and what is theirs to do."""
    for person in itmd(doing):
        post.send(
            template="billing/line_orders/itmd",
            to=person.email,
            name=person.name,
            context={
                **_shown(order),
                "told": _TOLD[what],
                "link": f"{settings.WEB_URL}/line-orders/{order.id}/",
            },
            key=f"line-order:{order.id}:{what}:{doing.at:%Y%m%d%H%M}:{person.id}",
            actor=doing.actor,
            at=doing.at,
            about=order,
        )


def itmd(doing: Act) -> Iterable[Person]:
    found = set(people_with_role(Role.ITMD_ADMIN, doing.at))
    found |= set(people_with_role(Role.ITMD_HELPDESK, doing.at))
    return sorted(found, key=lambda one: one.number)
