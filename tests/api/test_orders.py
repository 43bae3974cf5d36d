"""Orders and ordered lines by the API."""

import pytest

from quartermaster.billing.actions import services
from quartermaster.billing.rules.orders import LineKind
from tests.factories import orders as make
from tests.factories.inventory import LineFactory, imei

pytestmark = pytest.mark.django_db


@pytest.fixture
def order(cast, at):
    contract = make.contract(at)
    phone = make.phone(contract, at)
    with make.everything_authorised():
        line = make.ordered(LineKind.DEVICE, cast.water, item_id=phone.id, quantity=2)
        return make.sent(make.raised(contract, at, line), cast.ida, at)


@pytest.mark.parametrize(("who", "seen"), [("ana", 0), ("cole", 1), ("ida", 1), ("rex", 0)])
def test_each_reads_the_orders_of_their_department(cast, call, order, who, seen):
    person = getattr(cast, who)
    rows = call(person, "orders?state=sent", "orders:read").json()["items"]
    assert len(rows) == seen
    assert call(person, f"orders/{order.id}", "orders:read").status_code == (200 if seen else 404)


@pytest.mark.clause("G-12")
def test_pieces_are_received_by_scanning(cast, call, order):
    read = call(cast.ida, f"orders/{order.id}", "orders:read").json()
    (line,) = read["lines"]
    assert (line["quantity"], line["outstanding"], line["unit_cents"]) == (2, 2, 49900)
    path = f"orders/{order.id}/lines/{line['id']}/pieces"

    def post(person, **body):
        more = {"method": "post", "data": body, "content_type": "application/json"}
        return call(person, path, "orders:write", **more)

    assert post(cast.cole, pieces="F2LAAA1").status_code == 403
    wrong = post(cast.ida, pieces=f"F2LAAA1\n{imei(1)[:-1]}0")
    assert (wrong.status_code, wrong.json()["code"]) == (409, "not-receivable")
    taken = post(cast.ida, pieces=f"F2LAAA1\nF2LAAA1\n{imei(2)}", return_wrong=True).json()
    assert [row["taken"] for row in taken] == [True, False, True]
    assert call(cast.ida, f"orders/{order.id}", "orders:read").json()["state"] == "received"


@pytest.mark.clause("G-12")
def test_the_ordered_lines_of_a_day(cast, call, at):
    contract = make.contract(at)
    plan = make.plan(contract, at)
    line = LineFactory(holder=cast.ana, number="+14142863800")
    services.enter_service(
        line_id=line.id,
        plan_id=plan.id,
        from_on=make.START,
        reason="On the invoices",
        actor=make.HOUSE,
        at=at,
    )
    read = call(cast.ida, "ordered-lines?on=2026-03-01", "orders:read").json()
    assert read["on"] == "2026-03-01"
    assert [(row["number"], row["monthly_cents"]) for row in read["items"]] == [
        ("+14142863800", 3999)
    ]
    assert call(cast.ida, "ordered-lines?on=2025-03-01", "orders:read").json()["items"] == []
    assert call(cast.rex, "ordered-lines", "orders:read").json()["items"] == []
    assert len(call(cast.cole, "ordered-lines", "orders:read").json()["items"]) == 1
