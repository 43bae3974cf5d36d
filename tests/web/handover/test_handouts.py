"""Hand-outs in the browser's terms: made ready, described, signed, refused, called off."""

import base64
import re
from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.inventory.models import Accessory, Device
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries.handovers import shown_digest
from tests.factories import handovers as make
from tests.factories import policy
from tests.factories.inventory import (
    AccessoryFactory,
    DeviceFactory,
    DeviceModelFactory,
    LineFactory,
    SimFactory,
)
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, row=None):
    return reverse(f"handover:{name}", kwargs={"key": row.pk} if row else {})


def body(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def tablet(cast):
    return DeviceFactory(department=cast.itmd, asset_tag="CITY-1", platform="android")


class TestHandouts(RoomViewTests):
    list_name = "handover:handouts"
    detail_name = "handover:handout"
    seen_by = {
        "ana": {"ana"},
        "cole": {"ana"},
        "sue": {"ana"},
        "ida": {"ana", "rex"},
        "rex": {"rex"},
    }

    def things(self, cast, at):
        return {
            "ana": make.prepared(cast.ana, at, DeviceFactory(department=cast.itmd)),
            "rex": make.prepared(cast.rex, at, AccessoryFactory(department=cast.itmd)),
        }


@pytest.mark.clause("S-2")
def test_the_walk_from_the_shelf_to_the_signature(logged_in, cast, at, tablet):
    SimFactory(device=tablet, line=LineFactory(number="+14142863800", department=cast.itmd))
    ida, ana = logged_in(cast.ida), logged_in(cast.ana)
    given = {"holder": "1001", "things": "city-1; scratch on the back", "note": "New route"}
    answer = ida.post(to("new"), given)
    made = Handover.objects.get()
    assert answer.url == to("handout", made)
    page = body(ida.get(to("handout", made)))
    assert "scratch on the back" in page
    assert "(414) 286-3800" in page
    assert made.number in body(ana.get("/")) or "Ready for you to sign for" in body(ana.get("/"))
    sheet = ana.get(to("sign", made))
    assert "CITY-1" in body(sheet)
    item = made.items.get()
    data = {
        "shown": sheet.context["form"].initial["shown"],
        f"take_{item.pk}": "yes",
        "method": "typed",
        "typed_name": "Ana Reyes",
    }
    refused = ana.post(to("sign", made), data)
    assert (refused.status_code, "consent" in refused.context["form"].errors) == (422, True)
    assert ana.post(to("sign", made), {**data, "consent": "on"}).url == to("handout", made)
    tablet.refresh_from_db()
    assert tablet.holder == cast.ana
    receipt = ana.get(to("receipt", made))
    assert (receipt["Content-Type"], receipt.content[:5]) == ("application/pdf", b"%PDF-")
    for page in (
        reverse("inventory:device", kwargs={"key": tablet.pk}),
        reverse("org:person", kwargs={"key": cast.ana.pk}),
    ):
        assert to("receipt", made) in body(ida.get(page))
    assert ida.get(to("cancel", made)).status_code == 200
    assert ida.post(to("cancel", made), {"reason": "Late"}).status_code == 409


def test_who_has_not_read_the_policy_is_led_there(logged_in, cast, at, tablet):
    policy.adopted()
    made = make.prepared(cast.ana, at, tablet)
    ana = logged_in(cast.ana)
    page = body(ana.get(to("sign", made)))
    assert "has not acknowledged the policy in force" in page
    assert reverse("policy:acknowledge") in page
    data = {
        "shown": shown_digest(made),
        f"take_{made.items.get().pk}": "yes",
        "method": "typed",
        "typed_name": "Ana Reyes",
        "consent": "on",
    }
    answer = ana.post(to("sign", made), data)
    assert answer.status_code == 409
    assert "has not acknowledged" in body(answer)


def test_a_single_thing_is_refused_and_the_other_drawn_for(logged_in, cast, at, tablet):
    kit = AccessoryFactory(department=cast.itmd)
    made = make.prepared(cast.ana, at, tablet, kit)
    items = {item.thing: item for item in made.items.all()}
    ana = logged_in(cast.ana)
    picture = base64.b64encode(make.drawing()).decode()
    data = {
        "shown": shown_digest(made),
        f"take_{items[tablet].pk}": "yes",
        f"take_{items[kit].pk}": "no",
        f"why_{items[kit].pk}": "The cable is missing",
        "method": "drawn",
        "drawing": f"data:image/png;base64,{picture}",
        "consent": "on",
    }
    for drawing in ("", "data:image/png;base64,AAAA", "data:image/svg+xml,<svg/>", "x" * 299_999):
        assert ana.post(to("sign", made), {**data, "drawing": drawing}).status_code == 422
    assert ana.post(to("sign", made), data).status_code == 302
    made.refresh_from_db()
    assert (made.state, made.method) == ("partly", "drawn")
    page = body(ana.get(to("handout", made)))
    assert "The cable is missing" in page
    assert (Accessory.objects.get().holder, Device.objects.get().holder) == (None, cast.ana)


def test_at_the_desk_itmd_names_what_it_saw(logged_in, cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    ida = logged_in(cast.ida)
    assert "s identification, then let them read" in body(ida.get(to("desk", made)))
    data = {
        "shown": shown_digest(made),
        f"take_{made.items.get().pk}": "yes",
        "method": "typed",
        "typed_name": "Ana Reyes",
        "consent": "on",
    }
    assert ida.post(to("desk", made), data).status_code == 422
    assert ida.post(to("desk", made), {**data, "identification": "City card"}).status_code == 302
    assert "Identification seen by" in body(ida.get(to("handout", made)))


def test_only_the_holder_opens_the_page_to_sign(logged_in, cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    for person, status in ((cast.sue, 403), (cast.cole, 403), (cast.ida, 403), (cast.rex, 404)):
        assert logged_in(person).get(to("sign", made)).status_code == status
    assert logged_in(cast.ana).get(to("desk", made)).status_code == 403


def test_the_exception_is_made_on_its_page_and_stands_in_the_list(logged_in, cast, at):
    phone = DeviceFactory(department=cast.itmd, asset_tag="CITY-2")
    made = make.prepared(cast.ana, at, phone)
    ida = logged_in(cast.ida)
    page = body(ida.get(to("handout", made)))
    assert "It is not enrolled yet." in page
    assert reverse("mdm:invite", kwargs={"key": phone.pk}) in page
    item = made.items.get()
    until = (ida.get("/").wsgi_request.at + timedelta(days=5)).date()
    answer = ida.post(to("waive", item), {"until": until, "reason": "The line comes tomorrow"})
    assert answer.url == to("handout", made)
    assert "The line comes tomorrow" in body(ida.get(to("handout", made)))
    make.signed(made, ida.get("/").wsgi_request.at)
    assert "CITY-2" in body(ida.get(to("awaited")))
    assert "To be enrolled" in body(ida.get("/"))


def test_the_condition_is_described_and_the_whole_called_off(logged_in, cast, at, tablet):
    made = make.prepared(cast.ana, at, tablet)
    ida, item = logged_in(cast.ida), made.items.get()
    ida.post(to("describe", item), {"condition": "worn", "note": "Small dent"})
    assert "Small dent" in body(ida.get(to("handout", made)))
    assert ida.post(to("cancel", made), {"reason": "Not needed"}).url == to("handout", made)
    page = body(ida.get(to("handout", made)))
    assert "Called off" in page
    assert "Not needed" in page
    assert ida.get(to("receipt", made)).status_code == 404


def test_from_the_page_of_a_thing(logged_in, cast, tablet):
    kit = AccessoryFactory(department=cast.itmd, asset_tag="A-1")
    ida = logged_in(cast.ida)
    page = body(ida.get(reverse("inventory:device", kwargs={"key": tablet.pk})))
    assert to("device", tablet) in page
    ida.post(to("device", tablet), {"holder": "1001", "things": "A-1"})
    made = Handover.objects.get()
    assert {item.thing for item in made.items.all()} == {tablet, kit}
    again = ida.post(to("accessory", kit), {"holder": "1003"})
    assert "made ready for somebody" in body(again)
    assert ida.post(to("new"), {"holder": "1001", "things": "nothing"}).status_code == 422


@pytest.mark.clause("C-3")
def test_what_was_out_before_is_entered_as_found(logged_in, cast, tablet):
    kit = AccessoryFactory(department=cast.itmd)
    ida = logged_in(cast.ida)
    data = {"holder": "1001", "reason": "In the former list"}
    assert ida.post(to("device-found", tablet), {"holder": "1001"}).status_code == 422
    ida.post(to("device-found", tablet), data)
    ida.post(to("accessory-found", kit), data)
    assert (Accessory.objects.get().holder, Device.objects.get().holder) == (cast.ana, cast.ana)
    model = DeviceModelFactory()
    new = {"ownership": "city", "model": model.pk, "holder": "1001", "serial": "NEW1"}
    address = reverse("inventory:device-new")
    assert ida.post(address, new).status_code == 422
    ida.post(address, {**new, "reason": "Seen on her desk"})
    assert Device.objects.get(serial="NEW1").holder == cast.ana
