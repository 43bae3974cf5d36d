"""Invoices are kept once, whole, in one form, and the database adds them up (G-12)."""

from dataclasses import replace
from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.models import Entry
from quartermaster.billing.actions.invoices import keep_invoice
from quartermaster.billing.models import Invoice, InvoiceCharge, InvoiceLine
from quartermaster.billing.rules.invoices import Amounts
from quartermaster.billing.rules.kept_invoices import digest_of, sound
from quartermaster.kernel.errors import InvalidInput, Refused
from quartermaster.kernel.money import LARGEST
from tests.factories.invoices import USED, bill, charge, read
from tests.factories.orders import HOUSE
from tests.races import at_once

ANA, REX = "+14142863800", "+14142863801"
OCTOBER = read(
    bill(ANA, charge(3999), charge(412, "tax"), user="A REYES", cost_centre="6831"),
    bill(REX, charge(3999), charge(-500, "credit")),
    account_charges=(charge(199, "surcharge", "Administrative fee"),),
)


def keep(what, at, actor=HOUSE):
    return keep_invoice(read=what, source=None, actor=actor, at=at)


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_an_invoice_is_kept_with_its_lines_and_charges(at):
    made = keep(OCTOBER, at)
    made.refresh_from_db()
    assert (made.number, made.read_cents, made.stated_cents) == ("INV-10", 8109, 8109)
    assert (made.line_count, made.revision, made.sealed, made.in_force) == (2, 1, True, True)
    first, second = made.lines.all()
    assert (first.number, first.user, first.cost_centre, first.plan) == (
        ANA,
        "A REYES",
        "6831",
        "Unlimited",
    )
    assert (first.total_cents, second.total_cents) == (4411, 3499)
    assert (first.seconds, first.messages, first.kilobytes) == (3_600, 40, 2_000_000)
    assert [(c.line_id, c.kind, c.cents) for c in made.charges.all()] == [
        (first.id, "plan", 3999),
        (first.id, "tax", 412),
        (second.id, "credit", -500),
        (second.id, "plan", 3999),
        (None, "surcharge", 199),
    ]


@pytest.mark.django_db
def test_the_same_content_in_another_order_changes_nothing(at):
    made = keep(OCTOBER, at)
    turned = replace(OCTOBER, lines=tuple(reversed(OCTOBER.lines)))
    assert keep(turned, at).id == made.id
    assert Invoice.objects.count() == 1
    assert Entry.objects.filter(tag="billing.invoice.kept").count() == 1


@pytest.mark.django_db
def test_a_corrected_invoice_takes_the_place_of_the_earlier_one(at):
    first = keep(OCTOBER, at)
    second = keep(read(bill(ANA, charge(3500)), number="INV-10B"), at)
    first.refresh_from_db()
    assert (second.before_id, second.revision, second.in_force) == (first.id, 2, True)
    assert (first.superseded_at, first.lines.count(), first.charges.count()) == (at, 2, 5)
    assert list(Invoice.objects.filter(superseded_at=None)) == [second]
    back = keep(OCTOBER, at)  # what was read first comes again, and is the newest word
    assert (back.revision, back.before_id) == (3, second.id)


@pytest.mark.django_db
def test_another_cycle_or_account_is_another_invoice(at):
    keep(OCTOBER, at)
    keep(replace(OCTOBER, account="287-2"), at)
    keep(replace(OCTOBER, cycle_from=date(2026, 11, 1), cycle_until=date(2026, 11, 30)), at)
    assert Invoice.objects.filter(superseded_at=None).count() == 3


@pytest.mark.django_db
def test_what_a_carrier_writes_of_a_number_in_parts_is_one_line(at):
    made = keep(read(bill(ANA, charge(100)), bill(ANA, charge(23), plan="")), at)
    (line,) = made.lines.all()
    assert (line.total_cents, line.plan, line.seconds) == (123, "Unlimited", 7_200)


@pytest.mark.django_db
def test_a_difference_of_its_own_total_stays_visible(at):
    made = keep(replace(OCTOBER, stated_cents=8110), at)
    assert made.difference_cents == 1


