"""Receiving by scanning: into stock, into the list of ordered lines, or back to the vendor."""

import pytest

from quartermaster.billing.actions import orders
from quartermaster.billing.errors import NotReceivable
from quartermaster.billing.models import Piece, Service
from quartermaster.billing.queries.receiving import checked
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.models import Accessory, Device, Line, Sim
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import orders as make
from tests.factories.inventory import (
    AccessoryFactory,
    DeviceFactory,
    DeviceModelFactory,
    LineFactory,
    SimFactory,
    iccid,
    imei,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(authorised, cast, contract, plan, phone, at):
    """Two phones with their lines, a SIM with a line, and two kits; sent."""
    made = make.raised(
        contract,
        at,
        make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id, plan_id=plan.id, quantity=2),
        make.ordered(LineKind.LINE, cast.water, plan_id=plan.id),
        make.ordered(LineKind.ACCESSORY, cast.water, item_id=make.kit(contract, at).id, quantity=2),
    )
    return make.sent(made, cast.ida, at)


@pytest.fixture
def take(order, at):
    """Receive pieces of the n-th line."""

    def receive(place, pieces, **more):
        return orders.receive(
            **{
                "order_id": order.id,
                "line_id": order.lines.get(place=place).id,
                "pieces": pieces,
                "actor": make.HOUSE,
                "at": at,
                **more,
            }
        )

    return receive


@pytest.mark.clause("G-12")
def test_pieces_go_into_stock_with_all_that_was_scanned(order, take, cast, phone):
    take(1, f"F2LAAA1\t{imei(1)}\t{iccid(1)}\t(414) 286-3801\nF2LAAA2 {imei(2)} {imei(3)}")
    first, second = Device.objects.order_by("serial")
    assert (first.serial, first.imei, first.status, first.holder) == (
        "F2LAAA1",
        imei(1),
        "in_stock",
        None,
    )
    assert (first.department, first.model, first.ownership) == (cast.water, phone.model, "city")
    assert (second.imei, second.imei2, order.number in second.note) == (imei(2), imei(3), True)
    line = Line.objects.get()
    assert (line.number, line.plan, line.account, line.status) == (
        "+14142863801",
        "Unlimited",
        "287-1",
        "ordered",
    )
    sim = Sim.objects.get()
    assert (sim.line, sim.device) == (line, first)
    order.refresh_from_db()
    assert order.state == "partly"


def test_the_last_piece_makes_it_received_and_then_it_is_closed(order, take, at):
    take(1, f"F2LAAA1 {imei(1)}\nF2LAAA2 {imei(2)}")
    take(2, iccid(1))
    take(3, "2")
    order.refresh_from_db()
    assert order.state == "received"
    assert Accessory.objects.count() == 2
    closed = orders.close_order(order_id=order.id, actor=make.HOUSE, at=at)
    assert (closed.state, closed.closed_at) == ("closed", at)
    with pytest.raises(Conflict):
        take(3, "1")


def test_what_does_not_come_is_closed_with_a_reason_and_free_again(order, take, at):
    take(1, f"F2LAAA1 {imei(1)}")
    with pytest.raises(InvalidInput):
        orders.close_order(order_id=order.id, actor=make.HOUSE, at=at)
    orders.close_order(order_id=order.id, reason="Out of production", actor=make.HOUSE, at=at)
    assert [line.live for line in order.lines.order_by("place")] == [True, False, False]


def test_nothing_is_taken_where_one_row_is_wrong(order, take):
    DeviceFactory(serial="F2LOLD1", imei=imei(9))
    with pytest.raises(NotReceivable, match=f"Row 2, {imei(9)}.*is that of"):
        take(1, f"F2LAAA1\n{imei(9)}")
    assert not Piece.objects.exists()
    order.refresh_from_db()
    assert order.state == "sent"


def test_what_is_wrong_goes_back_with_its_reason(order, take):
    DeviceFactory(serial="F2LOLD1")
    rows = take(1, "F2LAAA1\nF2LOLD1\nF2LAAA1\nF2LAAA2\nF2LAAA3", return_wrong=True)
    assert [row.verdict.value for row in rows] == ["good", "wrong", "wrong", "good", "wrong"]
    back = {piece.scanned: piece.reason for piece in Piece.objects.filter(state="returned")}
    assert "is that of" in back["F2LOLD1"]
    assert back["F2LAAA1"] == "It stands in row 1 already."
    assert back["F2LAAA3"] == "It is one more than was ordered (2)."
    assert Device.objects.filter(serial__startswith="F2LAAA").count() == 2


def test_another_model_is_named_by_what_the_city_knows_of_its_type(order, take, phone):
    other = DeviceModelFactory(name="iPhone 16e")
    DeviceFactory(model=other, imei=imei(7))  # of the same type allocation code
    with pytest.raises(NotReceivable, match=f"It is a Apple iPhone 16e; a {phone.model} was"):
        take(1, imei(1))
    DeviceFactory(model=phone.model, imei=imei(8))
    assert take(1, imei(1))[0].said == ""


@pytest.mark.parametrize(
    ("place", "pieces", "said"),
    [
        (1, iccid(1), "needs its serial number or its IMEI"),
        (2, "F2LAAA1", "A line has no serial number"),
        (2, "+14142863801", "needs the ICCID"),
        (3, imei(1), "An accessory has no IMEI|A accessory has no IMEI"),
        (1, "AB", "2 characters"),
    ],
)
def test_a_number_that_does_not_belong_is_named(order, take, place, pieces, said):
    with pytest.raises(NotReceivable, match=said):
        take(place, pieces)


def test_what_is_there_already_is_named(order, take, cast):
    SimFactory(iccid=iccid(1))
    LineFactory(number="+14142863801")
    AccessoryFactory(asset_tag="KIT-1", department=cast.water)
    for place, pieces in (
        (2, iccid(1)),
        (2, f"{iccid(2)} +14142863801"),
        (3, "KIT-1"),
    ):
        with pytest.raises(NotReceivable, match="already"):
            take(place, pieces)


def test_the_check_alone_changes_nothing_and_an_empty_list_is_none(order):
    line = order.lines.get(place=1)
    assert [row.verdict.value for row in checked(line, "F2LAAA1\nF2LAAA1")] == ["good", "wrong"]
    assert not Piece.objects.exists()
    with pytest.raises(InvalidInput):
        checked(line, " \n ")


def test_only_what_was_sent_is_received_by_whom_may(order, take, cast, contract, phone, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            take(1, "F2LAAA1", actor=cast.acting(person))
    draft = make.raised(contract, at, make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id))
    with pytest.raises(Conflict):
        take(1, "F2LAAA1", order_id=draft.id, line_id=draft.lines.get().id)
    with pytest.raises(NotFound):
        take(1, "F2LAAA1", line_id=draft.lines.get().id)
    with pytest.raises(NotFound):
        take(1, "F2LAAA1", order_id=new_id())


def test_what_was_received_stands_on_the_list_with_its_sim(order, take):
    take(2, iccid(1))
    service = Service.objects.get()
    assert (service.line, service.sim.iccid, service.order_line.order) == (None, iccid(1), order)
