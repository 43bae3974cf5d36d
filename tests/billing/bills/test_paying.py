"""Invoices are approved once; what is disputed or personal is held back (G-12, G-2)."""

from dataclasses import replace

import pytest
from django.db import DatabaseError, transaction

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import InvoiceApproval
from quartermaster.billing.queries.paying import payment_of
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from tests.factories import orders as make
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, finding, found, kept, ordered_line, read
from tests.factories.org import PersonFactory
from tests.races import at_once

OWN, GHOST = "+14145550177", "+14145550199"


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def line(cast, plan, at):
    return ordered_line(cast.ana, plan, at)


def personal(cast, at, number=OWN):
    return invoices.enter_personal_number(
        number=number,
        person_id=cast.ana.id,
        how="She said so herself",
        actor=cast.acting(cast.ida),
        at=at,
    )


@pytest.mark.django_db
@pytest.mark.clause("G-2")
def test_a_personal_number_is_found_and_never_paid(line, cast, ida, at):
    personal(cast, at)
    invoice = kept(at, bill(line.number, charge(3999)), bill(OWN, charge(6500), charge(390, "tax")))
    row = finding(invoice, "personal")
    assert (row.cents, row.clause, row.person) == (6890, "G-2", cast.ana)
    assert (
        row.sentence
        == f"{pretty_number(OWN)} is Ana Reyes's own number. The City pays nothing for it."
    )
    with pytest.raises(Conflict):
        invoices.explain(finding=row, reason="An exception", actor=ida, at=at)
    made = invoices.approve_invoice(invoice_id=invoice.id, actor=ida, at=at)
    assert (made.total_cents, made.personal_cents, made.payable_cents) == (10889, 6890, 3999)


@pytest.mark.django_db
@pytest.mark.clause("G-2")
def test_the_database_pays_for_no_personal_number(line, cast, at):
    personal(cast, at)
    invoice = kept(at, bill(line.number, charge(3999)), bill(OWN, charge(6500)))
    for own in (0, 6499, 6501):
        with pytest.raises(DatabaseError, match="never paid by the City"), transaction.atomic():
            InvoiceApproval.objects.create(
                invoice=invoice,
                total_cents=10499,
                personal_cents=own,
                disputed_cents=0,
                payable_cents=10499 - own,
                approved_at=at,
                approved_label="test",
            )
    with pytest.raises(DatabaseError, match="adds_up"), transaction.atomic():
        InvoiceApproval.objects.create(
            invoice=invoice,
            total_cents=10499,
            personal_cents=6500,
            disputed_cents=0,
            payable_cents=10499,
            approved_at=at,
            approved_label="test",
        )


@pytest.mark.django_db
def test_a_number_said_to_be_personal_changes_the_invoices_that_are_not_paid(line, cast, ida, at):
    invoice = kept(at, bill(line.number, charge(3999)), bill(OWN, charge(6500)))
    assert found(invoice) == [("unordered", OWN, 6500, "open")]
    row = personal(cast, at)
    assert found(invoice) == [
        ("personal", OWN, 6500, "open"),
        ("unordered", OWN, 6500, "closed"),
    ]
    invoices.end_personal_number(number_id=row.id, reason="A mistake", actor=ida, at=at)
    assert found(invoice) == [
        ("personal", OWN, 6500, "closed"),
        ("unordered", OWN, 6500, "open"),
    ]
    assert payment_of(invoice).personal_cents == 0


