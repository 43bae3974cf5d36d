"""Findings of kept invoices: opened, the same again, closed by a correction, decided (G-12)."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.models import Entry
from quartermaster.billing import invoice_schedule as schedule
from quartermaster.billing.actions import invoices, services
from quartermaster.billing.models import BillingFinding, Dispute, DisputeItem, Service
from quartermaster.billing.queries.bills import findings_visible_to
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.actions import assign_line, move_line, unassign
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from tests.factories import orders as make
from tests.factories.inventory import DeviceFactory, LineFactory, SimFactory
from tests.factories.invoices import bill, charge, finding, found, kept, ordered_line
from tests.factories.org import PersonFactory
from tests.factories.recoveries import begun, separated

pytestmark = pytest.mark.django_db
GHOST = "+14145550199"
NOVEMBER = {
    "cycle_from": date(2026, 11, 1),
    "cycle_until": date(2026, 11, 30),
    "number": "INV-11",
}


@pytest.fixture
def line(cast, plan, at):
    return ordered_line(cast.ana, plan, at)


@pytest.mark.clause("G-12")
def test_a_line_that_nobody_ordered_is_found_and_one_that_was_is_not(line, cast, at):
    invoice = kept(at, bill(line.number, charge(3999)), bill(GHOST, charge(6500), user="UNKNOWN"))
    assert found(invoice) == [("unordered", GHOST, 6500, "open")]
    row = finding(invoice, "unordered")
    assert (
        row.sentence == f"{pretty_number(GHOST)} costs $65.00 in this cycle, and nobody ordered it."
    )
    assert row.clause == "G-12"
    assert "Name on the bill: UNKNOWN." in row.steps
    assert row.department is None


def test_a_line_of_the_register_without_an_order_is_of_its_department(cast, at):
    line = LineFactory(holder=cast.ana)
    invoice = kept(at, bill(line.number, charge(6500)))
    row = finding(invoice, "unordered")
    assert (row.department, row.person, row.line) == (cast.water, cast.ana, line)
    assert "It is in the register, but no purchase order and no entry stands for it." in row.steps


def test_an_excluded_department_buys_for_itself(cast, at):
    cast.library.coverage, cast.library.exclusion_reason = "excluded", "Its own contracts"
    cast.library.save()
    line = LineFactory(holder=cast.rex)
    assert found(kept(at, bill(line.number, charge(6500)))) == []


def test_a_line_on_its_way_is_expected(authorised, contract, plan, cast, at):
    earlier = at - timedelta(days=40)
    make.sent(
        make.raised(
            contract, earlier, make.ordered(LineKind.LINE, cast.water, plan_id=plan.id, quantity=1)
        ),
        cast.ida,
        earlier,
    )
    one, two = "+14145550101", "+14145550102"
    invoice = kept(at, bill(one, charge(3999)), bill(two, charge(3999)))
    assert found(invoice) == [("unordered", two, 3999, "open")]


@pytest.mark.clause("G-12")
def test_matched_again_it_has_the_same_findings(line, at):
    invoice = kept(at, bill(line.number, charge(4999)))
    before = list(BillingFinding.objects.values())
    entries = Entry.objects.count()
    for days in range(3):
        assert schedule.look_again(at + timedelta(days=days)) == 1
    assert list(BillingFinding.objects.values()) == before
    assert Entry.objects.count() == entries
    assert found(invoice) == [("rate", line.number, 1000, "open")]


@pytest.mark.clause("G-12")
def test_a_corrected_invoice_closes_what_no_longer_holds_and_keeps_what_does(line, at):
    first = kept(at, bill(line.number, charge(4999)), bill(GHOST, charge(500)))
    later = at + timedelta(days=2)
    second = kept(later, bill(line.number, charge(3999)), bill(GHOST, charge(500)))
    assert found(first) == []
    assert found(second) == [
        ("rate", line.number, 1000, "closed"),
        ("unordered", GHOST, 500, "open"),
    ]
    row = finding(second, "rate")
    assert row.closing_reason == "The corrected invoice no longer has it."
    assert row.closed_at == later
    third = kept(later, bill(line.number, charge(4999)), bill(GHOST, charge(500)))
    assert found(third) == [
        ("rate", line.number, 1000, "open"),
        ("unordered", GHOST, 500, "open"),
    ]


def test_what_is_entered_later_closes_the_finding_by_the_clock(contract, plan, cast, at):
    line = LineFactory(holder=cast.ana, account="287-1")
    invoice = kept(at, bill(line.number, charge(3999)))
    assert found(invoice) == [("unordered", line.number, 3999, "open")]
    services.enter_service(
        line_id=line.id,
        plan_id=plan.id,
        from_on=date(2026, 5, 1),
        reason="The order of May was found on paper",
        actor=make.HOUSE,
        at=at,
    )
    schedule.look_again(at)
    row = finding(invoice, "unordered")
    assert (row.state, row.closing_reason) == (
        "closed",
        "By what is known now, it no longer holds.",
    )


@pytest.mark.clause("G-12")
def test_a_cancelled_line_that_is_still_billed(line, at):
    move_line(line_id=line.id, verb="cancel", actor=make.HOUSE, at=at - timedelta(days=60))
    assert found(kept(at, bill(line.number, charge(3999), charge(240, "tax")))) == [
        ("cancelled", line.number, 4239, "open")
    ]


def test_a_suspended_line_that_is_still_billed(line, at):
    move_line(line_id=line.id, verb="suspend", actor=make.HOUSE, at=at - timedelta(days=60))
    assert found(kept(at, bill(line.number, charge(3999)))) == [
        ("suspended", line.number, 3999, "open")
    ]


@pytest.mark.clause("C-4")
def test_a_line_of_somebody_who_left_costs_them_from_the_day_after(line, cast, at):
    separated(cast.ana, date(2026, 10, 16))
    invoice = kept(at, bill(line.number, charge(3999)))
    row = finding(invoice, "separated")
    assert (row.person, row.from_on, row.until_on) == (
        cast.ana,
        date(2026, 10, 17),
        date(2026, 10, 31),
    )
    assert row.cents == 1935  # 15 of 31 days of 39.99


def test_a_line_that_went_to_somebody_else_in_time_is_no_finding(line, cast, at):
    separated(cast.ana, date(2026, 10, 16))
    other = PersonFactory(department=cast.water)
    assign_line(
        line_id=line.id, holder_id=other.id, actor=make.HOUSE, at=at.replace(month=10, day=17)
    )
    assert found(kept(at, bill(line.number, charge(3999)))) == []


def test_an_instalment_of_a_device_that_was_returned(line, cast, at):
    device = DeviceFactory(holder=cast.ana)
    unassign(device_id=device.id, actor=make.HOUSE, at=at - timedelta(days=60))
    instalment = charge(1111, "equipment", "Device instalment 7 of 24")
    invoice = kept(at, bill(line.number, charge(3999), instalment, imei=device.imei))
    assert found(invoice) == [("instalment", line.number, 1111, "open")]


def test_the_same_charge_on_two_invoices_is_found_on_the_later(line, at):
    span = {"from_on": date(2026, 10, 1), "until_on": date(2026, 10, 31)}
    first = kept(at, bill(line.number, charge(3999, **span)))
    second = kept(at, bill(line.number, charge(3999, **span)), account="287-9", number="INV-X")
    assert found(first) == []
    assert found(second) == [("duplicate", line.number, 3999, "open")]


def test_unused_lines_are_found_whatever_order_their_invoices_come_in(line, at):
    idle = {"used": type(bill(GHOST).used)()}
    spans = [(date(2026, m, 1), date(2026, m, 28 + (m != 2) * 2)) for m in (8, 9, 10)]
    made = [
        kept(
            at,
            bill(line.number, charge(3999), **idle),
            cycle_from=first,
            cycle_until=last,
            number=f"INV-{first.month}",
        )
        for first, last in (spans[2], spans[0], spans[1])
    ]
    assert [found(invoice) for invoice in made] == [
        [("unused", line.number, 3999, "open")],
        [],
        [],
    ]


def test_what_is_found_by_sim_where_the_number_is_not_known_yet(
    authorised, contract, plan, cast, at
):
    sim = SimFactory()
    Service.objects.create(
        sim=sim,
        plan=plan,
        from_on=date(2026, 2, 1),
        reason="Ordered with its SIM",
        entered_at=at,
        entered_by="test",
    )
    assert found(kept(at, bill(GHOST, charge(3999), iccid=sim.iccid))) == []


@pytest.mark.clause("G-12")
def test_findings_are_accepted_or_explained_with_a_reason(cast, at):
    line = LineFactory(holder=cast.ana)
    invoice = kept(at, bill(line.number, charge(6500)), bill(GHOST, charge(500)))
    row = BillingFinding.objects.get(invoice=invoice, number=line.number)
    cole, ida = cast.acting(cast.cole), cast.acting(cast.ida)
    with pytest.raises(InvalidInput):
        invoices.explain(finding=row, reason="  ", actor=cole, at=at)
    done = invoices.explain(finding=row, reason="A trial by the carrier", actor=cole, at=at)
    assert (done.state, done.reason, done.decided_by) == (
        "explained",
        "A trial by the carrier",
        cast.cole,
    )
    with pytest.raises(Conflict):
        invoices.accept(finding=row, actor=ida, at=at)
    schedule.look_again(at + timedelta(days=1))
    row.refresh_from_db()
    assert row.state == "explained"  # the same again asks nobody again
    more = kept(at, bill(line.number, charge(7500)), bill(GHOST, charge(500)))
    row.refresh_from_db()
    assert (row.state, row.cents, row.reason, row.invoice) == (
        "open",
        7500,
        "A trial by the carrier",
        more,
    )


@pytest.mark.clause("G-12")
def test_only_who_answers_for_a_department_sees_and_decides(cast, at):
    line = LineFactory(holder=cast.ana)
    invoice = kept(at, bill(line.number, charge(6500)), bill(GHOST, charge(500)))
    row = BillingFinding.objects.get(invoice=invoice, number=line.number)
    ghost = BillingFinding.objects.get(invoice=invoice, number=GHOST)
    seen = {
        name: set(findings_visible_to(cast.acting(getattr(cast, name))))
        for name in ("ida", "cole", "sue", "ana", "rex")
    }
    assert seen == {"ida": {row, ghost}, "cole": {row}, "sue": set(), "ana": set(), "rex": set()}
    for person in (cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            invoices.accept(finding=row, actor=cast.acting(person), at=at)
    with pytest.raises(Refused):
        invoices.explain(finding=ghost, reason="Mine", actor=cast.acting(cast.cole), at=at)
    with pytest.raises(Refused):
        invoices.dispute(finding=row, reason="", actor=cast.acting(cast.cole), at=at)


def test_a_dispute_is_taken_back_before_it_is_sent(cast, at):
    invoice = kept(at, bill(GHOST, charge(500)))
    row, ida = finding(invoice, "unordered"), cast.acting(cast.ida)
    item = invoices.dispute(finding=row, reason="Never ordered", actor=ida, at=at)
    assert (item.cents, item.dispute.state, item.dispute.invoice) == (500, "draft", invoice)
    invoices.take_back(finding=row, actor=ida, at=at)
    row.refresh_from_db()
    assert (row.state, row.decided_label) == ("open", "")
    again = invoices.dispute(finding=row, reason="", actor=ida, at=at)
    assert again.dispute == item.dispute
    assert Dispute.objects.count() == 1
    assert DisputeItem.objects.filter(live=True).count() == 1


@pytest.mark.parametrize(
    "change",
    [
        {"state": "lost"},
        {"state": "explained", "decided_label": "x", "reason": ""},
        {"state": "accepted"},
        {"state": "closed"},
        {"kind": "odd"},
        {"cents": 10**16},
    ],
)
def test_the_database_holds_findings_to_their_states(change, at):
    invoice = kept(at, bill(GHOST, charge(500)))
    with pytest.raises(IntegrityError), transaction.atomic():
        BillingFinding.objects.filter(invoice=invoice).update(**change)


@pytest.mark.clause("C-4")
def test_what_was_incurred_after_the_last_day_reaches_the_recovery_once(line, cast, at):
    recovery = begun(cast.ana, at, date(2026, 10, 16))
    invoice = kept(at, bill(line.number, charge(3999)))
    row, ida = finding(invoice, "separated"), cast.acting(cast.ida)
    assert recovery.charges.count() == 0  # a person accepts it first
    invoices.accept(finding=row, actor=ida, at=at)
    outbox.deliver_due(at)
    (added,) = recovery.charges.all()
    assert (added.amount_cents, added.line, added.invoice) == (1935, line, "INV-10")
    assert (added.from_on, added.until_on) == (date(2026, 10, 17), date(2026, 10, 31))
    with pytest.raises(Conflict):
        invoices.explain(finding=row, reason="No", actor=ida, at=at)
    more = kept(at, bill(line.number, charge(3999), charge(4500, from_on=date(2026, 10, 20))))
    row.refresh_from_db()
    assert (row.state, row.cents) == ("open", 1935 + 4500)
    invoices.accept(finding=row, actor=ida, at=at)
    outbox.deliver_due(at)
    assert [c.amount_cents for c in recovery.charges.order_by("added_at", "id")] == [1935, 4500]
    assert more.number == "INV-10"
