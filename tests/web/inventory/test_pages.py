"""What the pages of equipment say and do."""

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from quartermaster.inventory import actions
from quartermaster.inventory.models import (
    IDENTIFIERS,
    Accessory,
    Device,
    DeviceModel,
    Line,
    Sim,
)
from quartermaster.inventory.rules.privacy import NEVER_COLLECTED
from quartermaster.org.models import Coverage
from tests.factories import inventory as make

pytestmark = pytest.mark.django_db


def to(name, thing=None):
    return reverse(f"inventory:{name}", kwargs={"key": thing.pk} if thing else {})


def body(answer):
    return re.sub(r"\s+", " ", answer.content.decode())


@pytest.fixture
def ida(logged_in, cast):
    return logged_in(cast.ida)


@pytest.mark.clause("G-1")
def test_a_personal_device_says_what_the_city_sees(logged_in, cast):
    own = make.PersonalDeviceFactory(asset_tag="OWN-1", holder=cast.ana, note="Pixel")
    for who in (cast.ana, cast.ida):
        page = body(logged_in(who).get(to("device", own)))
        assert "What the City can and cannot see" in page
        for thing in (*NEVER_COLLECTED, "Asset tag", "OWN-1", "Pixel", "Ana Reyes"):
            assert thing in page
        refused = "serial number, IMEI, second IMEI, MEID, EID and Wi-Fi address"
        assert f"Its {refused}. The register refuses them." in page
    city = make.DeviceFactory(holder=cast.ana)
    assert "What the City can and cannot see" not in body(
        logged_in(cast.ana).get(to("device", city))
    )


@pytest.mark.clause("G-1")
def test_the_form_of_a_personal_device_asks_for_no_identifier(ida, cast):
    own = make.PersonalDeviceFactory(holder=cast.ana)
    form = ida.get(to("device-change", own)).context["form"]
    assert set(form.fields) & set(IDENTIFIERS) == set()
    city = make.DeviceFactory(department=cast.water)
    form = ida.get(to("device-change", city)).context["form"]
    assert set(form.fields) & set(IDENTIFIERS) == set(IDENTIFIERS)


@pytest.mark.clause("S-3")
def test_a_device_of_an_excluded_department_says_so(ida, cast):
    cast.library.coverage, cast.library.exclusion_reason = Coverage.EXCLUDED, "Own contracts"
    cast.library.save()
    device = make.DeviceFactory(department=cast.library)
    assert "Excluded: the City&#x27;s requirements are not enforced" in body(
        ida.get(to("device", device))
    )
    page = body(ida.get(reverse("org:department", kwargs={"key": cast.library.pk})))
    assert "not enforced on it" in page


@pytest.mark.clause("S-1")
def test_a_hotspot_says_that_it_is_managed_through_its_line(ida, cast):
    mifi = make.HotspotFactory(department=cast.water)
    make.SimFactory(line=make.LineFactory(number="+14142863800"), device=mifi)
    page = body(ida.get(to("device", mifi)))
    assert "Line only" in page
    assert "(414) 286-3800" in page
    assert "it cannot be wiped" in page


def test_register_a_device(ida, cast):
    model = make.DeviceModelFactory()
    data = {"ownership": "city", "model": model.pk, "holder": "1001", "serial": "f2l abc 1"}
    data["reason"] = "In the former list"
    answer = ida.post(to("device-new"), data)
    device = Device.objects.get()
    assert answer.url == to("device", device)
    assert (device.serial, device.holder, device.department) == ("F2LABC1", cast.ana, cast.water)
    assert (device.device_class, device.platform) == ("smartphone", "ios")


@pytest.mark.parametrize(
    ("data", "field", "message"),
    [
        ({"imei": "123"}, "imei", "IMEI: has 3 digits where an IMEI has 15."),
        ({"imei": make.imei(9)}, "imei", f"The IMEI {make.imei(9)} is that of OLD already."),
        ({"model": ""}, "device_class", "Choose one, or a model."),
        ({"ownership": "personal"}, "holder", "A personal device is registered with its owner."),
        (
            {"ownership": "personal", "holder": "1001", "serial": "AAA1"},
            "__all__",
            (
                "The City keeps no serial number, IMEI or other identifier of a personal device"
                " (G-1). Leave these fields empty."
            ),
        ),
        ({"department": ""}, "department", "Name the department that the device is for."),
        ({"holder": "9999"}, "holder", "There is nobody at work with this personnel number."),
    ],
)
def test_register_says_what_is_wrong_where_it_is(ida, cast, data, field, message):
    make.DeviceFactory(asset_tag="OLD", imei=make.imei(9))
    plain = {"ownership": "city", "model": make.DeviceModelFactory().pk}
    answer = ida.post(to("device-new"), {**plain, "department": cast.water.pk, **data})
    assert answer.status_code in {409, 422}
    assert answer.context["form"].errors[field] == [message]
    assert Device.objects.count() == 1


