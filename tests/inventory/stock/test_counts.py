"""Counting a department's stock: by several people, with differences resolved by acts."""

import pytest

from quartermaster.inventory.actions import counts
from quartermaster.inventory.models import CountEntry, CustodyPeriod, Device, StockCount
from quartermaster.inventory.stocktaking import counts_visible_to, entries_visible_to
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import inventory as make
from tests.races import at_once


@pytest.fixture
def ida(cast, at):
    return {"actor": cast.acting(cast.ida), "at": at}


@pytest.fixture
def shelf(cast, ida):
    """A count of two phones and a kit; and of what is not in stock, nothing."""
    make.DeviceFactory(department=cast.water, asset_tag="W-1", serial="SERW1X")
    make.DeviceFactory(department=cast.water, asset_tag="W-2")
    make.AccessoryFactory(department=cast.water, asset_tag="K-1")
    make.DeviceFactory(holder=cast.ana, asset_tag="A-1")
    make.DeviceFactory(department=cast.library, asset_tag="L-1")
    return counts.open_count(department_id=cast.water.id, place=" Shelf  2 ", **ida)


def lines(count):
    return {str(row): str(row.seen) for row in count.entries.all()}


def entry(count, tag):
    return next(row for row in count.entries.all() if tag in str(row))


@pytest.mark.clause("C-3")
def test_a_count_from_opening_to_signature(cast, ida, shelf):
    key = {"count_id": shelf.id}
    assert (shelf.place, lines(shelf)) == (
        "Shelf 2",
        {"W-1": "expected", "W-2": "expected", "Hands-free car kit (K-1)": "expected"},
    )
    for code in ("serw1x", "https://city.example/t/K-1/", "A-1", "L-1", "nothing 7"):
        counts.scan(**key, code=code, **ida)
    counts.close_count(**key, **ida)
    assert lines(shelf) == {
        "W-1": "found",
        "W-2": "missing",
        "Hands-free car kit (K-1)": "found",
        "A-1": "unexpected",
        "L-1": "unexpected",
        "NOTHING 7": "unknown",
    }
    assert entry(shelf, "A-1").whereabouts == "With a person, Water Works"
    with pytest.raises(Conflict, match="4 differences are not resolved"):
        counts.sign_off(**key, **ida)
    counts.resolve(entry_id=entry(shelf, "W-2").id, resolution="lost", **ida)
    counts.resolve(entry_id=entry(shelf, "A-1").id, resolution="moved", **ida)
    counts.resolve(entry_id=entry(shelf, "L-1").id, resolution="moved", **ida)
    unknown = entry(shelf, "NOTHING")
    with pytest.raises(Conflict, match="Register it first"):
        counts.resolve(entry_id=unknown.id, resolution="registered", **ida)
    with pytest.raises(InvalidInput, match="what explains it"):
        counts.resolve(entry_id=unknown.id, resolution="explained", reason=" ", **ida)
    counts.resolve(entry_id=unknown.id, resolution="explained", reason="A book.", **ida)
    signed = counts.sign_off(**key, **ida)
    assert (signed.state, signed.signed_by) == ("signed", "Ida Lindqvist")
    told = {d.asset_tag: (d.status, d.holder, d.department) for d in Device.objects.all()}
    assert told == {
        "W-1": ("in_stock", None, cast.water),
        "W-2": ("lost", None, cast.water),
        "A-1": ("in_stock", None, cast.water),
        "L-1": ("in_stock", None, cast.water),
    }
    moves = CustodyPeriod.objects.filter(cause_id=shelf.id).order_by("device__asset_tag")
    assert [(row.verb, str(row.device)) for row in moves] == [
        ("take back", "A-1"),
        ("count", "L-1"),
        ("report lost", "W-2"),
    ]
    assert Device.objects.get(asset_tag="W-1").confirmed_at == ida["at"]


def test_the_same_thing_twice_is_seen_once(ida, shelf):
    first = counts.scan(count_id=shelf.id, code="W-1", **ida)
    again = counts.scan(count_id=shelf.id, code="w-1", **ida)
    assert (first.id, again.id, again.seen) == (first.id, first.id, "found")
    for _ in range(2):
        counts.scan(count_id=shelf.id, code="Q", **ida)
    assert CountEntry.objects.filter(seen="unknown").count() == 1


