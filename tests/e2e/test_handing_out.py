"""The walk from the shelf to the signature, by those who take each step, on a desk and a phone."""

import re

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from quartermaster.inventory.models import Accessory, Device
from quartermaster.lifecycle.models import Handover
from tests.e2e.conftest import NARROW
from tests.factories import handovers as make
from tests.factories import policy, recoveries
from tests.factories.inventory import AccessoryFactory, DeviceFactory


@pytest.fixture
def tablet(cast):
    return DeviceFactory(department=cast.itmd, asset_tag="CITY-1", platform="android")


def enter_anew(context, enter, person):
    """Somebody else sits down at the browser."""
    context.clear_cookies()
    return enter(person)


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("S-2")
def test_made_ready_refused_until_acknowledged_and_signed_in_part(
    context, enter, cast, tablet, axe
):
    policy.adopted()
    AccessoryFactory(department=cast.itmd, asset_tag="KIT-1")
    page = enter(cast.ida)
    page.goto("/hand-outs/new/")
    page.get_by_label("For", exact=True).fill("1001")
    page.get_by_label("Things").fill("city-1; scratch on the back\nkit-1")
    page.get_by_role("button", name="Make ready").click()
    expect(page.get_by_role("heading", level=2, name="Not yet")).to_be_visible()
    assert axe(page) == []

    page = enter_anew(context, enter, cast.ana)
    page.goto("/")
    page.get_by_role("link", name=re.compile("Ready for you to sign for")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sign for what you get")
    page.get_by_text("I have read this, and agree").click()
    page.get_by_label("Your name").fill("Ana Reyes")
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_role("alert")).to_contain_text("has not acknowledged")
    assert Device.objects.get().holder is None

    page.get_by_role("link", name="Read and acknowledge the policy").click()
    page.locator("form .usa-checkbox__label").first.click()
    page.locator("form.usa-form button[type=submit], main form button[type=submit]").last.click()
    page.goto(f"/hand-outs/{Handover.objects.get().pk}/sign/")
    kit = page.locator("section", has_text="KIT-1")
    kit.get_by_text("I do not take it").click()
    kit.get_by_role("textbox").fill("The cable is missing")
    page.get_by_text("I have read this, and agree").click()
    page.get_by_label("Your name").fill("ana reyes")
    assert axe(page) == []
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_text("Partly handed out")).to_be_visible()
    assert (Device.objects.get().holder, Accessory.objects.get().holder) == (cast.ana, None)
    with page.expect_download() as download:
        page.get_by_role("link", name="Receipt (PDF)").click()
    assert download.value.suggested_filename.startswith("receipt-H-")


@pytest.mark.django_db(transaction=True)
def test_drawn_with_a_finger_at_the_desk(browser, live_server, enter, context, cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    Handover.objects.filter(id=made.id).update(expires_at="2099-01-01T00:00:00Z")
    page = enter(cast.ida)
    page.set_viewport_size(NARROW)
    page.goto(f"/hand-outs/{made.pk}/desk/")
    page.get_by_text("I draw", exact=True).click()
    expect(page.get_by_label("Your name")).to_be_hidden()
    pad = page.locator("[data-sign-pad]")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + 20 * step, box["y"] + (20 if step % 2 else 70))
    page.mouse.up()
    page.get_by_text("I have read this, and agree").click()
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_role("alert")).to_contain_text("Identification that you saw")
    page.get_by_label("Identification that you saw").fill("City identity card")
    pad.scroll_into_view_if_needed()
    box = pad.bounding_box()
    page.mouse.move(box["x"] + 20, box["y"] + 60)
    page.mouse.down()
    for step in range(1, 12):
        page.mouse.move(box["x"] + 20 + 20 * step, box["y"] + (20 if step % 2 else 70))
    page.mouse.up()
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_text("Drawn signature")).to_be_visible()
    made.refresh_from_db()
    assert (made.state, made.method, made.attested_by) == ("signed", "drawn", cast.ida)


@pytest.mark.django_db(transaction=True)
def test_nobody_else_is_let_to_the_page_that_is_signed_on(context, enter, cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    page = enter(cast.rex)
    page.goto(f"/hand-outs/{made.pk}/sign/")
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    page = enter_anew(context, enter, cast.sue)
    page.goto(f"/hand-outs/{made.pk}/sign/")
    expect(page.get_by_role("heading", level=1)).to_have_text("You may not do this")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("S-2", "C-4")
def test_nothing_goes_out_that_is_not_enrolled_nor_to_who_has_left(context, enter, cast):
    policy.adopted()
    DeviceFactory(department=cast.itmd, asset_tag="CITY-2", platform="ios")
    page = enter(cast.ida)
    page.goto("/hand-outs/new/")
    page.get_by_label("For", exact=True).fill("1001")
    page.get_by_label("Things").fill("city-2")
    page.get_by_role("button", name="Make ready").click()
    expect(page.get_by_text("It is not enrolled yet")).to_be_visible()
    made = Handover.objects.get()
    page = enter_anew(context, enter, cast.ana)
    page.goto(f"/hand-outs/{made.pk}/sign/")
    page.get_by_text("I have read this, and agree").click()
    page.get_by_label("Your name").fill("Ana Reyes")
    page.get_by_role("button", name="Sign").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Device.objects.get().holder is None

    recoveries.separated(cast.rex, timezone.localdate())
    page = enter_anew(context, enter, cast.ida)
    page.goto("/hand-outs/new/")
    page.get_by_label("For", exact=True).fill(cast.rex.number)
    page.get_by_label("Things").fill("city-2")
    page.get_by_role("button", name="Make ready").click()
    expect(page.get_by_role("alert")).to_be_visible()
    assert Handover.objects.count() == 1
