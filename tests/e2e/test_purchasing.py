"""The walk from the authorised request to the shelf, and leaving with one's own device."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from quartermaster.billing.models import Order
from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import Request, RequestItem
from tests.factories import mdm
from tests.factories import orders as make
from tests.factories.inventory import PersonalDeviceFactory, imei


@pytest.fixture
def asked(cast):
    """A phone that was authorised for Ana and is not in stock."""
    at = now()
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


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-12")
def test_ordered_approved_sent_and_received_by_scanning(context, enter, cast, asked, axe, settings):
    contract = make.contract(now())
    make.phone(contract, now())
    page = enter(cast.ida)
    page.goto(f"/contracts/{contract.pk}/order/")
    page.get_by_label(re.compile("Smartphone for Ana Reyes")).select_option(index=1)
    page.get_by_role("button", name="Draft the order").click()
    expect(page.get_by_text("$499.00").first).to_be_visible()
    settings.ORDER_LIMIT_CENTS = 100
    page.get_by_role("link", name="Approve").click()
    page.get_by_role("button", name="Approve").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    settings.ORDER_LIMIT_CENTS = 100_000
    order = Order.objects.get()
    page.goto(f"/orders/{order.pk}/approve/")
    page.get_by_role("button", name="Approve").click()
    page.get_by_role("link", name="Send to the vendor").click()
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name=re.compile("^Receive")).click()
    page.get_by_label("Pieces").fill(f"F2LAAA1 {imei(1)}\nF2LAAA1")
    page.get_by_role("button", name="Check first").click()
    expect(page.get_by_text("It stands in row 1 already.")).to_be_visible()
    assert axe(page) == []
    page.get_by_role("button", name="Take into stock").click()
    expect(page.get_by_role("alert")).to_contain_text("Row 2")
    page.get_by_text("What is wrong goes back to the vendor").click()
    page.get_by_role("button", name="Take into stock").click()
    expect(page.get_by_text("1 taken into stock. 1 went back to the vendor.")).to_be_visible()
    assert Device.objects.get().serial == "F2LAAA1"
    assert axe(page) == []
    context.clear_cookies()
    page = enter(cast.rex)
    page.goto(f"/orders/{order.pk}/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-2")
def test_an_owner_reads_what_the_city_can_do_and_leaves(context, enter, cast, axe):
    own = PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN-1")
    mdm.EnrolmentFactory(device=own)
    page = enter(cast.rex)
    page.goto(f"/personal-devices/{own.pk}/leave/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    context.clear_cookies()
    page = enter(cast.ana)
    page.goto("/my-devices/")
    page.get_by_role("link", name="What the City can see and do on it").click()
    cannot = page.locator(
        "section", has=page.get_by_role("heading", name="The City cannot", exact=True)
    )
    expect(cannot).to_contain_text("Erase everything")
    assert axe(page) == []
    page.get_by_role("link", name="Leave with it").click()
    page.get_by_role("button", name="Leave").click()
    expect(page.get_by_text("OWN-1 left")).to_be_visible()
    own.refresh_from_db()
    assert own.status == "retired"
