"""Importing devices from CSV and workbooks: what it shows, what it refuses, what it writes."""

import pytest

from quartermaster.audit.queries import entries_about
from quartermaster.inventory.actions import Kind, import_equipment, plan_import
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.imports import ImportHasErrors, Verb
from quartermaster.org.models import Standing
from tests.factories import inventory as make

IMEI1, IMEI2, IMEI3 = (make.imei(n) for n in (11, 12, 13))


@pytest.fixture
def model(db):
    return make.DeviceModelFactory(name="iPhone 99", identifier="iPhone99,1")


@pytest.fixture
def file(cast, model):
    """Rows that are plausible, with what a test says of them."""

    def rows(*changes, of=make.csv_of):
        plain = {"model": "apple iphone 99", "department": "WATER"}
        return of(*({"asset_tag": f"QM-{n}", **plain, **c} for n, c in enumerate(changes, 1)))

    return rows


@pytest.fixture
def take(cast, at):
    def run(content, **more):
        more.setdefault("actor", cast.acting(cast.ida))
        return import_equipment(kind=Kind.DEVICES, content=content, at=at, **more)

    return run


@pytest.fixture
def errors(cast):
    def run(content):
        plan = plan_import(kind=Kind.DEVICES, content=content, actor=cast.acting(cast.ida))
        return [str(error) for error in plan.errors]

    return run


@pytest.mark.clause("S-1")
@pytest.mark.parametrize("of", [make.csv_of, make.xlsx_of])
def test_import_creates_and_then_changes_nothing(cast, file, take, of):
    content = file(
        {"Serial number": "f2l abc 1", "IMEI": IMEI1, "Assigned to": "1001"},
        {"Serial number": "F2LABC2", "IMEI": None, "Assigned to": None},
        of=of,
    )
    plan = take(content)
    assert plan.counts[Verb.CREATE] == 2
    found = {d.asset_tag: d for d in Device.objects.select_related("model")}
    held, free = found["QM-1"], found["QM-2"]
    assert (held.serial, held.imei, held.holder, held.status) == (
        "F2LABC1",
        IMEI1,
        cast.ana,
        "assigned",
    )
    assert (held.device_class, held.platform, str(held.model)) == (
        "smartphone",
        "ios",
        "Apple iPhone 99",
    )
    assert (free.holder, free.status) == (None, "in_stock")
    assert [e.tag for e in entries_about(held)] == ["inventory.device.registered"]
    again = take(content)
    assert again.changes_nothing
    assert again.counts[Verb.UNCHANGED] == 2
    assert entries_about(held).count() == 1


def test_a_model_is_named_by_its_identifier_or_by_maker_and_name(file, take):
    make.DeviceModelFactory(name="Old phone", identifier="")
    take(file({"model": "IPHONE99,1"}, {"model": "Apple old phone"}))
    found = [str(device.model) for device in Device.objects.order_by("asset_tag")]
    assert found == ["Apple iPhone 99", "Apple Old phone"]


def test_dry_run_shows_before_and_after_and_changes_nothing(cast, file, take):
    take(file({"serial": "OLD1", "note": "a"}))
    content = file({"serial": "NEW1", "note": "a", "holder": "1001"})
    plan = plan_import(kind=Kind.DEVICES, content=content, actor=cast.acting(cast.ida))
    (step,) = plan.steps
    assert {(c.field, c.before, c.after) for c in step.changes} == {
        ("serial", "OLD1", "NEW1"),
        ("holder", "", "1001"),
        ("status", "in_stock", "assigned"),
    }
    assert Device.objects.get().serial == "OLD1"
    take(content, shown=plan.digest)
    device = Device.objects.get()
    assert (device.serial, device.holder, device.status) == ("NEW1", cast.ana, "assigned")
    assert [e.tag for e in entries_about(device)] == [
        "inventory.device.moved",
        "inventory.device.changed",
        "inventory.device.registered",
    ]


def test_another_plan_than_the_one_shown_is_refused(file, take):
    with pytest.raises(Conflict, match="no longer what was shown"):
        take(file({}), shown="0" * 64)
    assert not Device.objects.exists()


def test_nothing_is_half_done(file, take):
    with pytest.raises(ImportHasErrors, match="1 row has errors; nothing was imported"):
        take(file({"imei": IMEI1}, {"imei": "490154203237517"}))
    assert not Device.objects.exists()


def test_devices_exchange_their_identifiers(file, take):
    take(
        file(
            {"imei": IMEI1, "imei2": IMEI2, "serial": "AAA1"},
            {"imei": IMEI3, "imei2": "", "serial": "BBB2"},
        )
    )
    take(
        file(
            {"imei": IMEI3, "imei2": "", "serial": "BBB2"},
            {"imei": IMEI2, "imei2": IMEI1, "serial": "AAA1"},
        )
    )
    rows = Device.objects.values_list("asset_tag", "imei", "imei2", "serial")
    assert sorted(rows) == [("QM-1", IMEI3, "", "BBB2"), ("QM-2", IMEI2, IMEI1, "AAA1")]


def test_swapped_imeis_of_one_device_are_put_right(file, take):
    take(file({"IMEI 1": IMEI1, "IMEI 2": IMEI2}))
    plan = take(file({"IMEI 1": IMEI2, "IMEI 2": IMEI1}))
    assert plan.counts[Verb.UPDATE] == 1
    assert Device.objects.values_list("imei", "imei2").get() == (IMEI2, IMEI1)


