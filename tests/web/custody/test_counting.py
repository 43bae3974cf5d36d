"""Counting, confirming and photographing on their pages."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.inventory.actions import confirmations
from quartermaster.inventory.models import Confirmation, Photograph, StockCount
from tests.factories import inventory as make
from tests.factories.pictures import jpeg


def to(name, thing=None):
    return reverse(f"custody:{name}", kwargs={"key": thing.pk} if thing else None)


@pytest.mark.clause("C-3")
def test_a_coordinator_counts_a_shelf(logged_in, cast):
    make.DeviceFactory(department=cast.water, asset_tag="W-1")
    make.DeviceFactory(department=cast.water, asset_tag="W-2")
    cole = logged_in(cast.cole)
    assert "Public Library" not in cole.get(to("count-new")).content.decode()
    begun = cole.post(to("count-new"), {"department": cast.water.pk, "place": "Shelf 2"})
    count = StockCount.objects.get()
    assert begun.url == to("count-scan", count)
    page = cole.post(to("count-scan", count), {"code": "W-1"})
    assert "W-1: found." in page.content.decode()
    assert "camera=(self)" in page["Permissions-Policy"]
    assert (
        "nothing has this code"
        in cole.post(to("count-scan", count), {"code": "X-1"}).content.decode()
    )
    assert cole.post(to("count-scan", count), {"code": ""}).status_code == 422
    assert cole.post(to("count-close", count)).url == to("count", count)
    assert cole.get(to("count-scan", count)).url == to("count", count)
    assert "camera=()" in cole.get(to("count", count))["Permissions-Policy"]
    for entry in count.entries.exclude(seen="found"):
        answer = cole.post(
            to("count-resolve", entry), {"resolution": "explained", "reason": "At the fair."}
        )
        assert answer.url == to("count", count)
    assert cole.post(to("count-sign", count)).status_code == 302
    shown = cole.get(to("count", count)).content.decode()
    assert "Signed off" in shown
    assert "At the fair." in shown
    assert "Water Works" in cole.get(to("counts")).content.decode()


def test_a_count_that_was_begun_by_mistake(logged_in, cast):
    ida = logged_in(cast.ida)
    ida.post(to("count-new"), {"department": cast.water.pk})
    count = StockCount.objects.get()
    assert ida.post(to("count-cancel", count)).status_code == 302
    assert ida.post(to("count-close", count)).status_code == 409


@pytest.mark.clause("C-3")
def test_holders_are_asked_and_answer(logged_in, cast, at):
    phone = make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    make.DeviceFactory(holder=cast.sue, confirmed_at=at)
    cole = logged_in(cast.cole)
    given = {"department": cast.water.pk, "since": "2026-11-01"}
    assert cole.post(to("confirm-ask"), given).url == to("confirmations")
    row = Confirmation.objects.get()
    assert row.device == phone
    ana = logged_in(cast.ana)
    assert "tag T-1" in ana.get(to("confirmation", row)).content.decode()
    assert (
        ana.post(to("confirmation", row), {"said": "damaged", "note": "Cracked"}).status_code == 302
    )
    assert ana.post(to("confirmation", row), {"said": "have"}).status_code == 409
    assert "Cracked" in cole.get(to("confirmations")).content.decode()
    life = cole.get(to("device", phone)).content.decode()
    assert "I have it, and it is damaged" in life
    assert logged_in(cast.rex).get(to("confirmation", row)).status_code == 404


def test_nobody_sees_what_others_were_asked(logged_in, cast, at):
    phone = make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    confirmations.ask_holders(device_ids=[phone.id], actor=cast.acting(cast.ida), at=at)
    assert "T-1" not in logged_in(cast.rex).get(to("confirmations")).content.decode()


@pytest.mark.clause("G-11")
def test_the_holder_photographs_the_damage(logged_in, cast):
    phone = make.DeviceFactory(holder=cast.ana, asset_tag="T-1")
    ana = logged_in(cast.ana)
    file = SimpleUploadedFile("x.jpg", jpeg(exif=True), content_type="image/jpeg")
    answer = ana.post(
        to("photograph-add", phone), {"image": file, "occasion": "damaged", "note": "Cracked"}
    )
    assert answer.url == reverse("inventory:device", kwargs={"key": phone.pk})
    kept = Photograph.objects.get()
    page = ana.get(answer.url).content.decode()
    assert f'src="{to("thumbnail", kept)}"' in page
    for name in ("photograph", "thumbnail"):
        shown = ana.get(to(name, kept))
        assert (shown["Content-Type"], shown.content[:3]) == ("image/jpeg", b"\xff\xd8\xff")
        assert logged_in(cast.rex).get(to(name, kept)).status_code == 404
    assert "Photograph: damaged" in ana.get(to("device", phone)).content.decode()


def test_what_is_no_photograph_is_said_at_its_field(logged_in, cast):
    phone = make.DeviceFactory(holder=cast.ana)
    file = SimpleUploadedFile("x.jpg", b"<svg/>", content_type="image/jpeg")
    answer = logged_in(cast.ida).post(
        to("photograph-add", phone), {"image": file, "occasion": "other"}
    )
    assert answer.status_code == 422
    assert "no photograph that can be read" in answer.content.decode()
