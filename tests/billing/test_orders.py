"""Orders: out of authorised requests alone, approved by two above a limit, sent as a document."""

import io
from datetime import date

import pytest
from django.db import IntegrityError, InternalError, connection, transaction
from pypdf import PdfReader

from quartermaster.billing.actions import contracts, orders
from quartermaster.billing.errors import NeedsAnother, NotAuthorised, PersonalLine
from quartermaster.billing.models import Order, OrderLine
from quartermaster.billing.queries.orders import lines_visible_to, order_seen_by, orders_visible_to
from quartermaster.billing.rules.orders import ORDER, LineKind, OrderState
from quartermaster.files.queries import read_file
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.notify.models import Message
from tests.factories import orders as make
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(authorised, cast, contract, plan, phone, at):
    """Two phones, one with its line, for Water Works."""
    return make.raised(
        contract,
        at,
        make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id, plan_id=plan.id),
        make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id, quantity=2),
        actor=cast.acting(cast.ida),
    )


@pytest.mark.clause("G-12")
def test_nothing_is_ordered_without_an_authorised_request(cast, contract, phone, at):
    line = make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id)
    with pytest.raises(NotAuthorised):
        make.raised(contract, at, line)
    assert not Order.objects.exists()


@pytest.mark.clause("G-12")
def test_an_item_of_a_request_is_ordered_once(authorised, cast, contract, phone, at):
    line = make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id)
    first = make.raised(contract, at, line)
    with pytest.raises(NotAuthorised, match="ordered already"):
        make.raised(contract, at, line)
    orders.cancel_order(order_id=first.id, reason="Wrong model", actor=make.HOUSE, at=at)
    assert make.raised(contract, at, line).state == "draft"


def test_prices_are_the_catalogues_and_add_up(order):
    assert (order.number[:3], order.total_cents, order.monthly_cents) == ("PO-", 3 * 49900, 3999)
    assert [(line.unit_cents, line.monthly_cents, line.account) for line in order.lines.all()] == [
        (49900, 3999, "287-1"),
        (49900, 0, "287-1"),
    ]


@pytest.mark.clause("S-3")
def test_nothing_is_ordered_for_an_excluded_department(authorised, cast, contract, phone, at):
    cast.water.coverage, cast.water.exclusion_reason = "excluded", "Own vendor contract"
    cast.water.save()
    with pytest.raises(Conflict, match="excluded"):
        make.raised(contract, at, make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id))


@pytest.mark.clause("G-2")
def test_no_line_is_ordered_for_what_is_a_persons_own(authorised, cast, contract, plan, at):
    own = PersonalDeviceFactory(holder=cast.ana)
    line = make.ordered(LineKind.LINE, cast.water, plan_id=plan.id, for_device_id=own.id)
    with pytest.raises(PersonalLine):
        make.raised(contract, at, line)
    theirs = DeviceFactory(department=cast.water)
    made = make.raised(
        contract,
        at,
        make.ordered(LineKind.LINE, cast.water, plan_id=plan.id, for_device_id=theirs.id),
    )
    for sql, values in (
        ("UPDATE billing_orderline SET ownership = 'personal' WHERE order_id = %s", [made.id]),
        (
            "UPDATE billing_orderline SET for_device_id = %s WHERE order_id = %s",
            [own.id, made.id],
        ),
    ):
        with (
            pytest.raises((IntegrityError, InternalError)),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(sql, values)


@pytest.mark.parametrize(
    ("kind", "more", "error"),
    [
        (LineKind.LINE, {}, InvalidInput),
        (LineKind.DEVICE, {}, InvalidInput),
        (LineKind.ACCESSORY, {"item": "kit", "plan": True}, InvalidInput),
        (LineKind.ACCESSORY, {"item": "phone"}, InvalidInput),
        (LineKind.DEVICE, {"item": "phone", "quantity": 0}, InvalidInput),
        (LineKind.DEVICE, {"item": "phone", "quantity": 501}, InvalidInput),
        (LineKind.DEVICE, {"item": "unknown"}, NotFound),
        (LineKind.DEVICE, {"item": "phone", "department": "unknown"}, NotFound),
    ],
)
def test_what_does_not_fit_is_not_ordered(
    authorised, cast, contract, plan, phone, at, kind, more, error
):
    items = {"phone": phone.id, "kit": make.kit(contract, at).id, "unknown": new_id()}
    given = {"quantity": more.get("quantity", 1)}
    if "item" in more:
        given["item_id"] = items[more["item"]]
    if more.get("plan"):
        given["plan_id"] = plan.id
    if "department" in more:
        given["department_id"] = new_id()
    with pytest.raises(error):
        make.raised(contract, at, make.ordered(kind, cast.water, **given))
    with pytest.raises(InvalidInput):
        make.raised(contract, at)


def test_what_is_not_sold_or_not_in_force_is_not_ordered(
    authorised, cast, contract, plan, phone, at
):
    contracts.change_item(item_id=phone.id, price_cents=1, sold=False, actor=make.HOUSE, at=at)
    with pytest.raises(Conflict, match="not ordered any longer"):
        make.raised(contract, at, make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id))
    later = contracts.add_plan(
        contract_id=contract.id,
        name="Next year's",
        monthly_cents=1,
        from_on=date(2027, 1, 1),
        actor=make.HOUSE,
        at=at,
    )
    with pytest.raises(Conflict, match="no rate yet"):
        make.raised(contract, at, make.ordered(LineKind.LINE, cast.water, plan_id=later.id))
    contract.ends_on = date(2026, 6, 30)
    contract.save()
    with pytest.raises(Conflict, match="not in force"):
        make.raised(contract, at, make.ordered(LineKind.LINE, cast.water, plan_id=plan.id))


