"""A separation, from the last day to the last thing, or to the City Attorney."""

import io
import re
import zipfile

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.actions import returns
from quartermaster.lifecycle.models import Recovery, RecoveryItem
from quartermaster.lifecycle.rules.returns import HOLDERS, Condition, ItemState
from quartermaster.records.models import Announcement
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories import recoveries
from tests.factories import returns as back
from tests.factories.inventory import AccessoryFactory, DeviceFactory


def _come_by_post(phone, itmd):
    """It comes back without its holder, who states nothing any longer."""
    row = back.asked(phone, itmd, now())
    for item in row.items.all():
        state = ItemState.WAIVED if item.code in HOLDERS else ItemState.DONE
        state = ItemState.MISSING if item.accessory_id else state
        returns.answer_item(item=item, state=state, note="She has left", actor=itmd, at=now())
    returns.receive_return(row=row, condition=Condition.GOOD, actor=itmd, at=now())


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-4", "C-2")
def test_what_a_leaver_has_is_asked_for_demanded_and_settled(enter, cast, axe):
    ian = recoveries.second_administrator(cast)
    phone = DeviceFactory(holder=cast.ana, platform="android", asset_tag="CITY-5")
    AccessoryFactory(holder=cast.ana, asset_tag="KIT-5")
    page = enter(cast.cole)
    refused(page, f"/people/{cast.ana.pk}/separate/", "You may not do this")

    page = enter(cast.ida)
    page.goto(f"/people/{cast.ana.pk}/separate/")
    put(page, on=timezone.localdate().isoformat())
    press(page, "Separate")
    outbox.deliver_due(now())
    case = Recovery.objects.get()
    page.goto("/recoveries/")
    assert axe(page) == []
    follow(page, "Ana Reyes")
    expect(page.get_by_text("CITY-5").first).to_be_visible()
    expect(page.get_by_text("KIT-5").first).to_be_visible()
    address = page.url
    follow(page, "Close")
    put(page, reason="It is enough")
    press(page)
    alerted(page, "Still owed")
    case.refresh_from_db()
    assert case.closed_at is None

    page.goto(address)
    follow(page, "Add a charge")
    today = timezone.localdate().isoformat()
    put(page, title="Data abroad", amount="12.50", from_on=today, until_on=today)
    press(page)
    expect(page.get_by_text("$12.50").first).to_be_visible()
    follow(page, "Write a letter")
    put(page, reason="12 Lake Street")
    press(page)
    assert case.letters.count() == 1
    expect(page.get_by_role("heading", level=1)).to_contain_text("Ana Reyes")
    assert axe(page) == []

    page.goto(address)
    page.locator("main a", has_text="Confirm").first.click()
    put(page, reason="Cole copied it")
    press(page)
    assert Announcement.objects.get().state == "transferred"

    _come_by_post(phone, cast.acting(cast.ida))
    outbox.deliver_due(now())
    kit = RecoveryItem.objects.get(kind="accessory")
    page.goto(f"/recoveries/things/{kit.pk}/let-go/")
    put(page, reason="A cable for two dollars")
    press(page)
    page.goto(f"/recoveries/things/{kit.pk}/let-go/agree/")
    press(page)
    expect(page.get_by_text("another person must").first).to_be_visible()
    page = enter(ian)
    page.goto("/waiting/")
    page.get_by_role("link", name="Agree or keep due").first.click()
    page.wait_for_url("**/agree/")
    press(page)
    kit.refresh_from_db()
    assert (kit.state, kit.agreed_by) == ("let_go", ian)
    page = enter(cast.rex)
    page.goto(address)
    expect(page.get_by_text("Data abroad")).to_have_count(0)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("C-4")
def test_what_is_kept_all_the_same_is_handed_to_the_city_attorney(enter, cast, axe):
    recoveries.demanded(cast, now())
    recoveries.charged(cast.ana, now(), cast)
    case = Recovery.objects.get()
    page = enter(cast.cole)
    refused(page, f"/recoveries/{case.pk}/hand-over/", "You may not do this")

    page = enter(cast.ida)
    page.goto(f"/recoveries/{case.pk}/")
    follow(page, "Hand to the City Attorney")
    press(page, "Hand over")
    alerted(page, "need")
    assert axe(page) == []
    put(page, reason="Three letters were not answered")
    press(page, "Hand over")
    expect(page.get_by_text("The package was made.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("^Package")).click()
    package = zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes()))
    assert {"summary.txt", "things.csv", "charges.csv"} <= set(package.namelist())
    assert b"$42.50" in package.read("charges.csv")
    page.goto(f"/recoveries/{case.pk}/close/")
    put(page, reason="It is enough")
    press(page)
    alerted(page, "Still owed")
    case.refresh_from_db()
    assert (case.state, case.closed_at) == ("with_attorney", None)
