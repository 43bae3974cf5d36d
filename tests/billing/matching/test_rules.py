"""Each rule alone: what it finds, what it lets pass, and how it reckons (G-12, G-9, C-4)."""

from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.billing.rules.invoices import Amounts, InvoiceRead
from quartermaster.billing.rules.matching import matched
from quartermaster.billing.rules.matching.days import Span, covered_days, month_later, part
from quartermaster.billing.rules.matching.known import (
    Elsewhere,
    PlanOffer,
    Returned,
    Served,
    Stood,
    Waiting,
    World,
)
from tests.factories.bills import LONG_AGO, known
from tests.factories.invoices import FROM, UNTIL, USED, bill, charge, read

N = "+14142863800"
DAY = timedelta(days=1)
MID = date(2026, 10, 15)


def found(*charges, line=None, world=None, earlier=(), **more):
    """What is found on October's invoice of one line: kind and cents."""
    base = world or World()
    lines = base.known or {N: line or known(N)}
    here = replace(base, known=lines, earlier=tuple(earlier))
    items = matched(read(bill(N, *charges, **more)), here)
    return [(item.kind.value, item.cents) for item in items]


def dated(cents, first, last, **more):
    return charge(cents, from_on=first, until_on=last, **more)


@pytest.mark.clause("G-12")
@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        ([charge(3999)], []),
        ([charge(4000)], [("rate", 1)]),
        ([charge(3998)], [("rate", -1)]),
        ([dated(3999, FROM, UNTIL)], []),
        ([dated(4499, FROM, UNTIL), charge(-500, "credit", "Discount")], []),
        ([dated(4499, FROM, UNTIL), charge(-400, "credit", "Discount")], [("rate", 500)]),
        # a month in advance, and a part of one: by the days of the month, or by thirty
        ([dated(3999, date(2026, 11, 1), date(2026, 11, 30))], []),
        ([dated(2193, MID, UNTIL)], []),  # 17 of 31 days
        ([dated(2266, MID, UNTIL)], []),  # 17 of 30 days
        ([dated(2500, MID, UNTIL)], [("rate", 307)]),
        ([dated(1500, MID, UNTIL)], [("rate", -693)]),
        ([dated(2193, MID, UNTIL), dated(3999, date(2026, 11, 1), date(2026, 11, 30))], []),
    ],
)
def test_plans_are_held_to_the_rate_of_their_days(charges, expected):
    assert found(*charges) == expected


@pytest.mark.parametrize("cents", [3999, 2193, 2266])
def test_a_line_that_began_within_the_cycle_may_be_prorated_or_not(cents):
    line = known(N, services=(Served("Unlimited", {LONG_AGO: 3999}, MID),))
    assert found(charge(cents), line=line) == []


def test_a_line_that_began_within_the_cycle_is_not_billed_more():
    line = known(N, services=(Served("Unlimited", {LONG_AGO: 3999}, MID),))
    assert found(charge(4999), line=line) == [("rate", 4999 - 2193)]


@pytest.mark.parametrize("cents", [3999, 3500, 3726])  # the old, the new, 14 and 17 days of each
def test_a_rate_that_changes_within_the_cycle(cents):
    line = known(N, services=(Served("Unlimited", {LONG_AGO: 3999, MID: 3500}, LONG_AGO),))
    assert found(charge(cents), line=line) == []
    assert found(charge(4200), line=line) == [("rate", 4200 - 3725)]


def test_a_plan_that_changes_within_the_cycle_in_two_charges():
    line = known(
        N,
        services=(
            Served("Basic", {LONG_AGO: 2000}, LONG_AGO, MID),
            Served("Unlimited", {LONG_AGO: 3999}, MID),
        ),
    )
    parts = (dated(903, FROM, MID - DAY), dated(2193, MID, UNTIL))
    assert found(*parts, line=line) == []


def test_a_plan_without_a_rate_is_not_judged():
    line = known(N, services=(Served("Unlimited", {}, LONG_AGO),))
    assert found(charge(12345), line=line) == []