def test_identifiers_of_others_are_refused(cast, file, errors):
    make.DeviceFactory(asset_tag="OLD", imei=IMEI1, imei2=IMEI2, serial="AAA1")
    assert errors(
        file(
            {"imei": IMEI2},
            {"imei": IMEI3, "imei2": IMEI1},
            {"serial": "aaa 1"},
            {"serial": "BBB2"},
            {"serial": "bbb2"},
        )
    ) == [
        "Line 2, IMEI: is that of OLD already.",
        "Line 3, second IMEI: is that of OLD already.",
        "Line 4, serial number: is that of OLD already.",
        "Line 6, serial number: is that of QM-4 already (line 5).",
    ]


def test_duplicates_in_the_file(file, errors):
    assert errors(file({}, {"asset_tag": "qm-1"})) == [
        "Line 3, asset tag: is the same as in line 2."
    ]


def test_who_and_what_is_not_known(cast, file, errors):
    cast.rex.standing, cast.rex.separated_on = Standing.SEPARATED, "2026-01-01"
    cast.rex.save()
    make.AccessoryFactory(asset_tag="QM-6")
    assert errors(
        file(
            {"department": "NOPE"},
            {"holder": "9999"},
            {"model": "Nokia 3310"},
            {"department": ""},
            {"holder": "1005"},
            {},
            {"model": ""},
        )
    ) == [
        "Line 2, department: there is no department with the code NOPE.",
        "Line 3, holder: there is nobody with the personnel number 9999.",
        "Line 4, model: there is no model “Nokia 3310”; add it first, as maker and name.",
        "Line 5, department: is needed where there is no holder.",
        "Line 6, holder: 1005 has left the City's service and cannot hold equipment.",
        "Line 7, asset tag: is that of an accessory already.",
        "Line 8, class: is needed where there is no model.",
        "Line 8, platform: is needed where there is no model.",
    ]


@pytest.mark.clause("G-1")
def test_personal_devices_come_without_identifiers(cast, file, take, errors):
    found = errors(
        file(
            {"ownership": "personal", "serial": "AAA1", "holder": "1001"},
            {"ownership": "BYOD", "holder": ""},
            {"ownership": "Personal", "serial": "", "imei": IMEI1, "holder": "1001"},
        )
    )
    assert [line.partition(" (G-1)")[0] for line in found] == [
        "Line 2: the City keeps no serial number, IMEI or other identifier of a personal device",
        "Line 3, holder: is needed: a personal device is registered with its owner.",
        "Line 4: the City keeps no serial number, IMEI or other identifier of a personal device",
    ]
    take(file({"ownership": "Personal", "holder": "1001"}))
    assert Device.objects.get().personal
    assert errors(file({"ownership": "city", "holder": "1001"})) == [
        "Line 2, ownership: does not change by an import."
    ]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ({"status": "Assigned"}, "Line 2, status: is assigned, but there is no holder."),
        (
            {"status": "in stock", "holder": "1001"},
            "Line 2, status: is in stock, so it cannot be with 1001.",
        ),
        ({"class": "tablet"}, "Line 2, class: is tablet, but the Apple iPhone 99 has smartphone."),
        (
            {"model": "", "class": "MiFi", "platform": "iOS"},
            "Line 2: a mobile hot-spot does not run iOS.",
        ),
        ({"imei": "", "imei2": IMEI1}, "Line 2: the second IMEI is given without the first."),
        (
            {"imei": "4.90154E+14"},
            (
                "Line 2, IMEI: was shortened by a spreadsheet, and its last digits are lost."
                " Format the column as text and enter it again."
            ),
        ),
        ({"asset_tag": ""}, "Line 2, asset tag: must not be empty."),
        (
            {"class": "toaster"},
            "Line 2, class: must be 'smartphone', 'tablet', 'laptop' or 'hotspot'.",
        ),
    ],
)
def test_rows_that_will_not_do(file, errors, row, message):
    assert errors(file(row)) == [message]


def test_retired_is_final(file, take, errors):
    take(file({"status": "retired"}))
    assert errors(file({"status": "in stock"})) == ["Line 2, status: is retired, which is final."]
    assert take(file({})).changes_nothing


def test_columns_that_are_left_out_stay(cast, file, take):
    take(file({"serial": "AAA1", "holder": "1001", "note": "from the pool"}))
    plan = take(make.csv_of({"asset_tag": "QM-1", "note": "her own"}))
    assert plan.counts[Verb.UPDATE] == 1
    device = Device.objects.get()
    assert (device.serial, device.holder, device.note) == ("AAA1", cast.ana, "her own")


def test_lost_devices_stay_lost(file, take):
    take(file({"holder": "1001", "status": "lost"}))
    assert take(file({"holder": "1001"})).changes_nothing


def test_headings_and_files_that_will_not_do(cast, take):
    with pytest.raises(InvalidInput, match="no column asset_tag"):
        take(b"serial\nAAA1\n")
    with pytest.raises(InvalidInput, match="Two columns stand for the IMEI"):
        take(b"tag,imei,IMEI 1\nQM-1,,\n")
    with pytest.raises(InvalidInput, match="is not valid UTF-8"):
        take(b"tag,note\nQM-1,caf\xe9\n")


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_only_administrators_import(cast, file, take, who):
    actor = cast.acting(getattr(cast, who))
    with pytest.raises(Refused):
        take(file({}), actor=actor)
    with pytest.raises(Refused):
        plan_import(kind=Kind.DEVICES, content=file({}), actor=actor)


def test_many_rows_take_few_queries(cast, file, take, django_assert_max_num_queries):
    content = file(*({"serial": f"BULK{n:05}"} for n in range(600)))
    seen = []
    with django_assert_max_num_queries(40):
        take(content, progress=lambda done, of: seen.append((done, of)))
    assert seen == [(500, 600), (600, 600)]