def test_change_a_device(ida, cast):
    device = make.DeviceFactory(department=cast.water, serial="OLD1", imei="")
    page = ida.get(to("device-change", device))
    data = {k: v for k, v in page.context["form"].initial.items() if v}
    data |= {"department": cast.library.pk, "serial": "NEW1"}
    answer = ida.post(to("device-change", device), data)
    device.refresh_from_db()
    assert (answer.url, device.serial) == (to("device", device), "NEW1")
    assert device.department == cast.library


def test_the_device_page_leads_to_the_acts_of_its_life(ida, cast):
    device = make.DeviceFactory(department=cast.library, asset_tag="T-1")

    def shown():
        page = body(ida.get(to("device", device)))
        names = ("handover:device-found", "returns:open", "losses:report-device", "surplus:mistake")
        kwargs = {"key": device.pk}
        return {name for name in names if f'href="{reverse(name, kwargs=kwargs)}"' in page}

    stock = {"handover:device-found", "losses:report-device", "surplus:mistake"}
    assert shown() == stock
    found = reverse("handover:device-found", kwargs={"key": device.pk})
    ida.post(found, {"holder": "1001", "reason": "Seen with her"})
    assert shown() == {"returns:open", "losses:report-device"}
    page = body(ida.get(to("device", device)))
    assert "Ana Reyes, Water Works" in page
    assert "by Ida Lindqvist" in page


def test_the_holder_sees_their_own_custody_and_no_other_name(logged_in, cast, at):
    device = make.HotspotFactory(department=cast.water)
    ida = cast.acting(cast.ida)
    for person in (cast.sue, cast.ana):
        actions.assign(device_id=device.id, holder_id=person.id, actor=ida, at=at)
        if person is cast.sue:
            actions.unassign(device_id=device.id, actor=ida, at=at)
    own = body(logged_in(cast.ana).get(to("device", device)))
    assert "Ana Reyes, Water Works" in own
    assert ("Sue Okafor" in own, "by Ida Lindqvist" in own) == (False, False)
    assert "Sue Okafor, Water Works" in body(logged_in(cast.cole).get(to("device", device)))


def test_an_import_is_told_in_the_custody(ida, cast, at):
    row = {"tag": "T-1", "class": "laptop", "platform": "macos", "department": "WATER"}
    take = {"kind": actions.Kind.DEVICES, "actor": cast.acting(cast.ida), "at": at}
    actions.import_equipment(content=make.csv_of(row), **take)
    actions.import_equipment(content=make.csv_of({**row, "holder": "1001", "note": "x"}), **take)
    page = body(ida.get(to("device", Device.objects.get())))
    assert page.count("taken over by an import") == 2
    assert "Ana Reyes, Water Works" in page


def test_the_life_of_a_line_by_its_buttons(ida, cast):
    data = {"number": "(414) 286-3800", "carrier": make.CARRIER, "department": cast.water.pk}
    ida.post(to("line-new"), data)
    line = Line.objects.get()
    make.SimFactory(line=line, iccid=make.iccid(1))
    make.SimFactory(iccid=make.iccid(2))

    def press(name, **data):
        assert ida.get(to(name, line)).status_code == 200
        assert ida.post(to(name, line), data).url == to("line", line)
        line.refresh_from_db()
        return line.status

    assert press("line-activate") == "active"
    press("line-assign", holder="1001")
    assert line.holder == cast.ana
    press("line-change", number="414 286 3801", carrier=make.CARRIER, plan="10 GB")
    assert (line.number, line.plan) == ("+14142863801", "10 GB")
    page = body(ida.get(to("line", line)))
    assert "(414) 286-3801" in page
    assert press("line-port-out") == "ported"


def test_sims_by_their_buttons(ida, cast):
    ida.post(to("sim-new"), {"iccid": make.iccid(1), "carrier": make.CARRIER})
    sim, phone = Sim.objects.get(), make.DeviceFactory(asset_tag="T-1")
    ida.post(to("sim-put", sim), {"device": "t-1"})
    sim.refresh_from_db()
    assert sim.device == phone
    assert "no device with this asset tag" in body(ida.post(to("sim-put", sim), {"device": "X"}))
    assert "T-1" in body(ida.get(to("sim", sim)))
    ida.post(to("sim-put", sim), {"device": ""})
    ida.post(to("sim-retire", sim))
    sim.refresh_from_db()
    assert (sim.device, sim.retired) == (None, True)
    assert "Retired" in body(ida.get(to("sim", sim)))


@pytest.mark.clause("G-6")
def test_accessories_by_their_buttons(ida, cast):
    data = {"kind": "hands_free", "name": "Car kit", "department": cast.library.pk}
    ida.post(to("accessory-new"), data)
    kit = Accessory.objects.get()
    found = reverse("handover:accessory-found", kwargs={"key": kit.pk})
    ida.post(found, {"holder": "1001", "reason": "Seen in her car"})
    page = body(ida.get(reverse("org:person", kwargs={"key": cast.ana.pk})))
    assert f"{kit.asset_tag}</a>, Car kit" in page
    ida.post(to("accessory-take-back", kit))
    ida.post(to("accessory-retire", kit))
    kit.refresh_from_db()
    assert (kit.holder, kit.retired) == (None, True)
    assert "Retired" in body(ida.get(to("accessory", kit)))


