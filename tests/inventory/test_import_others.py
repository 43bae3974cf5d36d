"""Importing lines, SIMs and accessories."""

import pytest

from quartermaster.inventory.actions import Kind, import_equipment, layout_of, plan_import
from quartermaster.inventory.models import Accessory, Line, Sim
from quartermaster.kernel.imports import Verb
from tests.factories import inventory as make


@pytest.fixture
def take(cast, at):
    def run(kind, *rows, of=make.csv_of):
        return import_equipment(kind=kind, content=of(*rows), actor=cast.acting(cast.ida), at=at)

    return run


@pytest.fixture
def errors(cast):
    def run(kind, *rows):
        plan = plan_import(kind=kind, content=make.csv_of(*rows), actor=cast.acting(cast.ida))
        return [str(error) for error in plan.errors]

    return run


def line(number, **more):
    return {"number": number, "carrier": make.CARRIER, "department": "WATER", **more}


def sim(number, **more):
    return {"iccid": make.iccid(number), "carrier": make.CARRIER, **more}


@pytest.mark.clause("G-12")
@pytest.mark.parametrize("of", [make.csv_of, make.xlsx_of])
def test_lines_come_and_stay(cast, take, of):
    rows = (
        line("(414) 286-0001", plan="5 GB", holder="1001", activated_on="2026-01-31"),
        line("414.286.0002", plan="5 GB", status="Suspended"),
    )
    assert take(Kind.LINES, *rows, of=of).counts[Verb.CREATE] == 2
    held, other = Line.objects.order_by("number")
    assert (held.number, held.holder, held.status) == ("+14142860001", cast.ana, "active")
    assert (other.status, other.holder) == ("suspended", None)
    assert take(Kind.LINES, *rows, of=of).changes_nothing
    plan = take(Kind.LINES, {**rows[0], "plan": "10 GB"})
    assert (plan.counts[Verb.UPDATE], plan.missing) == (1, ("+14142860002",))
    held.refresh_from_db()
    assert (held.plan, held.status) == ("10 GB", "active")


def test_a_line_that_ends_in_a_file_gives_up_its_sim(cast, take):
    made = make.LineFactory(number="+14142860001", department=cast.water)
    card = make.SimFactory(line=made, device=make.DeviceFactory())
    take(Kind.LINES, line("4142860001", status="cancelled"))
    card.refresh_from_db()
    assert (card.retired, card.device) == (True, None)
    assert take(Kind.LINES, line("4142860001", status="cancelled")).changes_nothing


def test_a_number_that_lives_again_is_another_line(take, errors):
    take(Kind.LINES, line("4142860001", status="cancelled"))
    assert errors(Kind.LINES, line("4142860001")) == [
        (
            "Line 2, status: is needed: the line of this number has ended. A new one is ordered or"
            " active."
        )
    ]
    assert errors(Kind.LINES, line("4142860001", status="ported out")) == [
        "Line 2, status: is cancelled, which is final."
    ]
    assert take(Kind.LINES, line("4142860001", status="active")).counts[Verb.CREATE] == 1
    assert take(Kind.LINES, line("4142860001", status="active")).changes_nothing
    assert sorted(Line.objects.values_list("status", flat=True)) == ["active", "cancelled"]


def test_the_live_line_of_a_number_is_the_one_that_changes(cast, take):
    live = make.LineFactory(number="+14142860001", department=cast.water)
    ended = make.LineFactory(number="+14142860001", department=cast.water, status="ported")
    take(Kind.LINES, line("4142860001", plan="10 GB"))
    found = dict(Line.objects.values_list("id", "plan"))
    assert found == {live.id: "10 GB", ended.id: "Unlimited"}


def test_lines_that_will_not_do(take, errors):
    take(Kind.LINES, line("4142860001"))
    assert errors(
        Kind.LINES,
        line("4142860001", status="ordered"),
        line("4142860002", department="NOPE", status=""),
        line("not a number", status=""),
        line("+1 414 286 0001", status=""),
        line("4142860003", carrier="", status=""),
    ) == [
        "Line 2, status: is active and cannot be ordered again.",
        "Line 3, department: there is no department with the code NOPE.",
        "Line 4, phone number: must be a phone number such as (414) 286-3800.",
        "Line 5, phone number: is the same as in line 2.",
        "Line 6, carrier: must not be empty.",
    ]


@pytest.fixture
def places(cast):
    """Two lines and two phones."""
    return [
        make.LineFactory(number="+14142860001", department=cast.water),
        make.LineFactory(number="+14142860002", department=cast.water),
        make.DeviceFactory(asset_tag="QM-1"),
        make.DeviceFactory(asset_tag="QM-2"),
    ]


@pytest.mark.parametrize("of", [make.csv_of, make.xlsx_of])
def test_sims_come_and_stay(take, places, of):
    rows = (
        sim(1, line="414 286 0001", device="qm-1", eSIM="no", eid=None),
        sim(2, line=None, device=None, eSIM="yes", eid=make.eid(1)),
    )
    assert take(Kind.SIMS, *rows, of=of).counts[Verb.CREATE] == 2
    card, profile = Sim.objects.order_by("iccid")
    assert (card.line, card.device, card.embedded) == (places[0], places[2], False)
    assert (profile.line, profile.embedded, profile.eid) == (None, True, make.eid(1))
    assert take(Kind.SIMS, *rows, of=of).changes_nothing


