"""The pages of orders to carriers, and of how carriers are reached."""

import pytest
from django.urls import reverse

from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.inventory.models import Sim
from tests.factories import inventory as things
from tests.factories import line_orders as make
from tests.factories import orders as purchases
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing=None, **more):
    kwargs = {"key": thing.pk} if thing is not None else more
    return reverse(f"line_orders:{name}", kwargs=kwargs)


def body(answer):
    return answer.content.decode()


@pytest.fixture
def line(cast):
    return make.line(cast.ana, phone=False)


class TestLineOrders(RoomViewTests):
    """Cole sees his department's; who has the line does not see what ITMD asks."""

    list_name = "line_orders:orders"
    detail_name = "line_orders:order"
    seen_by = {"ida": {"water", "library"}, "cole": {"water"}, "ana": set(), "rex": set()}

    def things(self, cast, at):
        return {
            "water": make.asked(make.line(cast.ana, phone=False), at),
            "library": make.asked(make.line(cast.rex, phone=False), at),
        }


class TestCarriers(RoomViewTests):
    list_name = "line_orders:carriers"
    detail_name = "line_orders:carrier"
    seen_by = {"ida": {"one"}, "cole": set(), "ana": set(), "rex": set()}

    def things(self, cast, at):
        return {"one": make.access(at)}


def test_a_line_is_changed_by_its_buttons(logged_in, line, cast, at):
    ida = logged_in(cast.ida)
    here = reverse("inventory:line", kwargs={"key": line.pk})
    page = body(ida.get(here))
    for name in ("suspend", "swap", "plan", "cancel"):
        assert f'href="{to(name, line)}"' in page, name
    assert f'href="{to("restore", line)}"' not in page
    answer = ida.post(to("suspend", line), {"reason": "Seasonal", "note": "Until April"})
    order = LineOrder.objects.get()
    assert answer.url == to("order", order)
    shown = body(ida.get(answer.url))
    for text in ("Until April", "With the carrier", "Please suspend the line", "Seasonal"):
        assert text in shown, text
    assert "Get the carrier&#x27;s word: Suspend" in body(ida.get(reverse("waiting:mine")))
    early = ida.post(to("confirm", order), {"reference": "", "done_at": "", "restores_on": ""})
    assert early.status_code == 422
    ida.post(to("confirm", order), {"reference": "LW-5", "restores_on": "2099-01-01"})
    assert make.status(line) == "active"
    assert "no day on which" in body(
        ida.post(to("confirm", order), {"reference": "LW-5", "restores_on": "2099-01-01"})
    )
    ida.post(to("confirm", order), {"reference": "LW-5"})
    assert make.status(line) == "suspended"
    page = body(ida.get(here))
    assert f'href="{to("restore", line)}"' in page
    assert "Seasonal" in page
    again = ida.post(to("suspend", line), {"reason": "Seasonal"})
    assert (again.status_code, "The line is suspended." in body(again)) == (409, True)


def test_a_sim_and_a_plan_are_chosen(logged_in, line, cast, at):
    ida = logged_in(cast.ida)
    fresh = things.SimFactory()
    bad = ida.post(to("swap", line), {"sim": "12", "reason": "Broken"})
    assert "The ICCID has 2 digits" in body(bad)
    ida.post(to("swap", line), {"sim": fresh.iccid, "reason": "Broken"})
    order = LineOrder.objects.get()
    assert (order.kind, order.sim) == ("swap_sim", fresh)
    ida.post(to("confirm", order), {"reference": "LW-1"})
    assert Sim.objects.get(id=fresh.id).line == line
    plan = purchases.plan(purchases.contract(at), at, "Pooled", 2000)
    assert "Pooled" in body(ida.get(to("plan", line)))
    ida.post(to("plan", line), {"plan": plan.pk, "reason": "It uses little"})
    ida.post(to("refuse", LineOrder.objects.get(kind="change_plan")), {"answer": "Not sold"})
    assert "Refused by the carrier" in body(ida.get(to("orders"), {"state": "all"}))
    assert "Refused: Change the plan" in body(ida.get(reverse("waiting:mine")))


def test_how_a_carrier_is_reached_is_entered_changed_and_removed(logged_in, cast, at):
    ida = logged_in(cast.ida)
    new = to("carrier-new", adapter="manual")
    ida.post(new, {"carrier": things.CARRIER, "contact": "rep@carrier.example"})
    access = CarrierAccess.objects.get()
    assert "rep@carrier.example" in body(ida.get(to("carrier", access)))
    twice = ida.post(new, {"carrier": things.CARRIER.upper()})
    assert (twice.status_code, "There is an access" in body(twice)) == (409, True)
    ida.post(to("carrier-change", access), {"carrier": "Other", "restores_after_days": "90"})
    access.refresh_from_db()
    assert (access.carrier, access.contact, access.restores_after_days) == ("Other", "", 90)
    ida.post(to("carrier-remove", access))
    assert not CarrierAccess.objects.exists()
    assert ida.get(to("carrier-new", adapter="telepathy")).status_code == 404


def test_nobody_but_itmd_changes_lines_or_carriers(logged_in, line, cast, at):
    order = make.asked(line, at)
    refused = {403, 404, 405}
    for person in (cast.ana, cast.sue, cast.cole, cast.rex):
        client = logged_in(person)
        for url in (to("cancel", line), to("confirm", order), to("carriers"), to("read", line)):
            assert client.get(url).status_code in {403, 404}
            assert client.post(url, {"reason": "x", "reference": "x"}).status_code in refused
    order.refresh_from_db()
    assert order.state == "sent"
    assert LineOrder.objects.count() == 1


def test_a_carrier_of_people_is_not_asked_by_a_machine(logged_in, line, cast, at):
    make.access(at)
    answer = logged_in(cast.ida).post(to("read", line))
    assert "Only the people of" in body(answer)
