"""Custody: the life of a thing as a picture, a count with its differences, labels, a denial."""

import pytest
from playwright.sync_api import expect

from quartermaster.inventory.actions import assign, confirmations, counts, unassign
from quartermaster.inventory.models import StockCount
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import Denial
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories.inventory import DeviceFactory, HotspotFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-3")
def test_the_life_of_a_hot_spot_as_a_picture_on_paper_and_for_nobody_else(enter, cast, axe):
    thing = HotspotFactory(department=cast.water, asset_tag="MIFI-1")
    house = {"actor": cast.acting(cast.ida), "at": now()}
    assign(device_id=thing.id, holder_id=cast.ana.id, **house)
    unassign(device_id=thing.id, **{**house, "at": now()})
    page = enter(cast.ida)
    page.goto(f"/custody/devices/{thing.pk}/")
    expect(page.locator("main svg").first).to_be_visible()
    table = page.get_by_role("table").first
    expect(table).to_contain_text("Ana Reyes")
    assert axe(page) == []
    paper = page.context.request.get(f"/custody/devices/{thing.pk}/paper/")
    assert (paper.status, paper.body()[:5]) == (200, b"%PDF-")
    page.goto("/custody/labels/")
    put(page, tags="MIFI-1, NOT-OURS")
    press(page, "Make the sheets")
    alerted(page, "need")
    put(page, tags="MIFI-1", start="7")
    assert axe(page) == []
    with page.expect_response("**/custody/labels/") as sheets:
        page.get_by_role("button", name="Make the sheets").click()
    assert (sheets.value.status, sheets.value.headers["content-type"]) == (200, "application/pdf")
    page = page.context.new_page()
    page.goto("/t/MIFI-1/")  # where the code on the label leads
    expect(page.get_by_role("heading", level=1)).to_contain_text("MIFI-1")
    page = enter(cast.rex)
    page.goto("/t/MIFI-1/")
    expect(page.get_by_role("heading", level=1)).to_have_text("City property")
    refused(page, "/custody/labels/", "You may not do this")
    refused(page, f"/custody/devices/{thing.pk}/")
    refused(page, "/custody/counts/", "You may not do this")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-3", "G-11")
def test_a_coordinator_counts_and_explains_and_itmd_moves(enter, cast, axe):
    on_shelf, _ = (
        DeviceFactory(department=cast.water, asset_tag=f"CITY-{n}", platform="android")
        for n in (1, 2)
    )
    page = enter(cast.cole)
    page.goto("/custody/counts/new/")
    page.locator("main [name=department]").select_option(label="Water Works")
    put(page, place="Shelf 1")
    press(page, "Open")
    count = StockCount.objects.get()
    field = page.locator("main input[name=code]")
    for code in (on_shelf.asset_tag, "CHARGER 7"):
        field.fill(code)
        field.press("Enter")
        expect(page.get_by_text(code).first).to_be_visible()
    page.goto(f"/custody/counts/{count.pk}/close/")
    press(page, "End the scanning")
    expect(page.get_by_text("CITY-2").first).to_be_visible()
    assert axe(page) == []
    page.goto(f"/custody/counts/{count.pk}/sign/")
    press(page, "Sign off")
    alerted(page, "not resolved yet")
    for entry in count.entries.filter(seen__in=["missing", "unknown"]):
        page.goto(f"/custody/counts/lines/{entry.pk}/")
        put(page, resolution="explained")
        press(page, "Resolve")
        expect(page.get_by_text("Say what explains it.").first).to_be_visible()
        put(page, resolution="explained", reason="It is in the van")
        press(page, "Resolve")
    page.goto(f"/custody/counts/{count.pk}/sign/")
    press(page, "Sign off")
    count.refresh_from_db()
    assert count.state == "signed"


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-3")
def test_what_a_count_finds_elsewhere_is_moved_by_itmd_alone(enter, cast, axe):
    device = DeviceFactory(holder=cast.ana, platform="android", asset_tag="CITY-8")
    shelf = counts.open_count(
        department_id=cast.water.id, place="Shelf 2", actor=cast.acting(cast.cole), at=now()
    )
    page = enter(cast.cole)
    page.goto(f"/custody/counts/{shelf.pk}/scan/")
    page.locator("main input[name=code]").fill("city-8")
    page.locator("main input[name=code]").press("Enter")
    expect(page.get_by_text("CITY-8").first).to_be_visible()
    page.goto(f"/custody/counts/{shelf.pk}/close/")
    press(page, "End the scanning")
    entry = shelf.entries.get(device=device)
    page.goto(f"/custody/counts/lines/{entry.pk}/")
    put(page, resolution="moved")
    press(page, "Resolve")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    page = enter(cast.ida)
    page.goto(f"/custody/counts/{shelf.pk}/")
    page.locator(f"main a[href='/custody/counts/lines/{entry.pk}/']").click()
    expect(page.get_by_text("On record: ")).to_be_visible()
    assert axe(page) == []
    put(page, resolution="moved")
    press(page, "Resolve")
    device.refresh_from_db()
    assert (device.status, device.holder, device.department) == ("in_stock", None, cast.water)
    page.goto(f"/custody/devices/{device.pk}/")
    expect(page.get_by_text(f"Count of {shelf}").first).to_be_visible()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-3", "G-11")
def test_who_does_not_have_it_says_so_and_the_coordinator_clears_it_up(enter, cast, axe):
    device = DeviceFactory(holder=cast.ana, platform="android", asset_tag="CITY-7")
    confirmations.ask_holders(device_ids=[device.id], actor=cast.acting(cast.ida), at=now())
    page = enter(cast.ana)
    page.goto("/waiting/")
    page.get_by_role("link", name="Answer: Do you have").click()
    press(page, "Answer")
    alerted(page, "need")
    put(page, said="not", note="I gave it to Rex")
    assert axe(page) == []
    press(page, "Answer")
    outbox.deliver_due(now())
    denial = Denial.objects.get()
    page = enter(cast.rex)
    refused(page, f"/denials/{denial.pk}/")
    page = enter(cast.cole)
    page.goto("/waiting/")
    page.get_by_role("link", name="Find out: Where is CITY-7?").click()
    assert axe(page) == []
    follow(page, "They have it after all")
    put(page, reason="It lay in her drawer")
    press(page, "They have it")
    expect(page.get_by_text("It lay in her drawer")).to_be_visible()