@pytest.mark.clause("G-12")
@pytest.mark.parametrize(
    ("charges", "expected"),
    [
        ([charge(3999), charge(3999)], [("duplicate", 3999)]),
        ([charge(700, "other", "Protection")] * 3, [("duplicate", 1400)]),
        ([charge(199, "premium", "Call to 411")] * 2, []),  # two calls are two calls
        ([charge(21, "tax")] * 2, []),
        ([charge(-500, "credit")] * 2, []),
        ([dated(3999, FROM, UNTIL), dated(3999, FROM, UNTIL)], [("duplicate", 3999)]),
    ],
)
def test_what_is_charged_once_for_a_time_is_not_charged_twice(charges, expected):
    assert found(*charges) == expected


def test_the_same_on_an_earlier_invoice_is_charged_twice():
    twin = Elsewhere("invoice INV-9 (287-1)", dated(3999, FROM, UNTIL))
    world = World(known={N: known(N)}, elsewhere={N: (twin,)})
    assert found(dated(3999, FROM, UNTIL), world=world) == [("duplicate", 3999)]
    assert found(dated(3999, MID, MID + DAY), world=world) != [("duplicate", 3999)]


def ended(day, status="cancelled"):
    return known(N, statuses=(Stood("active", LONG_AGO, day), Stood(status, day)))


@pytest.mark.clause("G-12")
@pytest.mark.parametrize(
    ("line", "charges", "expected"),
    [
        (ended(date(2026, 9, 1)), [charge(3999), charge(240, "tax")], [("cancelled", 4239)]),
        (ended(date(2026, 9, 1), "ported"), [charge(3999)], [("cancelled", 3999)]),
        (ended(date(2026, 9, 1)), [charge(1111, "equipment")], []),
        (ended(date(2026, 9, 1)), [charge(-3999, "credit")], []),
        (ended(date(2026, 9, 1)), [dated(903, date(2026, 8, 1), date(2026, 8, 7))], []),
        (ended(UNTIL), [charge(3999)], []),  # a day is let pass
        (ended(MID), [charge(1806)], []),  # 14 of 31 days: it is prorated already
        (ended(MID), [charge(3999)], [("cancelled", 2193)]),
        (ended(MID), [dated(1806, FROM, MID - DAY)], []),
        (ended(MID), [dated(3999, FROM, UNTIL)], [("cancelled", 2193)]),
        (ended(date(2026, 10, 29)), [charge(3999)], []),  # 3.87 is not worth a look
    ],
)
def test_lines_that_ended(line, charges, expected):
    assert found(*charges, line=line, used=Amounts()) == expected


def test_an_ended_line_that_is_used_is_found_without_a_plan():
    assert found(charge(900, "usage"), line=ended(date(2026, 9, 1))) == [("cancelled", 900)]


@pytest.mark.parametrize(
    ("until", "charges", "expected"),
    [
        (None, [charge(3999)], [("suspended", 3999)]),
        (None, [charge(0)], []),
        (MID, [charge(3999)], [("suspended", 1806)]),
        (MID, [charge(2193)], []),  # its other days alone
        (FROM + DAY, [charge(3999)], []),
    ],
)
def test_lines_that_were_suspended(until, charges, expected):
    steps = [Stood("suspended", LONG_AGO, until)]
    if until is not None:
        steps.append(Stood("active", until))
    assert found(*charges, line=known(N, statuses=tuple(steps))) == expected


def left(day, until=None):
    line = known(N)
    (had,) = line.holders
    return replace(line, holders=(replace(had, separated_on=day, until_on=until),))


@pytest.mark.clause("C-4")
@pytest.mark.parametrize(
    ("line", "charges", "expected"),
    [
        (left(date(2026, 9, 1)), [charge(3999), charge(240, "tax")], [("separated", 4239)]),
        (left(MID), [charge(3999), charge(240, "tax")], [("separated", 2064)]),  # 16 days
        (left(MID, MID + DAY), [charge(3999)], []),
        (left(MID, date(2026, 10, 21)), [charge(3999)], [("separated", 645)]),  # five days
        (left(UNTIL), [charge(3999)], []),
        (left(MID), [charge(3999), dated(900, MID, MID, kind="usage")], [("separated", 2064)]),
        (left(MID), [charge(3999), dated(400, MID + DAY, UNTIL, kind="usage")],
         [("separated", 2464)]),
    ],
)  # fmt: skip
def test_lines_of_people_who_left(line, charges, expected):
    assert found(*charges, line=line) == expected


