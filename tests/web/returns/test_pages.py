"""The pages of returns, sanitisation, lots and write-offs, as the people who use them."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils.timezone import localdate

from quartermaster.kernel.clock import now
from quartermaster.lifecycle.models import DisposalLine, Return, Sanitisation, SurplusLot, WriteOff
from tests.factories import destruction, losses
from tests.factories import inventory as make
from tests.factories import returns as back
from tests.web.samples_returns import evidence, sanitisation
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db


def to(name, thing):
    return reverse(name, kwargs={"key": thing.pk})


def body(answer):
    return answer.content.decode()


class TestReturns(RoomViewTests):
    list_name = "returns:returns"
    detail_name = "returns:return"
    seen_by = {
        "ana": {"own"},
        "cole": {"own"},
        "sue": {"own"},
        "ida": {"own", "other"},
        "rex": {"other"},
    }

    def things(self, cast, at):
        ida = cast.acting(cast.ida)
        return {
            "own": back.asked(make.DeviceFactory(holder=cast.ana), ida, at),
            "other": back.asked(make.DeviceFactory(holder=cast.rex), ida, at),
        }


class TestLots(RoomViewTests):
    list_name = "surplus:lots"
    detail_name = "surplus:lot"
    seen_by = {"ana": set(), "cole": set(), "sue": set(), "rex": set(), "ida": {"lot"}}

    def things(self, cast, at):
        return {"lot": back.lot(cast.acting(cast.ida), at)}


@pytest.mark.clause("C-2", "C-3")
def test_a_phone_comes_back_is_sanitised_and_leaves_by_a_lot(logged_in, cast, at):
    ben = destruction.second_person(cast)
    phone = make.DeviceFactory(holder=cast.ana, platform="android")
    ana, ida = logged_in(cast.ana), logged_in(cast.ida)
    ana.post(to("returns:open", phone), {"reason": "not_needed"})
    row = Return.objects.get()
    assert "Nothing is left on it" in body(ana.get(to("returns:return", row)))
    assert ida.get(to("returns:state", row)).status_code == 403
    assert ana.post(to("returns:state", row), {}).status_code == 422
    ana.post(to("returns:state", row), {"confirmed": "on"})
    assert ana.get(to("returns:receive", row)).status_code == 403
    early = ida.post(to("returns:receive", row), {"condition": "good"})
    assert (early.status_code, "Not settled yet" in body(early)) == (409, True)
    ida.post(to("returns:answer", row.items.get(code="charger")), {"state": "missing"})
    ida.post(to("returns:receive", row), {"condition": "good"})
    receipt = ana.get(to("returns:receipt", row))
    assert receipt.content.startswith(b"%PDF")
    said = {"technique": "reset", "tool": "Android", "tool_version": "15", "next_place": "surplus"}
    ida.post(to("returns:sanitise", phone), said)
    record = Sanitisation.objects.get()
    own = ida.post(to("returns:verify", record), {"passed": "yes", "how": "Looked"})
    assert (own.status_code, "Somebody else" in body(own)) == (403, True)
    second = logged_in(ben)
    second.post(to("returns:verify", record), {"passed": "yes", "how": "Looked"})
    assert second.get(to("returns:certificate", record)).content.startswith(b"%PDF")
    ida = logged_in(cast.ida)
    ida.post(reverse("surplus:new"), {"title": "Phones of 2022"})
    lot = SurplusLot.objects.get()
    ida.post(to("surplus:add", lot), {"device": str(phone.pk)})
    assert ida.post(to("surplus:approve", lot), {}).status_code == 403
    logged_in(ben).post(to("surplus:approve", lot), {})
    ida = logged_in(cast.ida)
    gone = {
        "way": "auctioned",
        "document": "SO-7",
        "disposed_on": localdate(now() - timedelta(hours=30)).isoformat(),
        "proceeds": "41.50",
    }
    SurplusLot.objects.update(opened_at=now() - timedelta(days=3))
    assert ida.post(to("surplus:dispose", lot), {**gone, "proceeds": "x"}).status_code == 422
    ida.post(to("surplus:dispose", lot), gone)
    phone.refresh_from_db()
    assert (phone.status, DisposalLine.objects.get().proceeds_cents) == ("retired", 41_50)
    assert "$41.50" in body(ida.get(to("surplus:lot", lot)))
    assert ida.get(to("surplus:certificate", lot)).content.startswith(b"%PDF")


@pytest.mark.clause("C-3", "G-11")
def test_a_write_off_takes_a_second_person(logged_in, cast, at):
    ben = destruction.second_person(cast)
    loss = losses.reported(losses.phone(cast.ana, at), cast.acting(cast.ana), at)
    ida = logged_in(cast.ida)
    assert to("surplus:write-off", loss) in body(ida.get(to("losses:loss", loss)))
    ida.post(to("surplus:write-off", loss), {"reason": "Gone for a month"})
    row = WriteOff.objects.get()
    own = ida.post(to("surplus:decide", row), {"agree": "yes", "decision": "Yes"})
    assert own.status_code == 403
    logged_in(ben).post(to("surplus:decide", row), {"agree": "yes", "decision": "Agreed"})
    loss.refresh_from_db()
    assert loss.state == "written_off"


@pytest.mark.clause("C-3")
def test_no_department_has_a_page_to_let_anything_go(logged_in, cast, at):
    lot = back.lot(cast.acting(cast.ida), at, make.HotspotFactory(department=cast.water))
    device = make.DeviceFactory(department=cast.water)
    for who in (cast.ana, cast.sue, cast.cole, cast.rex):
        client = logged_in(who)
        for name in ("lots", "new", "write-offs"):
            assert client.get(reverse(f"surplus:{name}")).status_code == 403
        for name in ("lot", "add", "approve", "dispose", "cancel", "reopen", "certificate"):
            assert client.post(to(f"surplus:{name}", lot), {}).status_code in {403, 405}
        assert client.post(to("surplus:mistake", device), {"reason": "x"}).status_code == 403
    device.refresh_from_db()
    lot.refresh_from_db()
    assert (device.status, lot.state) == ("in_stock", "collecting")


def test_a_mistake_is_corrected_on_its_page(logged_in, cast, at):
    device = make.DeviceFactory(department=cast.water)
    ida = logged_in(cast.ida)
    ida.post(to("surplus:mistake", device), {"reason": "Entered twice"})
    device.refresh_from_db()
    assert device.status == "retired"


@pytest.mark.clause("C-3")
def test_the_evidence_of_a_sanitisation_is_saved_and_never_shown(logged_in, cast, at):
    key = evidence(cast, at)
    address = reverse("returns:evidence", kwargs=key)
    ida = logged_in(cast.ida)
    assert address in body(ida.get(reverse("returns:sanitisation", kwargs={"key": key["key"]})))
    answer = ida.get(address)
    assert (answer.content, answer["Content-Type"]) == (b"erased", "application/octet-stream")
    assert answer["Content-Disposition"].startswith("attachment;")
    other = sanitisation(cast, at)["key"]
    mixed = reverse("returns:evidence", kwargs={**key, "key": other})
    assert ida.get(mixed).status_code == 404
    assert logged_in(cast.cole).get(address).status_code == 403
    assert logged_in(cast.rex).get(address).status_code == 403
