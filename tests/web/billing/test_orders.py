"""Purchasing by pages: contract, order, approval, sending, receiving, and the list of lines."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.billing.models import Contract, Order, Piece, Rate
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.models import Device
from quartermaster.lifecycle.models import Request, RequestItem
from tests.factories import orders as make
from tests.factories.inventory import CARRIER, LineFactory, imei
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, row=None):
    return reverse(f"billing:{name}", kwargs={"key": row.pk} if row else {})


def body(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def ida(logged_in, cast):
    return logged_in(cast.ida)


def raised(cast, at, department, number="C-1"):
    contract = make.contract(at, number=number)
    phone = make.phone(contract, at)
    with make.everything_authorised():
        return make.raised(
            contract, at, make.ordered(LineKind.DEVICE, department, item_id=phone.id)
        )


class TestOrders(RoomViewTests):
    list_name = "billing:orders"
    detail_name = "billing:order"
    seen_by = {"ana": set(), "cole": {"water"}, "sue": set(), "ida": {"water", "lib"}, "rex": set()}

    def things(self, cast, at):
        return {
            "water": raised(cast, at, cast.water),
            "lib": raised(cast, at, cast.library, "C-2"),
        }


class TestContracts(RoomViewTests):
    list_name = "billing:contracts"
    detail_name = "billing:contract"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "ida": {"one"}, "rex": set()}

    def things(self, cast, at):
        return {"one": make.contract(at)}


def test_a_contract_with_its_plan_and_its_price(ida):
    given = {"number": "C-1", "vendor": CARRIER, "carrier": "on", "starts_on": "2026-01-01"}
    answer = ida.post(to("contract-new"), given)
    contract = Contract.objects.get()
    assert answer.url == to("contract", contract)
    ida.post(to("plan-new", contract), {"name": "Unlimited", "monthly": "$39.99"})
    wrong = ida.post(to("plan-new", contract), {"name": "Small", "monthly": "39.999"})
    assert (wrong.status_code, "monthly" in wrong.context["form"].errors) == (422, True)
    plan = contract.plans.get()
    ida.post(to("rate", plan), {"monthly": "34.99", "from_on": "2026-07-01"})
    assert sorted(Rate.objects.values_list("monthly_cents", flat=True)) == [3499, 3999]
    kit = {"kind": "accessory", "accessory_kind": "hands_free", "name": "Car kit", "price": "89"}
    ida.post(to("item-new", contract), kit)
    page = body(ida.get(to("contract", contract)))
    for part in ("$39.99", "$34.99", "Car kit", "$89.00"):
        assert part in page
    item = contract.items.get()
    assert ida.get(to("item-change", item)).context["form"].initial["price"] == "89.00"
    ida.post(to("item-change", item), {"price": "79"})
    assert "Not ordered any longer" in body(ida.get(to("contract", contract)))
    data = {**given, "note": "Second year"}
    ida.post(to("contract-change", contract), data)
    assert "Second year" in body(ida.get(to("contract", contract)))


@pytest.fixture
def item(cast, at):
    """A phone that was authorised for Ana and is not in stock."""
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
        request=request, place=1, kind="device", device_class="smartphone", state="to_order"
    )


@pytest.mark.clause("G-12")
def test_the_walk_from_the_authorised_request_into_stock(ida, logged_in, cast, item, at):
    contract = make.contract(at)
    phone = make.phone(contract, at)
    assert "To be ordered" in body(ida.get("/"))
    assert "Ana Reyes" in body(ida.get(to("order-new", contract)))
    assert ida.post(to("order-new", contract), {}).status_code == 422
    ida.post(to("order-new", contract), {f"what_{item.pk}": str(phone.pk)})
    order = Order.objects.get()
    assert "Orders to approve" in body(ida.get("/"))
    assert ida.post(to("send", order)).status_code == 409
    ida.post(to("approve", order))
    ida.post(to("send", order))
    document = ida.get(to("document", order))
    assert (document["Content-Type"], document.content[:5]) == ("application/pdf", b"%PDF-")
    line = order.lines.get()
    assert to("receive", line) in body(ida.get(to("order", order)))
    seen = body(logged_in(cast.cole).get(to("order", order)))
    assert to("receive", line) not in seen
    check = ida.post(to("receive", line), {"pieces": f"F2LAAA1 {imei(1)}\nAB", "check": "1"})
    assert "Into stock" in body(check)
    assert "2 characters" in body(check)
    assert not Piece.objects.exists()
    wrong = ida.post(to("receive", line), {"pieces": "F2LAAA1\nAB"})
    assert wrong.status_code == 409
    ida.post(to("receive", line), {"pieces": "F2LAAA1\nAB", "return_wrong": "on"})
    device = Device.objects.get()
    assert (device.serial, device.status) == ("F2LAAA1", "in_stock")
    page = body(ida.get(to("order", order)))
    assert "Went back" in page
    assert "All came" in page
    shown = body(ida.get(reverse("inventory:device", kwargs={"key": device.pk})))
    assert f'Ordered by <a class="usa-link" href="{to("order", order)}">' in shown
    assert ida.post(to("close", order), {}).url == to("order", order)


def test_an_order_is_cancelled_with_a_reason(ida, cast, at):
    order = raised(cast, at, cast.water)
    assert ida.get(to("document", order)).status_code == 404
    assert ida.post(to("cancel", order), {}).status_code == 422
    ida.post(to("cancel", order), {"reason": "Budget"})
    assert "Budget" in body(ida.get(to("order", order)))


def test_the_list_of_ordered_lines_and_its_csv(ida, logged_in, cast, at):
    contract = make.contract(at)
    make.plan(contract, at)
    LineFactory(holder=cast.ana, number="+14142863800")
    LineFactory(department=cast.library, plan="Unknown")
    assert "No line is on the list yet" in body(ida.get(to("lines")))
    answer = ida.post(to("services", contract), {"reason": "On the invoices"}, follow=True)
    assert "1 lines were entered; 1 have a plan" in body(answer)
    page = body(ida.get(to("lines")))
    assert "(414) 286-3800" in page
    assert "$39.99" in page
    assert "Ana Reyes" in page
    assert "Water Works" in page
    assert "Before orders were kept" in page
    csv = ida.get(to("lines"), {"format": "csv"})
    assert csv.content.decode().splitlines()[1].startswith("+14142863800,")
    assert "(414) 286-3800" in body(logged_in(cast.cole).get(to("lines")))
    assert logged_in(cast.rex).get(to("lines")).status_code == 403
