"""Pages of records: saving with and without a script, the receipt, files, what lies on devices."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.records.models import Announcement, Record, RecordItem
from quartermaster.web.cards import cards_for
from tests.factories.inventory import DeviceFactory, HotspotFactory
from tests.factories.records import PNG, announced, custodian, held, saved
from tests.web.suites import RoomViewTests

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-5")]


def to(name, thing=None):
    return reverse(f"records:{name}", kwargs={"key": thing.pk} if thing else {})


def text(answer):
    return answer.content.decode()


def picture(name="Screenshot 1.png", content=PNG):
    return SimpleUploadedFile(name, content, "image/png")


def form(**more):
    return {
        "key": str(uuid4()),
        "about": "The main at Third Street",
        "with_whom": "Pipe Works",
        "happened_on": "2026-11-20",
        "source": "message",
        "account": "",
        "device": "",
        "note": "",
        "message": "",
        "residue": "gone",
        **more,
    }


@pytest.fixture
def ana(logged_in, cast):
    return logged_in(cast.ana)


@pytest.fixture
def paul(logged_in, cast):
    return logged_in(custodian(cast))


class TestRecords(RoomViewTests):
    list_name = "records:records"
    detail_name = "records:record"
    seen_by = {"ana": {"hers"}, "cole": set(), "sue": set(), "ida": set(), "rex": {"his"}}

    def things(self, cast, at):
        return {"hers": saved(cast.acting(cast.ana), at), "his": saved(cast.acting(cast.rex), at)}


class TestLying(RoomViewTests):
    list_name = "records:lying"
    detail_name = "records:announced"
    seen_by = {
        "ana": {"hers"},
        "cole": set(),
        "sue": set(),
        "ida": {"hers", "his"},
        "rex": {"his"},
    }

    def things(self, cast, at):
        return {"hers": announced(cast, at), "his": announced(cast, at, cast.rex)}


def test_without_a_script_several_files_are_saved_and_receipted(ana, cast):
    given = form(chosen=[picture(), picture("Screenshot 2.png")], camera=picture("IMG_1.png"))
    page = text(ana.get(to("save")))
    assert 'capture="environment"' in page
    assert "multiple" in page
    answer = ana.post(to("save"), given)
    record = Record.objects.get()
    assert answer.url == to("record", record)
    names = list(record.items.values_list("name", flat=True))
    assert names == ["Screenshot 1.png", "Screenshot 2.png", "IMG_1.png"]
    shown = text(ana.get(answer.url))
    assert "R-2026-000001" in shown
    assert "Nothing is left on the device" in shown
    del given["camera"]
    again = ana.post(to("save"), {**given, "chosen": [picture()]})
    assert again.url == answer.url  # the button pressed twice
    assert Record.objects.count() == 1


def test_what_is_wrong_is_said_and_nothing_is_saved(ana):
    answer = ana.post(to("save"), form(about="", residue=""))
    assert set(answer.context["form"].errors) == {"about", "residue"}
    nothing = ana.post(to("save"), form())
    assert "Choose 1 to" in text(nothing)
    program = ana.post(to("save"), form(chosen=[picture("x.png", b"MZ" + b"\x00" * 40)]))
    assert program.status_code == 422
    assert "programs are not records" in text(program)
    stranger = ana.post(to("save"), form(chosen=[picture()], device=str(uuid4())))
    assert stranger.status_code == 422
    assert not Record.objects.exists()


@pytest.mark.clause("G-2")
def test_under_a_hold_the_page_asks_nobody_to_delete(ana, cast, at):
    held(cast, at)
    page = text(ana.get(to("save")))
    assert "delete nothing on your devices" in page
    assert 'value="gone"' not in page
    ana.post(to("save"), form(chosen=[picture()], residue="held"))
    assert Record.objects.get().residue == "held"


def test_a_picture_is_shown_and_everything_else_only_given(ana, paul, logged_in, cast, at):
    record = saved(cast.acting(cast.ana), at, PNG, b"%PDF-1.7 a letter")
    first, second = record.items.order_by("position")
    shown = ana.get(to("item", first) + "?show")
    assert b"".join(shown.streaming_content) == PNG
    assert shown["Content-Type"] == "image/png"
    assert shown["Content-Disposition"].startswith("inline")
    assert "sandbox" in shown["Content-Security-Policy"]
    given = paul.get(to("item", second) + "?show")
    assert given["Content-Type"] == "application/octet-stream"
    assert given["Content-Disposition"].startswith("attachment")
    assert given["X-Content-Type-Options"] == "nosniff"
    for name in ("sue", "ida", "rex"):
        assert logged_in(getattr(cast, name)).get(to("item", first)).status_code == 404


def test_the_custodian_searches_all_by_words(paul, cast, at):
    saved(cast.acting(cast.ana), at, note="The pump stations were flooded")
    saved(cast.acting(cast.rex), at, about="Library steps")
    found = paul.get(to("records"), {"q": "flooding"}).context["table"]
    assert [row.record.author for row in found.page.object_list] == [cast.ana]


@pytest.mark.clause("C-2")
def test_announced_then_saved_from_its_page(ana, cast, at):
    device = DeviceFactory(holder=cast.ana)
    answer = ana.post(
        to("announce"), {"about": "Voicemail", "source": "voice", "device": str(device.pk)}
    )
    row = Announcement.objects.get()
    page = text(ana.get(answer.url))
    save = f"{to('save')}?announced={row.pk}"
    assert save in page
    start = ana.get(save).context["form"].initial
    assert (start["about"], start["device"]) == ("Voicemail", str(device.pk))
    ana.post(to("save"), form(announced=str(row.pk), chosen=[picture()]))
    row.refresh_from_db()
    assert (row.state, row.record.device) == ("transferred", device)
    assert row.record.number in text(ana.get(answer.url))


@pytest.mark.clause("C-2", "C-4")
def test_itmd_announces_what_is_on_a_lost_device_and_its_page_shows_it(logged_in, rf, cast, at):
    device = DeviceFactory(holder=cast.ana, department=cast.water)
    ida = logged_in(cast.ida)
    page = reverse("inventory:device", kwargs={"key": device.pk})
    address = to("announce-for", device)
    assert address in text(ida.get(page))
    given = {"about": "Pictures of the pump", "source": "photo", "origin": "loss"}
    for name in ("ana", "cole", "sue", "rex"):
        assert logged_in(getattr(cast, name)).post(address, given).status_code in {403, 404}
    ida.post(address, given)
    row = Announcement.objects.get()
    assert (row.person, row.device, row.origin) == (cast.ana, device, "loss")
    assert row.announced_by == cast.ida
    assert "Pictures of the pump" in text(ida.get(page))
    assert "Pictures of the pump" in text(logged_in(cast.ana).get(page))
    assert "Pictures of the pump" not in text(logged_in(cast.sue).get(page))


@pytest.mark.clause("C-2")
def test_what_does_not_come_is_explained(ana, logged_in, cast, at):
    row = announced(cast, at)
    given = {"how": "give up", "reason": "The phone fell into the river"}
    assert logged_in(cast.rex).post(to("end", row), given).status_code == 404
    ana.post(to("end", row), given)
    row.refresh_from_db()
    assert (row.state, row.reason) == ("lost", given["reason"])


@pytest.mark.clause("C-2")
def test_what_was_on_the_device_is_said_to_be_gone(ana, cast, at):
    ana.post(to("save"), form(chosen=[picture()], residue="stays", residue_by="2026-12-20"))
    record = Record.objects.get()
    assert to("gone", record) in text(ana.get(to("record", record)))
    ana.post(to("gone", record))
    record.refresh_from_db()
    assert record.residue == "gone"


def test_the_queue_takes_file_by_file_and_then_makes_the_record_once(ana, logged_in, cast):
    who = ana.get(to("queue")).json()
    assert (who["person"], len(who["csrf"]) > 20) == (str(cast.ana.pk), True)
    keys = [str(uuid4()) for _ in range(3)]
    for key in (*keys, keys[1]):
        answer = ana.post(to("queue-items"), {"key": key, "file": picture()})
        assert answer.status_code == 201
    given = form(item=keys)
    first = ana.post(to("queue"), given)
    assert first.status_code == 201
    assert ana.post(to("queue"), given).json() == first.json()
    record = Record.objects.get()
    assert (record.items.count(), RecordItem.objects.count()) == (3, 3)
    assert first.json() == {"number": record.number, "address": to("record", record)}


def test_the_queue_says_what_is_wrong_in_words_a_script_can_show(ana, logged_in, cast):
    bad = ana.post(to("queue-items"), {"key": "x", "file": picture()})
    assert (bad.status_code, bad.json()["code"]) == (422, "invalid-input")
    program = ana.post(
        to("queue-items"), {"key": str(uuid4()), "file": picture("a", b"\x7fELF....")}
    )
    assert (program.status_code, program.json()["code"]) == (422, "record-not-taken")
    missing = ana.post(to("queue"), form(about="", item=[str(uuid4())]))
    assert missing.json()["fields"] == {"about": ["This field is required."]}
    unknown = ana.post(to("queue"), form(item=[str(uuid4())]))
    assert (unknown.status_code, unknown.json()["code"]) == (409, "conflict")
    assert ana.post(to("queue"), form(item=["x"])).status_code == 422


def test_the_worker_is_a_script_that_knows_nobody(client, ana):
    answer = client.get(to("worker"))
    assert answer["Content-Type"] == "text/javascript; charset=utf-8"
    assert answer["Cache-Control"] == "no-cache"
    assert text(answer) == text(ana.get(to("worker")))
    assert "sendAll" in text(answer)
    assert ana.get(to("share")).url == to("save")


def test_cards_say_what_waits(rf, cast, at):
    announced(cast, at)

    def cards(person, when):
        request = rf.get("/")
        request.actor, request.at = cast.acting(person), when
        return {item.title: item.figure for item in cards_for(request)}

    assert cards(cast.ana, at)["Records to save"] == 1
    assert "Records still on devices" not in cards(cast.ida, at)
    later = at.replace(month=12)
    assert cards(cast.ida, later)["Records still on devices"] == 1
    assert "Records still on devices" not in cards(cast.ana, later)


def test_a_page_asks_for_three_things_and_knows_the_rest(ana, cast, at):
    spot = HotspotFactory(holder=cast.ana, department=cast.water)
    phone = DeviceFactory(holder=cast.ana, department=cast.water, asset_tag="ZZ-PHONE")
    saved(cast.acting(cast.ana), at, with_whom="Kim Banks of Pipe Works")
    saved(cast.acting(cast.rex), at, with_whom="Somebody of Rex")
    answer = ana.get(to("save"))
    asked = {one.name for one in answer.context["form"].asked if one.field.required}
    empty = {name for name in asked if not answer.context["form"][name].value()}
    assert empty == {"about", "with_whom", "residue"}
    page = text(answer)
    assert page.count("<option value=") >= 1
    assert '<option value="Kim Banks of Pipe Works">' in page
    assert "Somebody of Rex" not in page
    assert "on ZZ-PHONE. Change this" in page  # messages lie on a telephone, not on a hot-spot
    assert page.index(f'value="{phone.id}"') < page.index(f'value="{spot.id}"')
    assert '<details class="house-rest" id="records-rest">' in page
    wrong = text(ana.post(to("save"), form(happened_on="soon")))
    assert '<details class="house-rest" id="records-rest" open>' in wrong


def test_records_stand_newest_first(ana, cast, at):
    first = saved(cast.acting(cast.ana), at - timedelta(days=2))
    last = saved(cast.acting(cast.ana), at)
    page = text(ana.get(to("records")))
    assert page.index(last.number) < page.index(first.number)