def test_a_kit_that_somebody_had_is_here(cast, ida, shelf):
    kit = make.AccessoryFactory(holder=cast.rex, department=cast.library, asset_tag="K-9")
    counts.scan(count_id=shelf.id, code="K-9", **ida)
    counts.close_count(count_id=shelf.id, **ida)
    counts.resolve(entry_id=entry(shelf, "K-9").id, resolution="moved", **ida)
    kit.refresh_from_db()
    assert (kit.holder, kit.department) == (None, cast.water)
    with pytest.raises(InvalidInput, match="cannot be reported lost"):
        counts.resolve(entry_id=entry(shelf, "K-1").id, resolution="lost", **ida)


def test_what_is_a_persons_own_or_retired_does_not_move_here(cast, ida, shelf):
    make.PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN-1")
    counts.scan(count_id=shelf.id, code="OWN-1", **ida)
    counts.close_count(count_id=shelf.id, **ida)
    with pytest.raises(Conflict, match="explain how"):
        counts.resolve(entry_id=entry(shelf, "OWN-1").id, resolution="moved", **ida)


def test_out_of_order(cast, ida, shelf):
    key = {"count_id": shelf.id}
    with pytest.raises(Conflict, match="open already"):
        counts.open_count(department_id=cast.water.id, place="Shelf 2", **ida)
    with pytest.raises(Conflict, match="when the scanning is over"):
        counts.resolve(entry_id=entry(shelf, "W-1").id, resolution="lost", **ida)
    with pytest.raises(Conflict):
        counts.sign_off(**key, **ida)
    with pytest.raises(InvalidInput):
        counts.scan(**key, code=" \x00 ", **ida)
    counts.close_count(**key, **ida)
    with pytest.raises(Conflict, match="closed"):
        counts.scan(**key, code="W-1", **ida)
    missing = entry(shelf, "W-1")
    with pytest.raises(InvalidInput, match="does not resolve"):
        counts.resolve(entry_id=missing.id, resolution="moved", **ida)
    counts.resolve(entry_id=missing.id, resolution="explained", reason="Lent.", **ida)
    with pytest.raises(Conflict, match="nothing to resolve"):
        counts.resolve(entry_id=missing.id, resolution="lost", **ida)
    for verb in (counts.close_count, counts.cancel_count):
        with pytest.raises(Conflict):
            verb(**key, **ida)
    with pytest.raises(NotFound):
        counts.close_count(count_id=new_id(), **ida)
    with pytest.raises(NotFound):
        counts.resolve(entry_id=new_id(), resolution="lost", **ida)


def test_a_cancelled_count_changes_nothing(ida, shelf):
    counts.cancel_count(count_id=shelf.id, **ida)
    assert StockCount.objects.get().state == "cancelled"
    assert set(lines(shelf).values()) == {"expected"}


def test_who_counts(cast, at, shelf):
    cole = {"actor": cast.acting(cast.cole), "at": at}
    counts.scan(count_id=shelf.id, code="W-1", **cole)
    counts.scan(count_id=shelf.id, code="L-1", **cole)
    counts.close_count(count_id=shelf.id, **cole)
    with pytest.raises(Refused):  # moving things is for ITMD
        counts.resolve(entry_id=entry(shelf, "L-1").id, resolution="moved", **cole)
    with pytest.raises(Refused):
        counts.open_count(department_id=cast.library.id, **cole)
    for person in (cast.ana, cast.sue, cast.rex):
        actor = cast.acting(person)
        with pytest.raises(Refused):
            counts.sign_off(count_id=shelf.id, actor=actor, at=at)
        with pytest.raises(Refused):
            counts.open_count(department_id=cast.water.id, actor=actor, at=at)
        assert not counts_visible_to(actor).exists()
        assert not entries_visible_to(actor).exists()
    assert counts_visible_to(cole["actor"]).get() == shelf


@pytest.mark.django_db(transaction=True)
def test_many_people_scan_one_shelf(cast, at):
    ida = {"actor": cast.acting(cast.ida), "at": at}
    for number in range(4):
        make.DeviceFactory(department=cast.water, asset_tag=f"W-{number}")
    shelf = counts.open_count(department_id=cast.water.id, **ida)

    def scanning(number):
        return lambda: counts.scan(count_id=shelf.id, code=f"W-{number % 5}", **ida).seen

    seen = at_once(*[scanning(number) for number in range(8)])
    assert sorted(seen) == ["found"] * 7 + ["unknown"]
    assert shelf.entries.filter(seen="found").count() == 4
