"""Photographs of the condition at a hand-out, a return and a damage; what waits for each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.inventory.models import Photograph
from tests.factories import destruction, handovers, losses
from tests.factories import inventory as make
from tests.factories import returns as back
from tests.factories.pictures import heic, jpeg

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(name, kwargs={"key": thing.pk})


def file(content=None):
    return SimpleUploadedFile("photo.jpg", content or jpeg(), content_type="image/jpeg")


def body(answer):
    return answer.content.decode()


@pytest.mark.clause("C-3", "G-11")
def test_who_signs_sees_the_condition_in_which_it_goes_out(logged_in, cast, at):
    device = make.DeviceFactory(department=cast.water, platform="android")
    made = handovers.prepared(cast.ana, at, device)
    page = to("handover:photograph", made.items.get())
    ida, ana = logged_in(cast.ida), logged_in(cast.ana)
    assert ana.post(page, {"image": file()}).status_code == 403
    assert logged_in(cast.rex).post(page, {"image": file()}).status_code == 404
    assert ida.post(page, {"image": file(b"GIF89a")}).status_code == 422
    ida.post(page, {"image": file(heic()), "note": "As new"})
    kept = Photograph.objects.get()
    assert (kept.occasion, kept.cause_kind, kept.cause_id) == ("handed_out", "handover", made.id)
    assert kept.note in body(ana.get(to("handover:handout", made)))
    assert ana.get(to("custody:photograph", kept)).status_code == 200
    assert logged_in(cast.rex).get(to("custody:photograph", kept)).status_code == 404


@pytest.mark.clause("C-3")
def test_at_a_return(logged_in, cast, at):
    row = back.asked(make.DeviceFactory(holder=cast.ana), cast.acting(cast.ida), at)
    for who in (cast.ana, cast.ida):
        colour = "red" if who is cast.ana else "blue"
        picture = file(jpeg(colour=colour))
        logged_in(who).post(to("returns:photograph", row), {"image": picture, "note": colour})
    assert {p.occasion for p in Photograph.objects.filter(cause_id=row.id)} == {"returned"}
    page = body(logged_in(cast.sue).get(to("returns:return", row)))
    assert all(note in page for note in ("red", "blue"))
    assert logged_in(cast.rex).post(to("returns:photograph", row), {}).status_code == 404


@pytest.mark.clause("G-11")
def test_of_a_damage_and_of_no_loss(logged_in, cast, at):
    ana = logged_in(cast.ana)
    lost = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    broken = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at, "damaged")
    assert ana.post(to("losses:photograph", lost), {"image": file()}).status_code == 404
    assert "Add a photograph" not in body(ana.get(to("losses:loss", lost)))
    ana.post(to("losses:photograph", broken), {"image": file(), "note": "The screen"})
    assert "The screen" in body(logged_in(cast.ida).get(to("losses:loss", broken)))


@pytest.mark.clause("S-2", "C-3", "G-11")
def test_each_step_waits_for_whom_it_is(logged_in, cast, at):
    ben = destruction.second_person(cast)
    device = make.DeviceFactory(department=cast.water, platform="android")
    handovers.prepared(cast.ana, at, device)
    used = back.used_and_back(cast.sue, cast, at)
    row = back.asked(losses.phone(cast.ana, at), cast.acting(cast.ida), at)
    broken = losses.reported(losses.phone(cast.sue, at), cast.acting(cast.sue), at, "damaged")
    hotspot = make.HotspotFactory(department=cast.water)
    lot = back.lot(cast.acting(ben), at, hotspot)

    def waiting(person):
        return body(logged_in(person).get(reverse("waiting:mine")))

    own = waiting(cast.ana)
    assert f"Sign for: Smartphone ({device.asset_tag})" in own
    assert f"State that nothing is left, and bring it: {row.device}" in own
    assert f"Say your side, if you wish: {broken.device.asset_tag}" in waiting(cast.sue)
    itmd = waiting(cast.ida)
    for title in (
        f"Sanitise: {used}",
        f"Look at the damage: {broken.device.asset_tag}",
        f"Approve: {lot.number}",
    ):
        assert title in itmd
    assert f"Approve: {lot.number}" not in waiting(ben)
    assert f"Sanitise: {used}" not in waiting(cast.cole)
    assert "Sign for" not in waiting(cast.rex)