@pytest.mark.parametrize(
    "bad",
    [
        replace(OCTOBER, cycle_until=date(2026, 9, 30)),
        replace(OCTOBER, cycle_until=date(2028, 1, 1)),
        replace(OCTOBER, carrier="  "),
        replace(OCTOBER, account="9" * 41),
        replace(OCTOBER, stated_cents=LARGEST + 1),
        read(bill("4142863800", charge(1))),
        read(bill(ANA, charge(LARGEST), charge(LARGEST)), stated_cents=0),
        read(bill(ANA, charge(1), used=Amounts(seconds=-1))),
        read(bill(ANA, charge(1, from_on=date(2026, 10, 9), until_on=date(2026, 10, 8)))),
    ],
)
def test_what_is_not_sound_is_not_kept(bad):
    with pytest.raises(InvalidInput):
        sound(bad)


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_only_itmd_takes_in_invoices(cast, at):
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            keep(OCTOBER, at, cast.acting(person))
    assert Invoice.objects.count() == 0
    assert keep(OCTOBER, at, cast.acting(cast.ida)).kept_by == cast.acting(cast.ida).label


@pytest.mark.django_db
def test_the_database_refuses_what_does_not_add_up(at):
    made = keep(OCTOBER, at)
    line = made.lines.first()

    def refused(change, because):
        with pytest.raises(DatabaseError, match=because), transaction.atomic():
            change()
            connection.check_constraints()

    refused(lambda: InvoiceCharge.objects.update(cents=1), "written once")
    refused(lambda: InvoiceLine.objects.update(total_cents=1), "written once")
    refused(lambda: Invoice.objects.update(read_cents=1), "written once")
    refused(lambda: Invoice.objects.update(sealed=False), "written once")
    refused(_delete_charges, "written once")
    refused(lambda: _more(made, line), "takes nothing more")
    refused(lambda: _open(made, at), "sealed in the act")
    refused(lambda: _sealed_wrong(made, at), "do not add up")


def _delete_charges():
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_invoicecharge")


def _more(made, line):
    InvoiceCharge.objects.create(invoice=made, line=line, place=99, kind="other", cents=1)


def _open(made, at):
    Invoice.objects.create(**_another(made, at))
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _sealed_wrong(made, at):
    other = Invoice.objects.create(**_another(made, at))
    row = InvoiceLine.objects.create(invoice=other, place=1, number=ANA, total_cents=5)
    InvoiceCharge.objects.create(invoice=other, line=row, place=1, kind="other", cents=6)
    Invoice.objects.filter(id=other.id).update(sealed=True)


def _another(made, at):
    return {
        "carrier": made.carrier,
        "account": "other",
        "cycle_from": made.cycle_from,
        "cycle_until": made.cycle_until,
        "number": "X",
        "issued_on": made.issued_on,
        "digest": made.digest,
        "stated_cents": 6,
        "read_cents": 6,
        "line_count": 1,
        "kept_at": at,
        "kept_by": "test",
    }


@pytest.mark.django_db(transaction=True)
def test_two_who_keep_the_same_at_once_keep_one(at):
    first, second = at_once(lambda: keep(OCTOBER, at).id, lambda: keep(OCTOBER, at).id)
    assert first == second
    assert Invoice.objects.count() == 1


numbers = st.integers(2_000_000_000, 9_999_999_999).map(lambda n: f"+1{n}")
charges = st.builds(
    charge, st.integers(-100_000, 100_000), st.sampled_from(["plan", "tax", "credit", "usage"])
)
bills = st.builds(lambda n, c: bill(n, *c, used=USED), numbers, st.lists(charges, max_size=5))


@given(st.lists(bills, max_size=6), st.randoms(use_true_random=False))
def test_the_digest_knows_content_and_not_order(lines, dice):
    first = sound(read(*lines))
    turned = list(lines)
    dice.shuffle(turned)
    turned = [replace(b, charges=tuple(dice.sample(b.charges, len(b.charges)))) for b in turned]
    second = sound(read(*turned))
    assert digest_of(first) == digest_of(second)
    assert (first, sound(first)) == (second, first)
    assert sum(line.cents for line in first.lines) == sum(line.cents for line in lines)
    assert digest_of(replace(first, stated_cents=first.stated_cents + 1)) != digest_of(first)
