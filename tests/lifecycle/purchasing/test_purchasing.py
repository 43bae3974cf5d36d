"""What authorised requests ask for is ordered, once, and is free again when it does not come."""

from datetime import timedelta

import pytest

from quartermaster.billing.actions import orders
from quartermaster.billing.errors import NotAuthorised
from quartermaster.inventory.models import DeviceClass
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions import purchasing
from quartermaster.lifecycle.actions.purchasing import Choice
from quartermaster.lifecycle.errors import KeptForAnother, SecondDeviceRefused
from quartermaster.lifecycle.models import Request, RequestItem, Reservation
from quartermaster.lifecycle.queries.requests import authorised_items_to_order
from tests.factories import handovers as handed
from tests.factories import orders as make
from tests.factories.inventory import DeviceFactory, LineFactory, SimFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(db, at):
    return make.contract(at)


@pytest.fixture
def phone(contract, at):
    return make.phone(contract, at)


@pytest.fixture
def item(cast, at):
    """A phone that Cole recommended and Ida authorised for Ana; none is in stock."""
    request = Request.objects.create(
        person=cast.ana,
        asker=cast.ana,
        department=cast.water,
        need="Meters are read by phone now.",
        wanted_from=at.date(),
        state="authorised",
        asked_at=at - timedelta(days=3),
        recommended_by=cast.cole,
        recommended_at=at - timedelta(days=2),
        authorised_by=cast.ida,
        authorised_at=at - timedelta(days=1),
    )
    return RequestItem.objects.create(
        request=request,
        place=1,
        kind="device",
        device_class=DeviceClass.SMARTPHONE,
        cellular=True,
        state="to_order",
    )


def order(contract, at, *choices, **more):
    return purchasing.order_items(
        **{"contract_id": contract.id, "choices": choices, "actor": make.HOUSE, "at": at, **more}
    )


@pytest.mark.clause("G-12")
def test_an_order_is_raised_out_of_an_authorised_item(item, cast, contract, phone, at):
    plan = make.plan(contract, at)
    made = order(contract, at, Choice(item.id, phone.id, plan.id))
    line = made.lines.get()
    assert (line.department, line.holder, line.request_item_id) == (cast.water, cast.ana, item.id)
    assert (line.unit_cents, line.monthly_cents) == (49900, 3999)
    item.refresh_from_db()
    assert item.state == "ordered"
    with pytest.raises((Conflict, NotAuthorised)):
        order(contract, at, Choice(item.id, phone.id))


@pytest.mark.clause("G-12")
@pytest.mark.parametrize(
    "change", [{"state": "recommended"}, {"state": "withdrawn", "closed_at": "now"}]
)
def test_what_is_not_authorised_is_not_ordered(item, contract, phone, at, change):
    if change.get("closed_at"):
        change["closed_at"] = at
    Request.objects.update(**change)
    assert not authorised_items_to_order().exists()
    with pytest.raises(NotAuthorised):
        order(contract, at, Choice(item.id, phone.id))


def test_what_stock_has_is_not_ordered(item, contract, phone, at):
    RequestItem.objects.update(state="asked")
    with pytest.raises(NotAuthorised, match="not to be ordered"):
        order(contract, at, Choice(item.id, phone.id))
    with pytest.raises(NotFound):
        order(contract, at, Choice(new_id(), phone.id))
    with pytest.raises(InvalidInput):
        order(contract, at)


def test_only_itmd_orders(item, cast, contract, phone, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            order(contract, at, Choice(item.id, phone.id), actor=cast.acting(person))


@pytest.mark.clause("G-12")
def test_what_was_withdrawn_meanwhile_is_not_bought(item, cast, contract, phone, at):
    made = order(contract, at, Choice(item.id, phone.id))
    Request.objects.update(state="withdrawn", closed_at=at)
    with pytest.raises(NotAuthorised):
        orders.approve_order(order_id=made.id, actor=cast.acting(cast.ida), at=at)


def test_a_cancelled_order_frees_its_items(item, contract, phone, at):
    made = order(contract, at, Choice(item.id, phone.id))
    orders.cancel_order(order_id=made.id, reason="Wrong vendor", actor=make.HOUSE, at=at)
    freed = purchasing.free_items(
        item_ids=[item.id, new_id()], order=made.number, actor=make.HOUSE, at=at
    )
    assert [row.id for row in freed] == [item.id]
    item.refresh_from_db()
    assert item.state == "to_order"
    assert purchasing.free_items(item_ids=[item.id], order="x", actor=make.HOUSE, at=at) == []
    assert order(contract, at, Choice(item.id, phone.id)).state == "draft"


def test_the_event_of_a_cancelled_order_reaches_the_request(item, contract, phone, at):
    made = order(contract, at, Choice(item.id, phone.id))
    orders.cancel_order(order_id=made.id, reason="Wrong vendor", actor=make.HOUSE, at=at)
    outbox.deliver_due(at)
    item.refresh_from_db()
    assert item.state == "to_order"


@pytest.mark.clause("G-12")
def test_what_comes_is_kept_for_whom_it_was_ordered(item, cast, contract, phone, at):
    made = make.sent(order(contract, at, Choice(item.id, phone.id)), cast.ida, at)
    orders.receive(
        order_id=made.id,
        line_id=made.lines.get().id,
        pieces="F2LAAA1",
        actor=cast.acting(cast.ida),
        at=at,
    )
    outbox.deliver_due(at)
    kept = Reservation.objects.get(ended_at=None)
    assert (kept.item, kept.device.serial, kept.reserved_by) == (item, "F2LAAA1", cast.ida)
    with pytest.raises(KeptForAnother):
        handed.prepared(cast.sue, at, kept.device)


def test_what_comes_for_a_request_that_is_over_is_stock_for_all(item, cast, contract, phone, at):
    made = make.sent(order(contract, at, Choice(item.id, phone.id)), cast.ida, at)
    Request.objects.update(state="withdrawn", closed_at=at)
    orders.receive(
        order_id=made.id,
        line_id=made.lines.get().id,
        pieces="F2LAAA1",
        actor=cast.acting(cast.ida),
        at=at,
    )
    outbox.deliver_due(at)
    assert not Reservation.objects.exists()


@pytest.mark.clause("G-7")
def test_the_signature_fulfils_the_request(item, cast, at):
    tablet = DeviceFactory(department=cast.itmd, platform="android")
    Reservation.objects.create(item=item, device=tablet, reserved_at=at, reserved_by=cast.ida)
    RequestItem.objects.update(state="reserved")
    handed.signed(handed.prepared(cast.ana, at, tablet), at)
    item.refresh_from_db()
    item.request.refresh_from_db()
    assert (item.state, item.device, item.request.state) == ("fulfilled", tablet, "fulfilled")
    assert not Reservation.objects.filter(ended_at=None).exists()


@pytest.mark.clause("G-8")
def test_a_second_cellular_device_is_not_made_ready_without_an_authorisation(cast, at):
    first, second = (
        DeviceFactory(department=cast.itmd, platform="android", holder=holder)
        for holder in (cast.ana, None)
    )
    for device in (first, second):
        SimFactory(device=device, line=LineFactory(department=cast.itmd))
    with pytest.raises(SecondDeviceRefused):
        handed.prepared(cast.ana, at, second)
    assert handed.prepared(cast.sue, at, second).state == "prepared"
