"""The simulated carriers' bills: exact, the same for the same seed, wrong only where planted."""

from collections import Counter
from datetime import date

import pytest

from quartermaster.simulators.carriers import (
    Anomaly,
    bill_city,
    bundle,
    files_of,
    interchange,
    invented_city,
    workbook_of,
)
from quartermaster.simulators.carriers.bulk import numbers, write_detail
from quartermaster.simulators.carriers.planting import CENTS, one_of_each

CITY = invented_city(seed=7, lines=24)
WRONG = {Anomaly.WRONG_TOTAL, Anomaly.WRONG_LINE_TOTAL}


@pytest.fixture(scope="module")
def billing():
    return bill_city(CITY, cycles=3, seed=7, anomalies=one_of_each())


def test_each_account_has_a_bill_a_cycle_and_each_line_is_on_it(billing):
    assert len(billing.bills) == 4 * 3
    first = billing.bills[0]
    assert [item.line for item in first.lines] == list(CITY.accounts[0].lines)
    assert (first.cycle_from, first.cycle_until) == (date(2026, 8, 2), date(2026, 9, 1))
    follows = billing.bills[1]
    assert (follows.cycle_from - first.cycle_until).days == 1


def test_one_of_each_kind_is_planted_on_a_line_of_its_own(billing):
    assert [item.kind for item in billing.planted] == list(Anomaly)
    numbers_ = [item.number for item in billing.planted if item.number]
    assert len(set(numbers_)) == len(numbers_) == len(Anomaly) - 1


def test_totals_are_sums_but_where_planted(billing):
    wrong = Counter()
    for n, bill in enumerate(billing.bills):
        off = bill.stated_cents - bill.cents
        if off:
            wrong[bill.account, n % 3, ""] = off
        for item in bill.lines:
            if item.stated_cents != item.cents:
                wrong[bill.account, n % 3, item.line.number] = item.stated_cents - item.cents
    planted = {
        (item.account, cycle, item.number): item.cents
        for item in billing.planted
        for cycle in item.cycles
        if item.kind in WRONG
    }
    assert wrong == planted


def test_charges_that_only_an_anomaly_brings_are_where_it_was_planted(billing):
    kinds = {
        Anomaly.OVERAGE: "overage",
        Anomaly.ROAMING: "roaming",
        Anomaly.INTERNATIONAL: "international",
        Anomaly.PREMIUM: "premium",
    }
    for anomaly, kind in kinds.items():
        found = [
            (item.line.number, n % 3, item.of_kind(kind))
            for n, bill in enumerate(billing.bills)
            for item in bill.lines
            if item.of_kind(kind)
        ]
        planted = next(p for p in billing.planted if p.kind is anomaly)
        assert found == [(planted.number, 2, CENTS[anomaly])]


def test_single_events_add_up_to_what_was_used(billing):
    for bill in billing.bills:
        for item in bill.lines:
            voice = [event for event in item.events if event.family == "voice"]
            assert sum(e.minutes for e in voice) == item.use.minutes
            assert sum(e.minutes for e in voice if e.roaming) == item.use.roaming_minutes
            abroad = sum(e.minutes for e in voice if e.international)
            assert abroad == item.use.international_minutes
            assert sum(e.megabytes for e in item.events) == item.use.megabytes
            assert sum(e.family == "message" for e in item.events) == item.use.messages
            days = {e.at.date() for e in item.events}
            assert all(bill.cycle_from <= day <= bill.cycle_until for day in days)


def test_only_idle_lines_use_nothing_and_only_planted_ones_would_fit_a_cheaper_plan(billing):
    idle = {Anomaly.ZERO_USE, Anomaly.CANCELLED, Anomaly.SUSPENDED}
    for n, bill in enumerate(billing.bills):
        here = {p.number: p.kind for p in billing.planted if n % 3 in p.cycles}
        for item in bill.lines:
            kind = here.get(item.line.number)
            assert item.use.nothing == (kind in idle)
            plan = item.line.plan
            cheaper = [
                p.megabytes for p in CITY.accounts[0].plans if p.monthly_cents < plan.monthly_cents
            ]
            fits = any(item.use.megabytes <= size for size in cheaper)
            assert fits == (kind is Anomaly.BETTER_PLAN or (kind in idle and bool(cheaper)))
            over = plan.megabytes is not None and item.use.megabytes > plan.megabytes
            assert over == (kind is Anomaly.OVERAGE)


def test_the_same_seed_writes_the_same_bytes_and_another_others(billing):
    again = bill_city(invented_city(seed=7, lines=24), cycles=3, seed=7, anomalies=one_of_each())
    assert again == billing
    bill, twin = billing.bills[0], again.bills[0]
    assert files_of(bill) == files_of(twin)
    assert workbook_of(bill, "lines") == workbook_of(twin, "lines")
    assert bundle(files_of(bill)) == bundle(files_of(twin))
    assert interchange(bill) == interchange(twin)
    other = bill_city(CITY, cycles=3, seed=8, anomalies=one_of_each())
    assert other.bills != billing.bills


def test_a_city_without_lines_to_choose_from_says_so():
    with pytest.raises(ValueError, match=r"No line of .* is left for overage"):
        bill_city(invented_city(lines=0), cycles=1, anomalies={Anomaly.OVERAGE: 1})


def test_an_interchange_counts_its_own_segments(billing):
    text = interchange(billing.bills[0]).decode("ascii")
    segments = [segment.strip() for segment in text.split("~") if segment.strip()]
    names = [segment.split("*")[0] for segment in segments]
    counted = names.index("SE") - names.index("ST") + 1
    assert segments[names.index("SE")] == f"SE*{counted}*0001"
    assert len(segments[0]) == 105
    assert f"TDS*{billing.bills[0].stated_cents}" in segments


def test_bulk_detail_has_the_rows_asked_for_and_the_headings_of_the_small_files(tmp_path, billing):
    made = write_detail(tmp_path, rows=1003, lines=50, cycles=2, seed=3)

    assert sum(item.rows for item in made) == 1003
    assert [item.family for item in made] == ["voice", "message", "data"] * 2
    small = {item.family: item.content for item in files_of(billing.bills[0])}
    known = {number[2:] for number in numbers(50)}
    for item in made:
        lines = item.path.read_text(encoding="utf-8").splitlines()
        assert len(lines) == item.rows + 1
        assert lines[0] == small[item.family].decode().splitlines()[0]
        assert {line.split("\t")[2].replace("-", "") for line in lines[1:]} <= known
        assert {line.split("\t")[1] for line in lines[1:]} == {f"{item.cycle_until:%m/%d/%Y}"}


def test_bulk_detail_is_the_same_for_the_same_seed(tmp_path):
    first = write_detail(tmp_path / "a", rows=600, lines=50, cycles=1, seed=3)
    again = write_detail(tmp_path / "b", rows=600, lines=50, cycles=1, seed=3)
    other = write_detail(tmp_path / "c", rows=600, lines=50, cycles=1, seed=4)

    content = [[item.path.read_bytes() for item in made] for made in (first, again, other)]
    assert content[0] == content[1]
    assert content[0] != content[2]