def test_sims_swap_in_one_file(take, places):
    take(Kind.SIMS, sim(1, line="4142860001", device="QM-1"), sim(2, line="4142860002", device=""))
    take(
        Kind.SIMS,
        sim(3, line="4142860001", retired="no", device="QM-1"),
        sim(2, line="", retired="no", device=""),
        sim(1, line="4142860001", retired="yes", device=""),
        sim(4, line="4142860002", retired="no", device="QM-2"),
    )
    found = Sim.objects.order_by("iccid").values_list(
        "line__number", "device__asset_tag", "retired"
    )
    assert list(found) == [
        ("+14142860001", None, True),
        (None, None, False),
        ("+14142860001", "QM-1", False),
        ("+14142860002", "QM-2", False),
    ]


def test_sims_exchange_their_lines(take, places):
    take(Kind.SIMS, sim(1, line="4142860001"), sim(2, line="4142860002"))
    take(Kind.SIMS, sim(1, line="4142860002"), sim(2, line="4142860001"))
    found = Sim.objects.order_by("iccid").values_list("line__number", flat=True)
    assert list(found) == ["+14142860002", "+14142860001"]


@pytest.mark.clause("G-2")
def test_sims_that_will_not_do(cast, take, errors, places):
    make.PersonalDeviceFactory(asset_tag="BYOD", holder=cast.ana)
    make.DeviceFactory(asset_tag="GONE", status="retired")
    make.DeviceFactory(asset_tag="CHIP", eid=make.eid(2))
    make.LineFactory(number="+14142860009", carrier="Other Mobile")
    take(Kind.SIMS, sim(1, line="4142860001", retired=""), sim(2, line="", retired="yes"))
    plain = {"line": "", "device": "", "retired": "", "esim": "", "eid": ""}
    assert errors(
        Kind.SIMS,
        sim(3, **{**plain, "line": "4142860001"}),
        sim(4, **{**plain, "line": "4142860099"}),
        sim(5, **{**plain, "line": "4142860009"}),
        sim(6, **{**plain, "device": "NOPE"}),
        sim(7, **{**plain, "device": "BYOD"}),
        sim(8, **{**plain, "device": "GONE"}),
        sim(9, **{**plain, "device": "CHIP", "esim": "yes", "eid": make.eid(1)}),
        sim(10, **{**plain, "eid": make.eid(1)}),
        sim(11, **{**plain, "device": "QM-1", "retired": "yes"}),
        sim(2, **plain),
        {**sim(12, **plain), "iccid": make.iccid(12)[:-1]},
    ) == [
        f"Line 2, line: is that of SIM {make.iccid(1)} already. Retire that one first.",
        "Line 3, line: there is no line in use with the number +14142860099.",
        "Line 4, carrier: is Lakeside Wireless, but the line +14142860009 is with Other Mobile.",
        "Line 5, device: there is no device with the asset tag NOPE.",
        "Line 6, device: a SIM of the City does not go into a personal device.",
        "Line 7, device: GONE is retired and takes no SIM.",
        f"Line 8, EID: the chip of CHIP is another ({make.eid(2)}).",
        "Line 9, EID: belongs to an eSIM; a card has none.",
        "Line 10, device: a SIM that is retired is in no device.",
        "Line 11, retired: a SIM that is retired stays so.",
        "Line 12, ICCID: fails its check digit (Luhn): a digit is wrong, or two are exchanged.",
    ]


def test_retiring_a_sim_takes_it_out(take, places):
    take(Kind.SIMS, sim(1, line="4142860001", device="QM-1"))
    take(Kind.SIMS, sim(1, retired="yes"))
    assert Sim.objects.values_list("device", "retired").get() == (None, True)


@pytest.mark.clause("G-6")
def test_accessories_come_and_stay(cast, take, errors):
    rows = (
        {"tag": "KIT-1", "type": "Hands-free kit", "name": "Car kit", "assigned to": "1001"},
        {"tag": "KIT-2", "type": "case", "name": "Case", "department code": "LIB"},
    )
    assert take(Kind.ACCESSORIES, *rows).counts[Verb.CREATE] == 2
    kit, case = Accessory.objects.order_by("asset_tag")
    assert (kit.kind, kit.holder, kit.department) == ("hands_free", cast.ana, cast.water)
    assert (case.holder, case.department) == (None, cast.library)
    assert take(Kind.ACCESSORIES, *rows).changes_nothing
    make.DeviceFactory(asset_tag="QM-1")
    plain = {"kind": "case", "name": "Case", "retired": "", "department": "LIB", "holder": ""}
    assert errors(
        Kind.ACCESSORIES,
        {"tag": "QM-1", **plain},
        {"tag": "KIT-3", **plain, "retired": "yes", "holder": "1001"},
        {"tag": "KIT-4", **plain, "kind": "spaceship"},
    ) == [
        "Line 2, asset tag: is that of a device already.",
        "Line 3, holder: an accessory that is retired is with nobody.",
        "Line 4, kind: must be 'hands_free', 'case', 'charger', 'mount' or 'other'.",
    ]
    take(Kind.ACCESSORIES, {"tag": "KIT-1", **plain, "retired": "yes"})
    assert errors(Kind.ACCESSORIES, {"tag": "KIT-1", **plain, "retired": "no"}) == [
        "Line 2, retired: an accessory that is retired stays so."
    ]


@pytest.mark.parametrize("kind", list(Kind))
def test_each_kind_says_what_its_file_has(kind):
    layout = layout_of(kind)
    assert layout.kind == f"inventory.{kind}"
    assert layout.key in layout.required
