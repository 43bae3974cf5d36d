"""Loss and damage, by the employee, the help desk, two people at ITMD; and what is refused."""

import pytest
from django.utils.timezone import localdate
from playwright.sync_api import expect

from quartermaster.inventory.models import Photograph
from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import Loss, Replacement, Return, WriteOff
from tests.e2e.steps import alerted, follow, press, put, refused
from tests.factories import destruction, losses
from tests.factories import requests as stock
from tests.factories.pictures import heic


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-11")
def test_a_lost_phone_from_the_report_to_the_write_off(enter, cast, axe):
    at = now()
    ben = destruction.second_person(cast)
    destruction.account(cast.ida)
    phone = losses.phone(cast.ana, at)
    stock.phone_in_stock("5G", "camera", department=cast.water, asset_tag="SPARE-1")

    page = enter(cast.ana)
    page.goto("/losses/report/")
    follow(page, phone.asset_tag)
    press(page, "Report it")
    alerted(page, "need putting right")
    put(
        page,
        kind="lost",
        happened_at=f"{localdate(at)}T00:01",
        place="Bus line 7",
        story="I left it on the seat.",
        records_pending=True,
    )
    assert axe(page) == []
    press(page, "Report it")
    expect(page.get_by_text("The report was received. ITMD was told.")).to_be_visible()
    case = page.url
    expect(page.get_by_role("link", name="Ask to erase it")).to_have_count(0)
    follow(page, "Say your side")
    put(page, reason="The bus braked, and it fell.")
    press(page, "Keep my answer")

    page = enter(cast.rex)
    refused(page, case)

    page = enter(cast.ida)
    page.goto("/waiting/")
    page.get_by_role("link", name=f"Decide on the erasure: {phone.asset_tag}").click()
    follow(page, "Ask to erase it")
    press(page, "Ask a second person")
    alerted(page, "need")
    put(page, reason="Not on the bus, nor at the depot")
    press(page, "Ask a second person")
    follow(page, "Choose a replacement")
    expect(page.get_by_text("SPARE-1")).to_be_visible()
    put(page, device=str(stock.DeviceFactory._meta.model.objects.get(asset_tag="SPARE-1").pk))
    press(page, "Choose it")
    alerted(page, "It lacks eSIM")
    put(page, reason="The SIM is a card")
    press(page, "Choose it")
    follow(page, "Decide on responsibility")
    put(page, responsibility="none", reason="It can happen to anybody")
    press(page, "Decide")
    expect(page.get_by_text("Nobody is to blame")).to_be_visible()
    assert axe(page) == []
    assert Replacement.objects.get().device.asset_tag == "SPARE-1"

    loss = Loss.objects.get()
    loss.refresh_from_db()
    assert loss.state == "erasing"
    page = enter(ben)
    page.goto("/waiting/")
    expect(page.get_by_text("Approve or refuse")).to_be_visible()

    page = enter(cast.ana)
    page.goto(case)
    follow(page, "It is found")
    put(page, where="At the lost property office")
    press(page, "It is found")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Found")
    phone.refresh_from_db()
    assert (phone.status, phone.holder) == ("assigned", cast.ana)
    assert not WriteOff.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-11", "C-3")
def test_what_two_people_write_off_and_one_cannot(enter, cast):
    at = now()
    ben = destruction.second_person(cast)
    phone = losses.phone(cast.ana, at)
    loss = losses.reported(phone, cast.acting(cast.ana), at, "stolen")
    page = enter(cast.ida)
    page.goto(f"/losses/{loss.pk}/write-off/")
    put(page, reason="Not found in two weeks")
    press(page)
    alerted(page, "police report")
    page.goto(f"/losses/{loss.pk}/police/")
    put(page, number="MPD-26-1", reported_on=f"{localdate(at)}")
    press(page, "Keep the number")
    page.goto(f"/losses/{loss.pk}/write-off/")
    put(page, reason="Not found in two weeks")
    press(page)
    row = WriteOff.objects.get()
    page.goto(f"/write-offs/{row.pk}/decide/")
    put(page, agree="yes", decision="Agreed")
    press(page)
    expect(page.get_by_text("Somebody else than who asked").first).to_be_visible()
    page = enter(ben)
    page.goto("/waiting/")
    page.get_by_role("link", name="Agree or refuse").first.click()
    page.wait_for_url("**/decide/")
    put(page, agree="yes", decision="Agreed")
    press(page)
    row.refresh_from_db()
    phone.refresh_from_db()
    assert (row.state, row.decided_by, phone.status) == ("approved", ben, "retired")


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-11")
def test_a_damage_with_its_photograph_is_beyond_repair_and_comes_back(enter, cast, axe):
    phone = losses.phone(cast.ana, now())
    page = enter(cast.sue)  # her supervisor, from any browser
    page.goto(f"/devices/{phone.pk}/report/")
    put(page, kind="damaged", happened_at=f"{localdate()}T00:01", place="Yard", story="Run over.")
    press(page, "Report it")
    case = page.url
    follow(page, "Add a photograph")
    put(page, image={"name": "a.txt", "mimeType": "image/heic", "buffer": b"no picture"})
    press(page, "Add")
    alerted(page, "no photograph")
    put(page, image={"name": "a.heic", "mimeType": "image/heic", "buffer": heic()}, note="Screen")
    press(page, "Add")
    expect(page.get_by_role("img", name="Damaged").first).to_be_visible()
    assert axe(page) == []
    assert Photograph.objects.get().cause_kind == "lifecycle.loss"

    page = enter(cast.ida)
    page.goto(case)
    follow(page, "It is beyond repair")
    put(page, reason="The board is broken")
    press(page)
    expect(page.get_by_role("heading", level=1)).to_contain_text("Beyond repair")
    assert Return.objects.get().reason == "beyond_repair"
    page = enter(cast.ana)
    page.goto("/waiting/")
    expect(page.get_by_role("link", name="State that nothing is left").first).to_be_visible()
