"""Shares add up to the cent, whatever an invoice has; months are posted once (G-9)."""

from datetime import date, datetime

import pytest
from django.db import DatabaseError, transaction
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import Allocation, BillingPeriod, Posting, Share
from quartermaster.billing.queries.bills import invoices_visible_to, lines_visible_to
from quartermaster.billing.rules.allocation import Borne, allocated
from quartermaster.billing.rules.bills import SharingKey
from quartermaster.inventory.actions import assign_line
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from tests.factories import orders as make
from tests.factories.invoices import bill, charge, kept, ordered_line
from tests.races import at_once

DEPARTMENTS = [new_id() for _ in range(4)]
GHOST = "+14145550199"
OCTOBER = date(2026, 10, 1)

days = st.dictionaries(st.sampled_from([*DEPARTMENTS, None]), st.integers(0, 31), max_size=4)
by_days = st.builds(lambda c, d: (c, d, ""), st.integers(-50_000, 500_000), days)
by_centre = st.builds(
    lambda c, d: (c, {d: 31}, "6831"), st.integers(-50_000, 500_000), st.sampled_from(DEPARTMENTS)
)


@pytest.mark.clause("G-9")
@given(
    st.lists(by_days | by_centre, max_size=12),
    st.integers(-100_000, 100_000),
    st.sampled_from(SharingKey),
)
def test_every_cent_is_shared_out_once(rows, of_no_line, key):
    lines = [Borne(place, *row) for place, row in enumerate(rows, 1)]
    parts = allocated(lines, of_no_line, key)
    for line in lines:
        assert sum(part.cents for part in parts if part.place == line.place) == line.cents
    assert sum(part.cents for part in parts if part.place is None) == of_no_line
    assert sum(part.cents for part in parts) == sum(row[0] for row in rows) + of_no_line
    assert parts == allocated(lines, of_no_line, key)


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def lines(cast, plan, at):
    """One of Water Works, one of the Library."""
    return ordered_line(cast.ana, plan, at), ordered_line(cast.rex, plan, at)


def shares(invoice):
    rows = Share.objects.filter(allocation__invoice=invoice, allocation__superseded_at=None)
    rows = rows.order_by("line__place", "department__code").select_related("department", "line")
    return [
        (
            row.line.number if row.line else "",
            row.department.code if row.department else "",
            row.account,
            row.cents,
        )
        for row in rows
    ]


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_a_line_is_of_whoever_had_it_by_days(lines, cast, at):
    line, other = lines
    moved = at.replace(month=10, day=11)
    assign_line(line_id=line.id, holder_id=cast.rex.id, actor=make.HOUSE, at=moved)
    invoice = kept(at, bill(line.number, charge(3100)), bill(other.number, charge(500)))
    numbers = sorted((line.number, other.number))
    expected = {
        line.number: [("LIB", "", 2100), ("WATER", "", 1000)],
        other.number: [("LIB", "", 500)],
    }
    assert shares(invoice) == [(number, *share) for number in numbers for share in expected[number]]


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_cost_centres_go_before_custody_and_accounts_are_found_by_department(lines, cast, ida, at):
    line, other = lines
    invoices.set_cost_account(
        department_id=cast.library.id, account="LIB-MAIN", cost_centre="", actor=ida, at=at
    )
    invoices.set_cost_account(
        department_id=cast.water.id, account="W-410", cost_centre="Water-410", actor=ida, at=at
    )
    invoice = kept(
        at,
        bill(other.number, charge(3999), cost_centre="WATER-410"),
        bill(line.number, charge(3999)),
        bill(GHOST, charge(100)),
        account_charges=(charge(-301, "credit", "Account credit"),),
    )
    found = shares(invoice)
    assert sorted(found[:3]) == sorted(
        [
            (other.number, "WATER", "W-410", 3999),
            (line.number, "WATER", "", 3999),
            (GHOST, "", "", 100),
        ]
    )
    assert sum(row[3] for row in found) == invoice.read_cents


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("key", "expected"),
    [
        (SharingKey.LINES, {"LIB": -150, "WATER": -150}),
        (SharingKey.CHARGES, {"LIB": -60, "WATER": -240}),
        (SharingKey.EVENLY, {"LIB": -150, "WATER": -150}),
    ],
)
def test_what_is_of_no_line_is_shared_out_by_the_key_in_force(lines, cast, ida, at, key, expected):
    line, other = lines
    invoices.set_sharing_rule(key=SharingKey.EVENLY, from_on=date(2025, 1, 1), actor=ida, at=at)
    invoices.set_sharing_rule(key=key, from_on=OCTOBER, account="287-1", actor=ida, at=at)
    invoice = kept(
        at,
        bill(line.number, charge(4000)),
        bill(other.number, charge(1000)),
        account_charges=(charge(-300, "credit"),),
    )
    assert {row[1]: row[3] for row in shares(invoice) if not row[0]} == expected
    with pytest.raises(Conflict):
        invoices.set_sharing_rule(key=key, from_on=OCTOBER, account="287-1", actor=ida, at=at)