@pytest.mark.clause("G-12")
def test_above_the_limit_another_person_approves(order, cast, at, settings):
    settings.ORDER_LIMIT_CENTS = order.total_cents - 1
    with pytest.raises(NeedsAnother):
        orders.approve_order(order_id=order.id, actor=cast.acting(cast.ida), at=at)
    with pytest.raises(IntegrityError), transaction.atomic():
        Order.objects.filter(id=order.id).update(
            state="approved", approved_at=at, approved_by=cast.ida, limit_cents=1
        )
    settings.ORDER_LIMIT_CENTS = order.total_cents
    approved = orders.approve_order(order_id=order.id, actor=cast.acting(cast.ida), at=at)
    assert (approved.state, approved.approved_by) == ("approved", cast.ida)
    with pytest.raises(Conflict):
        orders.approve_order(order_id=order.id, actor=cast.acting(cast.ida), at=at)


def test_who_may_raise_approve_and_send(order, cast, contract, phone, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        actor = cast.acting(person)
        for verb in (orders.approve_order, orders.send_order):
            with pytest.raises(Refused):
                verb(order_id=order.id, actor=actor, at=at)
        with pytest.raises(Refused):
            orders.cancel_order(order_id=order.id, reason="No", actor=actor, at=at)
        with pytest.raises(Refused):
            make.raised(
                contract,
                at,
                make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id),
                actor=actor,
            )
    with pytest.raises(Refused, match="by a person"):
        orders.approve_order(order_id=order.id, actor=make.HOUSE, at=at)


def test_the_vendor_gets_the_order_as_a_document(order, cast, at):
    with pytest.raises(Conflict):
        orders.send_order(order_id=order.id, actor=make.HOUSE, at=at)
    sent = make.sent(order, cast.ida, at)
    assert (sent.state, sent.sent_at) == ("sent", at)
    mail = Message.objects.get()
    assert (mail.recipient, [a.file for a in mail.attachments.all()]) == (
        "orders@carrier.example",
        [sent.document],
    )
    pages = PdfReader(io.BytesIO(read_file(sent.document.digest))).pages
    said = "\n".join(page.extract_text() for page in pages)
    for part in (sent.number, "$499.00", "$39.99", "$1,497.00", "WATER", "Ida Lindqvist"):
        assert part in said


def test_what_was_withdrawn_meanwhile_is_not_sent(order, cast, at):
    orders.approve_order(order_id=order.id, actor=cast.acting(cast.ida), at=at)
    from quartermaster.billing import authorisations

    authorisations._CHECKS[:] = [lambda _item: "The request was withdrawn."]
    with pytest.raises(NotAuthorised, match="withdrawn"):
        orders.send_order(order_id=order.id, actor=make.HOUSE, at=at)


def test_a_coordinator_sees_what_is_bought_for_their_department(order, cast, contract, phone, at):
    other = make.raised(contract, at, make.ordered(LineKind.DEVICE, cast.library, item_id=phone.id))
    seen = {
        person.given_name: set(orders_visible_to(cast.acting(person)))
        for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex)
    }
    assert seen == {
        "Ana": set(),
        "Cole": {order},
        "Sue": set(),
        "Ida": {order, other},
        "Rex": set(),
    }
    assert lines_visible_to(cast.acting(cast.cole), order).count() == 2
    assert lines_visible_to(cast.acting(cast.cole), other).count() == 0
    with pytest.raises(NotFound):
        order_seen_by(cast.acting(cast.rex), order.id)


def test_cancelling_takes_a_reason_and_frees_the_items(order, at):
    with pytest.raises(InvalidInput):
        orders.cancel_order(order_id=order.id, reason=" ", actor=make.HOUSE, at=at)
    cancelled = orders.cancel_order(order_id=order.id, reason="Budget", actor=make.HOUSE, at=at)
    assert (cancelled.state, cancelled.closing_reason) == ("cancelled", "Budget")
    assert not OrderLine.objects.filter(live=True).exists()
    with pytest.raises(Conflict):
        orders.cancel_order(order_id=order.id, reason="Again", actor=make.HOUSE, at=at)


def test_every_state_is_reached_and_both_ends_are_ends():
    assert ORDER.reachable() == frozenset(OrderState)
    assert ORDER.terminal == {OrderState.CLOSED, OrderState.CANCELLED}