def test_a_line_suspended_with_its_holder_gone_is_not_theirs_to_pay():
    line = replace(left(date(2026, 9, 1)), statuses=(Stood("suspended", LONG_AGO),))
    assert found(charge(0), line=line) == []


@pytest.mark.clause("G-9")
@pytest.mark.parametrize(
    ("kind", "cents", "expected"),
    [
        ("roaming", 500, []),
        ("roaming", 501, [("roaming", 501)]),
        ("international", 840, [("international", 840)]),
        ("premium", 999, [("premium", 999)]),
        ("usage", 9999, []),
    ],
)
def test_what_goes_beyond_is_looked_at_above_a_limit(kind, cents, expected):
    assert found(charge(3999), charge(cents, kind)) == expected


def month(back: int, *charges, **more) -> InvoiceRead:
    """The invoice of some months before October."""
    first = date(2026, 10 - back, 1)
    made = bill(N, *charges, **more)
    return read(made, cycle_from=first, cycle_until=month_later(first) - DAY)


IDLE = {"used": Amounts()}


@pytest.mark.clause("G-9")
@pytest.mark.parametrize(("months", "expected"), [(1, 0), (2, 0), (3, 1), (4, 0), (5, 0), (6, 1)])
def test_unused_lines_are_told_of_at_each_full_number_of_cycles(months, expected):
    earlier = [month(n, charge(3999), **IDLE) for n in range(1, months)]
    assert found(charge(3999), earlier=earlier, **IDLE) == [("unused", 3999)] * expected


def test_one_message_is_use():
    earlier = [month(1, charge(3999), **IDLE), month(2, charge(3999), used=Amounts(messages=1))]
    assert found(charge(3999), earlier=earlier, **IDLE) == []


def test_a_line_that_could_not_be_used_is_not_unused():
    earlier = [month(n, charge(3999), **IDLE) for n in (1, 2)]
    line = known(N, services=(Served("Unlimited", {LONG_AGO: 3999}, date(2026, 9, 1)),))
    assert found(charge(3999), line=line, earlier=earlier, **IDLE) == []


SMALL, LARGE = PlanOffer("Small", 2000, 2048), PlanOffer("Large", 3000, 10_240)
POOL = PlanOffer("Pool", 2500, 4096, pooled=True)


def using(megabytes):
    return {"plan": "Small", "used": Amounts(seconds=60, kilobytes=megabytes * 1024)}


def on_small(*charges, offers=(SMALL, LARGE), earlier=(), **more):
    line = known(N, "Small", 2000)
    world = World(known={N: line}, offers=offers)
    return found(*charges, world=world, earlier=earlier, **more)


@pytest.mark.clause("G-9")
@pytest.mark.parametrize(
    ("overage", "expected"),
    [(1000, []), (1500, []), (1501, [("plan", 501)]), (4000, [("plan", 3000)])],
)
def test_a_larger_plan_is_proposed_where_it_saves_enough(overage, expected):
    assert on_small(charge(2000), charge(overage, "overage"), **using(5000)) == expected


def test_the_last_months_count_together():
    earlier = [month(n, charge(2000), **using(1000)) for n in (1, 2)]
    # one month of 40.00 beyond the plan, two within it: 100.00 against three times 30.00
    costs = [charge(2000), charge(4000, "overage")]
    assert on_small(*costs, earlier=earlier, **using(5000)) == []
    often = [month(n, charge(2000), charge(4000, "overage"), **using(5000)) for n in (1, 2)]
    assert on_small(*costs, earlier=often, **using(5000)) == [("plan", 9000)]


def test_what_no_plan_has_is_proposed_none():
    assert on_small(charge(2000), charge(9000, "overage"), **using(20_000)) == []


