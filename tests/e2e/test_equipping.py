"""A second device, an excluded department, one's own device, the pool when it is overdue, lines."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import expect

from quartermaster.billing.models import Order
from quartermaster.inventory.models import Device, Line
from quartermaster.kernel.clock import now
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.models import Handover, Loan, Request, SecondDevice
from quartermaster.mdm.models import Invitation
from quartermaster.org.models import Department
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories import handovers, loans, mdm
from tests.factories import orders as buy
from tests.factories import requests as make
from tests.factories.inventory import LineFactory, SimFactory, iccid, imei, phone_number

DAY = timedelta(days=1)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-8")
def test_a_second_phone_takes_an_authorisation_on_record(enter, cast, axe):
    make.cellular(cast.ana)
    spare = make.phone_in_stock("GPS", department=cast.water, platform="android")
    SimFactory(device=spare, line=LineFactory(department=cast.water))
    request = make.recommended(cast, now())

    page = enter(cast.ana)
    page.goto("/requests/ask/")
    expect(page.get_by_text("A second cellular device takes an authorisation")).to_be_visible()
    refused(page, "/second-devices/authorise/", "You may not do this")

    page = enter(cast.ida)
    page.goto(f"/requests/{request.pk}/authorise/")
    press(page, "Authorise")
    alerted(page, "would hold a second cellular device")
    assert axe(page) == []
    put(
        page,
        second_tethering="The plan does not allow it",
        second_loan="Needed every day",
        second_reason="On call for two plants",
        second_until=(timezone.localdate() + 90 * DAY).isoformat(),
    )
    press(page, "Authorise")
    expect(page.get_by_text("It was authorised.")).to_be_visible()
    assert SecondDevice.objects.get().person == cast.ana
    ready = handovers.prepared(cast.ana, now(), spare)
    page = enter(cast.ana)
    page.goto("/waiting/")
    page.get_by_role("link", name="Sign for").first.click()
    follow(page, "Sign")
    page.get_by_text("I have read this, and agree").click()
    page.get_by_label("Your name").fill("Ana Reyes")
    press(page, "Sign")
    ready.refresh_from_db()
    assert ready.state == "signed"
    assert Handover.objects.count() == 1


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("S-3")
def test_an_excluded_department_orders_nothing_and_reads_why(enter, cast, axe):
    Department.objects.filter(id=cast.library.id).update(
        coverage="excluded", exclusion_reason="It has contracts of its own"
    )
    page = enter(cast.rex)
    page.goto("/requests/ask/")
    expect(page.get_by_text("It has contracts of its own").first).to_be_visible()
    assert axe(page) == []
    expect(page.get_by_text("Nothing. The policy recommends items 1 to 6")).to_be_visible()
    adoption = reverse("requirements:adoption", args=[cast.library.pk])
    refused(page, adoption, "You may not do this")
    page = enter(cast.ida)
    page.goto(adoption)
    put(page, clauses="G-3", decided_on="2026-11-02", decided_by="1005")
    press(page, "Show what would change")
    assert axe(page) == []
    press(page, "Apply as shown")
    page = enter(cast.rex)
    page.goto("/requests/ask/")
    expect(page.get_by_text("By decision of November 2, 2026")).to_be_visible()
    page = enter(cast.ida)
    page.goto("/requests/ask/?for=1005")
    put(page, need="Loans of books by phone.", wanted_from=timezone.localdate().isoformat())
    page.get_by_label("What", exact=True).select_option(label="Smartphone")
    put(page, person="1005")
    press(page, "Ask for it")
    expect(page.get_by_text("It has contracts of its own").first).to_be_visible()
    assert not Request.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-2", "G-1", "S-2")
def test_ones_own_device_comes_in_with_consent_alone_and_leaves(enter, cast, axe):
    page = enter(cast.ana)
    page.goto("/my-devices/add/")
    expect(page.get_by_text("The City keeps no serial number")).to_be_visible()
    page.locator("main .usa-radio__label").first.click()
    press(page, "Register")
    own = Device.objects.get()
    assert (own.ownership, own.holder, own.serial) == ("personal", cast.ana, "")
    expect(page.get_by_text("can be a public record").first).to_be_visible()
    assert axe(page) == []
    press(page, "Make the link")
    alerted(page, "need")
    put(page, consent=True)
    press(page, "Make the link")
    expect(page.get_by_text("It works once, until")).to_be_visible()
    link = page.get_by_label("Link", exact=True).input_value()
    assert Invitation.objects.get().consented_at is not None
    page.goto(urlsplit(link).path)  # on any device, without a log-in
    expect(page.get_by_role("heading", name="What the City will not see")).to_be_visible()
    assert axe(page) == []
    expect(page.get_by_role("link", name="Get the profile")).to_be_visible()
    page.goto(f"/personal-devices/{own.pk}/")
    expect(page.get_by_role("heading", name="The City cannot", exact=True)).to_be_visible()
    page = enter(cast.cole)
    refused(page, f"/personal-devices/{own.pk}/")
    mdm.EnrolmentFactory(device=own)
    page = enter(cast.ana)
    page.goto("/my-devices/")
    page.get_by_role("link", name="What the City can see and do on it").first.click()
    follow(page, "Leave with it")
    press(page, "Leave")
    own.refresh_from_db()
    assert own.status == "retired"


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-8")
def test_a_hot_spot_that_is_not_brought_back_loses_its_line(enter, cast, axe):
    at = now()
    pooled = loans.hotspot(cast, at)
    loan = loans.lent(cast, at, first=0, last=0)
    page = enter(cast.sue)
    page.goto("/pool/reserve/")
    today = timezone.localdate()
    put(page, starts_on=today.isoformat(), ends_on=today.isoformat(), purpose="A parade.")
    press(page, "Reserve")
    alerted(page, "No hot-spot is free")
    assert Loan.objects.count() == 1  # nobody has it twice
    schedule.take_steps(at + 2 * DAY)
    schedule.take_steps(at + 6 * DAY)
    loan.refresh_from_db()
    line = Line.objects.get(sims__device=pooled.device)
    assert (loan.state, loan.suspended_line) == ("overdue", line)  # asked of its carrier
    page = enter(cast.ana)
    page.goto("/waiting/")
    expect(page.get_by_role("link", name="Bring back: Mi-Fi 1").first).to_be_visible()
    page = enter(cast.ida)
    page.goto("/waiting/")
    page.get_by_role("link", name="Have it brought back").first.click()
    assert axe(page) == []
    follow(page, "Take back")
    page.get_by_text("Good", exact=True).click()
    press(page, "Take it back")
    alerted(page, "factory settings")
    for label in page.locator("main .usa-checkbox__label").all():
        label.click()
    press(page, "Take it back")
    loan.refresh_from_db()
    assert loan.state == "returned"


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-12", "G-2")
def test_an_ordered_line_stands_on_the_list_that_invoices_are_held_against(enter, cast, axe):
    at = now()
    contract = buy.contract(at)
    plan = buy.plan(contract, at)
    item = buy.phone(contract, at)
    request = make.authorised(cast, at)
    page = enter(cast.ida)
    page.goto(f"/contracts/{contract.pk}/order/")
    one = request.items.get()
    page.locator(f"main select[name$='{one.pk}']").first.select_option(str(item.pk))
    page.locator(f"main select[name$='{one.pk}']").last.select_option(str(plan.pk))
    press(page, "Draft the order")
    order = Order.objects.get()
    page.goto(f"/orders/{order.pk}/approve/")
    press(page, "Approve")
    page.goto(f"/orders/{order.pk}/send/")
    press(page, "Send")
    page.goto(f"/orders/lines/{order.lines.get().pk}/receive/")
    page.get_by_label("Pieces").fill(f"{imei(1)}\n{imei(1)}")
    press(page, "Take into stock")
    alerted(page, "Row 2")
    page.get_by_label("Pieces").fill(f"{imei(1)} {iccid(1)} {phone_number(77)}")
    press(page, "Take into stock")
    expect(page.get_by_text("1 taken into stock.")).to_be_visible()
    page.goto("/ordered-lines/")
    table = page.get_by_role("table")
    expect(table).to_contain_text("$39.99")
    expect(table).to_contain_text(order.number)
    assert axe(page) == []
    page = enter(cast.ana)
    refused(page, "/ordered-lines/", "You may not do this")
