"""Back, sanitised by one, verified by another, and gone by the City's procedure alone."""

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from quartermaster.inventory.models import Device
from quartermaster.lifecycle.models import Return, Sanitisation, SurplusLot
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories import destruction
from tests.factories.inventory import AccessoryFactory, DeviceFactory


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-2", "C-3")
def test_from_the_holders_hand_to_the_auction(enter, cast, axe):
    ben = destruction.second_person(cast)
    phone = DeviceFactory(holder=cast.ana, platform="android", asset_tag="CITY-9")
    AccessoryFactory(department=cast.water, asset_tag="KIT-9")
    page = enter(cast.ana)
    page.goto(f"/devices/{phone.pk}/return/")
    put(page, reason="not_needed")
    press(page, "Ask for it back")
    row = Return.objects.get()
    expect(page.get_by_role("link", name="Receive it")).to_have_count(0)

    page = enter(cast.ida)
    page.goto(f"/returns/{row.pk}/receive/")
    put(page, condition="good")
    press(page, "Receive it")
    alerted(page, "Not settled yet")

    page = enter(cast.ana)
    page.goto("/waiting/")
    page.get_by_role("link", name="State that nothing is left").first.click()
    follow(page, "Nothing is left on it")
    put(page, confirmed=True)
    press(page, "I state this")
    assert axe(page) == []

    page = enter(cast.ida)
    page.goto("/waiting/")
    page.get_by_role("link", name="Receive: CITY-9 from Ana Reyes").click()
    while page.locator("main a:has-text('Settle')").count():
        page.locator("main a:has-text('Settle')").first.click()
        put(page, state="done")
        press(page, "Keep the answer")
    follow(page, "Receive it")
    put(page, condition="worn")
    press(page, "Receive it")
    expect(page.get_by_text("It was received, and the receipt was sent.")).to_be_visible()

    page.goto("/sanitisations/waiting/")
    assert axe(page) == []
    page.goto(f"/devices/{phone.pk}/sanitise/")
    put(page, technique="reset", tool="Factory reset", tool_version="15", next_place="surplus")
    press(page, "Record it")
    record = Sanitisation.objects.get()
    expect(page.get_by_role("link", name="Verify it")).to_have_count(0)
    page.goto("/surplus/new/")
    put(page, title="Phones of 2022")
    press(page, "Begin it")
    lot = SurplusLot.objects.get()
    page.goto(f"/surplus/{lot.pk}/add/")
    expect(page.locator("main [name=device] option")).to_have_count(1)  # nothing is verified yet

    page = enter(ben)
    page.goto("/waiting/")
    page.get_by_role("link", name="Verify").first.click()
    page.wait_for_url("**/verify/")
    put(page, passed="yes", how="It starts with the assistant")
    press(page, "Keep the result")
    record.refresh_from_db()
    assert record.holds

    page = enter(cast.ida)
    page.goto(f"/surplus/{lot.pk}/add/")
    put(page, device=str(phone.pk))
    press(page, "Put it in")
    follow(page, "Put an accessory in")
    page.locator("main [name=accessory]").select_option(index=1)
    press(page, "Put it in")
    assert axe(page) == []
    page.goto(f"/surplus/{lot.pk}/approve/")
    press(page, "Approve it")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")
    page = enter(ben)
    page.goto("/waiting/")
    page.get_by_role("link", name=f"Approve: {lot.number}").click()
    follow(page, "Approve it")
    press(page, "Approve it")
    follow(page, "Enter what was done")
    lot.refresh_from_db()
    day = localdate(lot.opened_at).isoformat()
    put(page, way="auctioned", document="SO-1", disposed_on=day, proceeds="64.51")
    press(page, "They are gone")
    expect(page.get_by_text("$64.51").first).to_be_visible()
    with page.expect_download():
        follow(page, "Certificate (PDF)")
    assert Device.objects.get().status == "retired"

    page = enter(cast.cole)
    refused(page, "/surplus/", "You may not do this")