@pytest.mark.django_db
def test_only_numbers_that_are_none_of_the_citys_are_personal(line, cast, ida, at):
    with pytest.raises(Conflict):
        personal(cast, at, line.number)
    with pytest.raises(InvalidInput):
        personal(cast, at, "not a number")
    personal(cast, at)
    with pytest.raises(Conflict):
        personal(cast, at)
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            invoices.enter_personal_number(
                number=GHOST, person_id=None, how="x", actor=cast.acting(person), at=at
            )


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_what_is_disputed_is_held_back_and_what_waits_is_decided_first(line, cast, ida, at):
    invoice = kept(at, bill(line.number, charge(4999)), bill(GHOST, charge(6500)))
    with pytest.raises(Conflict, match="2 findings are to be decided"):
        invoices.approve_invoice(invoice_id=invoice.id, actor=ida, at=at)
    invoices.dispute(finding=finding(invoice, "unordered"), reason="", actor=ida, at=at)
    invoices.accept(finding=finding(invoice, "rate"), actor=ida, at=at)
    with pytest.raises(Conflict, match="changed in the meantime"):
        invoices.approve_invoice(invoice_id=invoice.id, shown_cents=1, actor=ida, at=at)
    made = invoices.approve_invoice(invoice_id=invoice.id, shown_cents=4999, actor=ida, at=at)
    assert (made.total_cents, made.disputed_cents, made.payable_cents) == (11499, 6500, 4999)
    assert made.approved_by == cast.ida
    with pytest.raises(Conflict, match="approved already"):
        invoices.approve_invoice(invoice_id=invoice.id, actor=ida, at=at)


@pytest.mark.django_db
def test_a_wrong_total_is_approved_with_a_reason_alone(line, cast, ida, at):
    good = read(bill(line.number, charge(3999)))
    made = invoices.keep_invoice(
        read=replace(good, stated_cents=4000), source=None, actor=make.HOUSE, at=at
    )
    outbox.deliver_due(at)
    with pytest.raises(InvalidInput):
        invoices.approve_invoice(invoice_id=made.id, actor=ida, at=at)
    done = invoices.approve_invoice(invoice_id=made.id, note="A cent, asked", actor=ida, at=at)
    assert (done.note, done.payable_cents) == ("A cent, asked", 3999)


@pytest.mark.django_db
def test_only_administrators_approve(line, cast, at):
    invoice = kept(at, bill(line.number, charge(3999)))
    for person in (cast.ana, cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            invoices.approve_invoice(invoice_id=invoice.id, actor=cast.acting(person), at=at)


@pytest.mark.django_db
def test_a_superseded_invoice_is_not_approved(line, cast, ida, at):
    first = kept(at, bill(line.number, charge(3999)))
    second = kept(at, bill(line.number, charge(3999), charge(1, "tax")))
    with pytest.raises(Exception, match="no such invoice in force"):
        invoices.approve_invoice(invoice_id=first.id, actor=ida, at=at)
    assert invoices.approve_invoice(invoice_id=second.id, actor=ida, at=at).payable_cents == 4000


@pytest.mark.django_db(transaction=True)
@pytest.mark.clause("G-12")
def test_two_who_approve_at_once_approve_once(cast, at):
    contract = make.contract(at)
    line = ordered_line(cast.ana, make.plan(contract, at), at)
    invoice = kept(at, bill(line.number, charge(3999)))
    ida = cast.acting(cast.ida)

    def approve():
        return invoices.approve_invoice(invoice_id=invoice.id, actor=ida, at=at)

    outcomes = at_once(approve, approve)
    assert sorted(type(item).__name__ for item in outcomes) == ["Conflict", "InvoiceApproval"]
    assert InvoiceApproval.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_accepting_and_disputing_at_once_does_one_of_them(cast, at):
    line = LineFactory(holder=cast.ana)
    row = finding(kept(at, bill(line.number, charge(6500))), "unordered")
    ida = cast.acting(cast.ida)
    outcomes = at_once(
        lambda: invoices.explain(finding=row, reason="Known", actor=ida, at=at),
        lambda: invoices.dispute(finding=row, reason="", actor=ida, at=at),
    )
    assert sum(isinstance(item, Conflict) for item in outcomes) == 1
    row.refresh_from_db()
    assert row.state in {"explained", "disputed"}


@pytest.mark.django_db
def test_a_person_on_another_line_changes_nothing(line, cast, at):
    PersonFactory(department=cast.water)
    assert found(kept(at, bill(line.number, charge(3999)))) == []
