"""Findings against departments and ITMD itself: once, told, closed with a reason (G-12)."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingFinding
from quartermaster.compliance.actions import departments
from quartermaster.compliance.departments import department_findings_visible_to
from quartermaster.compliance.models import DepartmentFinding
from quartermaster.compliance.review_handlers import (
    open_overdue_review,
    settle_overdue_review,
)
from quartermaster.inventory.identifiers import pretty_number
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.usage.usage_events import ReviewOverdue, ReviewSigned
from tests.factories import orders
from tests.factories.inventory import LineFactory
from tests.factories.invoices import bill, charge, kept, ordered_line
from tests.races import at_once

HOUSE = system("test")
GHOST = "+14145550199"


def against(department, at, source=None, **more):
    return departments.open_department_finding(
        **{
            "source_kind": "test.thing",
            "source_id": source or new_id(),
            "department_id": department.id if department else None,
            "clause": "G-12",
            "title": "Unauthorised purchase",
            "observed": "A line that nobody ordered.",
            "remedy": "Order it, or end it.",
            "actor": HOUSE,
            "at": at,
            **more,
        }
    )


@pytest.fixture
def bought(cast, at):
    """A line of Ana's that nobody ordered is billed; what was heard of it."""
    line = LineFactory(holder=cast.ana)
    invoice = kept(at, bill(line.number, charge(6500)))
    outbox.deliver_due(at)
    return BillingFinding.objects.get(invoice=invoice)


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_an_unauthorised_purchase_is_a_finding_against_the_department(bought, cast, at):
    (row,) = DepartmentFinding.objects.all()
    assert (row.department, row.clause, row.title, row.state) == (
        cast.water,
        "G-12",
        "Unauthorised purchase",
        "open",
    )
    assert row.observed == bought.sentence
    (message,) = Message.objects.filter(template="compliance/notices/department")
    assert message.recipient == cast.cole.email
    assert pretty_number(bought.number) in message.text


@pytest.mark.django_db
def test_what_else_is_found_in_invoices_is_none_of_it(cast, at):
    line = ordered_line(cast.ana, orders.plan(orders.contract(at), at), at)
    kept(at, bill(line.number, charge(9999)))
    outbox.deliver_due(at)
    assert DepartmentFinding.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.clause("G-12")
def test_it_stands_while_accepted_and_ends_with_an_explanation(bought, cast, at):
    ida = cast.acting(cast.ida)
    invoices.accept(finding=bought, actor=ida, at=at)
    outbox.deliver_due(at)
    assert DepartmentFinding.objects.get().state == "open"
    invoices.explain(finding=bought, reason="A trial, agreed on in June", actor=ida, at=at)
    outbox.deliver_due(at)
    row = DepartmentFinding.objects.get()
    assert (row.state, row.closing_reason) == ("settled", "A trial, agreed on in June")


@pytest.mark.django_db
def test_a_corrected_invoice_closes_it_and_another_opens_it_again(bought, cast, at):
    number = bought.number
    kept(at, bill(GHOST, charge(0)))
    outbox.deliver_due(at)
    row = DepartmentFinding.objects.get()
    assert (row.state, row.closing_reason) == (
        "settled",
        "The corrected invoice no longer has it.",
    )
    kept(at, bill(number, charge(6500)))
    outbox.deliver_due(at)
    states = list(DepartmentFinding.objects.order_by("id").values_list("state", flat=True))
    assert states == ["settled", "open"]


@pytest.mark.django_db
@pytest.mark.clause("G-9")
def test_a_review_that_is_late_is_found_against_itmd(cast, at):
    key = new_id()
    for _ in range(2):
        open_overdue_review(ReviewOverdue(key, date(2026, 10, 1), date(2026, 11, 15)), at)
    (row,) = DepartmentFinding.objects.all()
    assert (row.department, row.clause) == (None, "G-9")
    assert row.observed == "The usage of October 2026 was to be reviewed by November 15, 2026."
    assert [m.recipient for m in Message.objects.all()] == [cast.ida.email]
    settle_overdue_review(ReviewSigned(key, date(2026, 10, 1)), at)
    row.refresh_from_db()
    assert (row.state, row.closing_reason) == ("settled", "It was reviewed and signed off.")


@pytest.mark.django_db
def test_who_sees_and_withdraws(cast, at):
    water, library, own = (against(d, at) for d in (cast.water, cast.library, None))
    seen = {
        name: set(department_findings_visible_to(cast.acting(getattr(cast, name))))
        for name in ("ida", "cole", "sue", "ana", "rex")
    }
    assert seen == {
        "ida": {water, library, own},
        "cole": {water},
        "sue": set(),
        "ana": set(),
        "rex": set(),
    }
    for person in (cast.cole, cast.ana, cast.rex):
        with pytest.raises(Refused):
            departments.withdraw_department_finding(
                finding=water, reason="No", actor=cast.acting(person), at=at
            )
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput):
        departments.withdraw_department_finding(finding=water, reason=" ", actor=ida, at=at)
    departments.withdraw_department_finding(finding=water, reason="A mistake", actor=ida, at=at)
    assert (water.state, water.closed_by) == ("withdrawn", cast.ida)
    with pytest.raises(Conflict):
        departments.withdraw_department_finding(finding=water, reason="Again", actor=ida, at=at)


@pytest.mark.django_db
@pytest.mark.parametrize("change", [{"state": "odd"}, {"state": "settled"}, {"clause": ""}])
def test_the_database_holds_it(cast, at, change):
    row = against(cast.water, at)
    with pytest.raises(IntegrityError), transaction.atomic():
        DepartmentFinding.objects.filter(id=row.id).update(**change)


@pytest.mark.django_db(transaction=True)
def test_two_who_hear_of_it_at_once_open_one(cast, at):
    key = new_id()
    first, second = at_once(
        lambda: against(cast.water, at, key).id, lambda: against(cast.water, at, key).id
    )
    assert first == second