@pytest.mark.django_db
def test_shared_out_again_the_same_stands_and_another_takes_its_place(lines, cast, ida, at):
    line, _ = lines
    invoice = kept(at, bill(line.number, charge(3999)))
    (first,) = Allocation.objects.filter(invoice=invoice)
    assert invoices.allocate_invoice(invoice_id=invoice.id, actor=make.HOUSE, at=at) == first
    invoices.set_cost_account(department_id=cast.water.id, account="W-1", actor=ida, at=at)
    second = invoices.allocate_invoice(invoice_id=invoice.id, actor=make.HOUSE, at=at)
    first.refresh_from_db()
    assert (first.superseded_at, second.superseded_at) == (at, None)
    assert shares(invoice) == [(line.number, "WATER", "W-1", 3999)]


@pytest.mark.django_db
def test_a_coordinator_sees_their_departments_lines_alone(lines, cast, at):
    line, other = lines
    invoice = kept(at, bill(line.number, charge(3999)), bill(other.number, charge(3999)))
    elsewhere = kept(at, bill(other.number, charge(3999)), account="287-2", number="X")

    def seen(person):
        actor = cast.acting(person)
        return {
            row: sorted(line.number for line in lines_visible_to(actor, row))
            for row in invoices_visible_to(actor)
        }

    assert seen(cast.cole) == {invoice: [line.number]}
    assert seen(cast.ida) == {
        invoice: sorted([line.number, other.number]),
        elsewhere: [other.number],
    }
    assert seen(cast.rex) == seen(cast.ana) == seen(cast.sue) == {}


@pytest.mark.django_db
def test_the_database_refuses_shares_that_do_not_add_up(lines, at):
    line, _ = lines
    invoice = kept(at, bill(line.number, charge(3999)))
    (made,) = Allocation.objects.filter(invoice=invoice)

    def refused(change, because):
        with pytest.raises(DatabaseError, match=because), transaction.atomic():
            change()

    def another(cents):
        Allocation.objects.filter(id=made.id).update(superseded_at=at)
        fresh = Allocation.objects.create(
            invoice=invoice, total_cents=3999, digest="0" * 64, made_at=at
        )
        Share.objects.create(
            allocation=fresh, line=invoice.lines.get(), cents=cents, basis="by hand"
        )
        Allocation.objects.filter(id=fresh.id).update(sealed=True)

    refused(lambda: another(3998), "do not add up")
    refused(lambda: Share.objects.update(cents=1), "written once")
    refused(
        lambda: Share.objects.create(allocation=made, line=None, cents=1, basis="more"),
        "takes nothing more",
    )
    another(3999)


def posted(month):
    rows = Posting.objects.filter(period__month=month).order_by("department__code", "id")
    return [
        (row.department.code if row.department else "", row.account, row.cents, row.correction)
        for row in rows
    ]


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_a_closed_month_stays_and_corrections_come_with_the_next(lines, cast, ida, at):
    line, other = lines
    kept(at, bill(line.number, charge(3999)), bill(other.number, charge(3999)))
    invoices.close_period(month=OCTOBER, actor=ida, at=at)
    assert posted(OCTOBER) == [("LIB", "", 3999, False), ("WATER", "", 3999, False)]
    with pytest.raises(Conflict):
        invoices.close_period(month=OCTOBER, actor=ida, at=at)
    later = datetime(2026, 12, 3, 15, tzinfo=at.tzinfo)
    kept(later, bill(line.number, charge(3500)), bill(other.number, charge(3999)))
    kept(
        later,
        bill(line.number, charge(3999)),
        cycle_from=date(2026, 11, 1),
        cycle_until=date(2026, 11, 30),
    )
    invoices.close_period(month=date(2026, 11, 1), actor=ida, at=later)
    assert posted(OCTOBER) == [("LIB", "", 3999, False), ("WATER", "", 3999, False)]
    assert posted(date(2026, 11, 1)) == [("WATER", "", -499, True), ("WATER", "", 3999, False)]
    total = Posting.objects.aggregate(sum=Sum("cents"))["sum"]
    in_force = Share.objects.filter(
        allocation__superseded_at=None, allocation__invoice__superseded_at=None
    )
    assert total == in_force.aggregate(sum=Sum("cents"))["sum"] == 3500 + 3999 + 3999


@pytest.mark.django_db
def test_a_month_that_is_not_over_is_not_closed(cast, ida, at):
    with pytest.raises(Conflict, match="not over"):
        invoices.close_period(month=date(2026, 11, 1), actor=ida, at=at)
    with pytest.raises(InvalidInput):
        invoices.close_period(month=date(2026, 10, 2), actor=ida, at=at)
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            invoices.close_period(month=OCTOBER, actor=cast.acting(person), at=at)
    invoices.close_period(month=OCTOBER, actor=ida, at=at)
    with pytest.raises(DatabaseError), transaction.atomic():
        BillingPeriod.objects.update(closed_label="x")
    with pytest.raises(Conflict, match="closed already"):
        invoices.close_period(month=date(2026, 9, 1), actor=ida, at=at)


@pytest.mark.django_db(transaction=True)
def test_two_who_close_a_month_at_once_close_it_once(cast, at):
    line = ordered_line(cast.ana, make.plan(make.contract(at), at), at)
    kept(at, bill(line.number, charge(3999)))
    ida = cast.acting(cast.ida)

    def close():
        return invoices.close_period(month=OCTOBER, actor=ida, at=at)

    outcomes = at_once(close, close)
    assert sorted(type(item).__name__ for item in outcomes) == ["BillingPeriod", "Conflict"]
    assert posted(OCTOBER) == [("WATER", "", 3999, False)]