@pytest.mark.clause("G-9")
def test_a_pool_is_proposed_where_what_is_left_in_it_suffices():
    own = bill(N, charge(2000), charge(4000, "overage"), **using(5000))
    other = "+14142863801"
    world = World(
        known={N: known(N, "Small", 2000), other: known(other, "Pool", 2500)},
        offers=(SMALL, POOL),
    )

    def proposed(megabytes):
        shared = {"plan": "Pool", "used": Amounts(seconds=60, kilobytes=megabytes * 1024)}
        items = matched(read(own, bill(other, charge(2500), **shared)), world)
        return [(item.number, item.kind.value, item.detail, item.cents) for item in items]

    assert proposed(3000) == [(N, "plan", "Pool", 3500)]  # 8000 of 8192
    assert proposed(3300) == []
    (item,) = matched(
        read(own, bill(other, charge(2500), plan="Pool", used=Amounts(kilobytes=3_072_000))), world
    )
    assert item.steps == (
        "Oct 2026: 5,000 MB and 1 minutes used; paid $60.00.",
        "Pool (a pool): 4,096 MB for $25.00 a month.",
        "Oct 2026: 1 lines share 3,000 of 4,096 MB; with this one 8,000 of 8,192 MB.",
        "$60.00 - 1 x $25.00 = $35.00.",
    )


@pytest.mark.clause("G-12")
def test_an_instalment_is_wrong_only_after_the_return():
    def owed(returned, **more):
        world = World(known={N: known(N)}, returned={"35": Returned("PH-1", returned, UUID(int=9))})
        charges = (charge(3999), charge(1111, "equipment", "Instalment"))
        return found(*charges, world=world, imei="35", **more)

    assert owed(FROM - DAY) == [("instalment", 1111)]
    assert owed(MID) == []
    assert found(charge(3999), charge(1111, "equipment"), imei="36") == []


def test_lines_on_order_are_expected_as_many_as_were_ordered():
    numbers = [f"+1414555010{n}" for n in range(3)]
    lines = [bill(number, charge(3999)) for number in numbers]
    waiting = Waiting("Unlimited", "287-1", 2, "PO-1", date(2026, 9, 1))
    items = matched(read(*lines), World(waiting=(waiting,)))
    assert [item.number for item in items] == numbers[2:]
    other = replace(waiting, account="287-2")
    assert len(matched(read(*lines), World(waiting=(other,)))) == 3
    later = replace(waiting, from_on=UNTIL + DAY)
    assert len(matched(read(*lines), World(waiting=(later,)))) == 3


def test_an_owner_of_a_personal_device_is_named_where_nobody_ordered_the_line():
    world = World(owners=frozenset({"ana reyes"}))
    (item,) = matched(read(bill(N, charge(3999), user="ANA REYES")), world)
    assert "They have a personal device in City work: it may be their own number." in item.steps


def test_what_costs_nothing_was_bought_by_nobody():
    assert (
        matched(read(bill(N, charge(0)), bill("+14142863801", charge(-5, "credit"))), World()) == []
    )


days = st.dates(date(2025, 1, 1), date(2027, 1, 1))


@given(st.integers(-(10**6), 10**6), st.integers(1, 31), st.integers(28, 31))
def test_parts_are_near_and_whole_months_whole(cents, some, whole):
    assert part(cents, whole, whole) == cents
    assert abs(part(cents, some, whole) * whole - cents * some) * 2 <= whole
    assert part(-cents, some, whole) == -part(cents, some, whole)


@given(days, st.integers(0, 60), days, st.integers(0, 60))
def test_spans_meet_where_both_are(first, long, second, longer):
    one, two = Span(first, first + long * DAY), Span(second, second + longer * DAY)
    meeting = one.meeting(two)
    both = covered_days([one]) + covered_days([two]) - covered_days([one, two])
    assert (meeting.days if meeting else 0) == both
    assert one.meeting(two) == two.meeting(one)


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=4), st.integers(0, 9000))
def test_whatever_is_billed_is_matched_the_same_again(amounts, extra):
    charges = [charge(cents) for cents in amounts] + [charge(extra, "roaming")]
    one = matched(read(bill(N, *charges, used=USED)), World(known={N: known(N)}))
    two = matched(read(bill(N, *charges, used=USED)), World(known={N: known(N)}))
    assert one == two
    assert all(item.cents for item in one)
    assert len({(item.kind, item.number, item.detail) for item in one}) == len(one)