def test_add_a_model(ida):
    data = {"manufacturer": "Apple", "name": "iPad 99", "device_class": "tablet"}
    data |= {"platform": "ipados", "capabilities": ["5G", "stylus"]}
    assert ida.post(to("model-new"), data).url == to("models")
    assert DeviceModel.objects.get().capabilities == ["5G", "stylus"]
    assert "5G, stylus" in body(ida.get(to("models")))
    assert ida.post(to("model-new"), data).status_code == 409


@pytest.mark.parametrize(("of", "name"), [(make.csv_of, "d.csv"), (make.xlsx_of, "d.xlsx")])
@pytest.mark.parametrize("encoding", ["detect", "windows-1252"])
def test_import_shows_first_and_does_exactly_that(ida, cast, of, name, encoding):
    row = {"tag": "T-1", "class": "laptop", "platform": "macos", "department": "WATER"}
    given = SimpleUploadedFile(name, of(row))
    preview = ida.post(to("import-devices"), {"file": given, "encoding": encoding})
    assert "<strong>1</strong> new" in body(preview)
    assert not Device.objects.exists()
    parcel = {"parcel": preview.context["parcel"], "shown": preview.context["plan"].digest}
    done = ida.post(to("import-devices"), parcel, follow=True)
    assert "Imported: devices, 1 added and 0 changed." in body(done)
    assert Device.objects.get().asset_tag == "T-1"


@pytest.mark.parametrize("kind", list(actions.Kind))
def test_import_pages_have_a_word_on_every_column(ida, kind):
    columns = ida.get(to(f"import-{kind}")).context["columns"]
    assert [name for name, meaning in columns if not meaning] == []


@pytest.mark.parametrize("name", ["devices", "lines", "sims", "accessories"])
def test_import_pages_say_what_a_file_holds(ida, cast, name):
    page = body(ida.get(to(f"import-{name}")))
    assert "workbook (.xlsx)" in page
    given = SimpleUploadedFile("x.csv", b"colour\nred\n")
    answer = ida.post(to(f"import-{name}"), {"file": given})
    assert answer.status_code == 422
    assert "The file has no column" in body(answer)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_import_and_register(logged_in, cast, who):
    client = logged_in(getattr(cast, who))
    pages = ("import-devices", "import-lines", "import-sims", "import-accessories")
    for name in (*pages, "device-new", "line-new", "sim-new", "accessory-new", "model-new"):
        assert (name, client.get(to(name)).status_code) == (name, 403)
        assert (name, client.post(to(name), {}).status_code) == (name, 403)


def test_equipment_of_a_person_and_a_department(logged_in, cast):
    make.DeviceFactory(asset_tag="T-1", holder=cast.ana, status="lost")
    make.PersonalDeviceFactory(asset_tag="OWN", holder=cast.ana)
    make.LineFactory(number="+14142863800", holder=cast.ana)
    person = reverse("org:person", kwargs={"key": cast.ana.pk})
    for who in (cast.ana, cast.sue, cast.cole, cast.ida):
        page = body(logged_in(who).get(person))
        assert "Equipment held" in page
        assert "T-1</a>, smartphone, lost" in page
        assert "OWN</a>, smartphone, personal" in page
        assert "(414) 286-3800</a>, Lakeside Wireless, active" in page
    sue = reverse("org:person", kwargs={"key": cast.sue.pk})
    assert "Sue Okafor holds no equipment." in body(logged_in(cast.ida).get(sue))
    water = reverse("org:department", kwargs={"key": cast.water.pk})
    page = body(logged_in(cast.cole).get(water))
    assert "1 City device</a>, 1 of them lost" in page
    assert "1 personal device<" in page
    assert "1 active line<" in page


@pytest.mark.parametrize(
    ("words", "found"),
    [("F2LABC1", "T-1"), (make.imei(5), "T-1"), ("+14142863800", "+14142863800"), ("KIT", "KIT-1")],
)
def test_equipment_is_found_by_the_global_search(logged_in, cast, words, found):
    make.DeviceFactory(asset_tag="T-1", serial="F2LABC1", imei=make.imei(5), holder=cast.ana)
    make.LineFactory(number="+14142863800", holder=cast.ana)
    make.AccessoryFactory(asset_tag="KIT-1", holder=cast.ana, department=cast.water)
    search = reverse("home:search")
    assert found in body(logged_in(cast.ana).get(search, {"q": words})).split("<h1", 1)[1]
    assert found not in _hits(logged_in(cast.rex).get(search, {"q": words}))


def _hits(answer):
    return [hit.label for group in answer.context["groups"] for hit in group.hits]


def test_lost_devices_need_attention(logged_in, cast):
    assert "Lost devices" not in body(logged_in(cast.ida).get("/"))
    make.DeviceFactory(holder=cast.ana, status="lost")
    assert "Lost devices" in body(logged_in(cast.ida).get("/"))
    assert "Lost devices" not in body(logged_in(cast.rex).get("/"))
