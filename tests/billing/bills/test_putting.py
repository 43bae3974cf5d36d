"""A credit that names no dispute is put to one by hand: no more than there is, or is owed."""

from datetime import date, timedelta

import pytest
from django.urls import reverse

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import DisputeCredit, InvoiceCharge
from quartermaster.billing.queries.credits import free_credits
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from tests.factories.invoices import bill, charge, kept, ordered_line

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-12")]
GHOST, OTHER = "+14145550199", "+14145550198"
NOVEMBER = {
    "cycle_from": date(2026, 11, 1),
    "cycle_until": date(2026, 11, 30),
    "number": "INV-11",
}


@pytest.fixture
def ida(cast):
    return cast.acting(cast.ida)


@pytest.fixture
def sent(contract, ida, at):
    """A dispute of 500 and 700 cents, with the carrier."""
    october = kept(at, bill(GHOST, charge(500)), bill(OTHER, charge(700)))
    for row in october.findings.order_by("number"):
        item = invoices.dispute(finding=row, reason="Nobody ordered it", actor=ida, at=at)
    return invoices.send_dispute(dispute=item.dispute, actor=ida, at=at)


@pytest.fixture
def november(sent, cast, plan, at):
    line = ordered_line(cast.ana, plan, at)
    return kept(
        at,
        bill(line.number, charge(3999)),
        bill(OTHER, charge(-300, "credit", "Adjustment")),
        account_charges=(charge(-1000, "credit", "Goodwill"),),
        **NOVEMBER,
    )


def charges(invoice):
    """What was not put to anything by itself: the small one of the number, the account's."""
    return invoice.charges.filter(cents__lt=0).order_by("-cents")


def outstanding(dispute):
    dispute.refresh_from_db()
    rows = dispute.items.select_related("finding")
    return {item.finding.number: item.outstanding_cents for item in rows}


def test_what_is_left_is_put_to_its_number_first_and_then_to_the_rest(sent, november, ida, at):
    small, large = charges(november)
    assert [(one.charge, one.number, one.cents) for one in free_credits(sent)] == [
        (small, OTHER, 300),
        (large, "", 1000),
    ]
    invoices.put_credit(dispute=sent, charge_id=small.id, actor=ida, at=at)
    assert outstanding(sent) == {GHOST: 500, OTHER: 400}
    assert [one.charge for one in free_credits(sent)] == [large]
    found = invoices.put_credit(dispute=sent, charge_id=large.id, actor=ida, at=at)
    assert outstanding(sent) == {GHOST: 0, OTHER: 0}
    assert (found.state, found.closing_reason) == ("settled", "All of it was credited.")
    assert sum(DisputeCredit.objects.values_list("cents", flat=True)) == 1200
    # a hundred cents are left of it, and nothing to put them to
    assert [(one.charge, one.cents) for one in free_credits(sent)] == [(large, 100)]
    with pytest.raises(Conflict):
        invoices.put_credit(dispute=sent, charge_id=large.id, actor=ida, at=at)


def test_one_of_another_account_or_of_before_or_used_up_is_none(sent, november, ida, at):
    other = kept(
        at,
        bill("+14145550111", charge(100), charge(-50, "credit", "Other")),
        account="999",
        **{**NOVEMBER, "number": "X"},
    )
    small = charges(november)[0]
    invoices.put_credit(dispute=sent, charge_id=small.id, actor=ida, at=at)
    of_other = InvoiceCharge.objects.get(invoice=other, cents__lt=0)
    for charge_id in (of_other.id, small.id):
        with pytest.raises(NotFound):
            invoices.put_credit(dispute=sent, charge_id=charge_id, actor=ida, at=at)


def test_where_the_invoice_is_replaced_it_is_owed_again(sent, november, ida, at):
    invoices.put_credit(dispute=sent, charge_id=charges(november)[1].id, actor=ida, at=at)
    assert sum(outstanding(sent).values()) == 200
    kept(at + timedelta(hours=1), bill(GHOST, charge(1)), **NOVEMBER)
    assert sum(outstanding(sent).values()) == 1200


def test_who_does_not_coordinate_billing_may_not(sent, november, cast, at):
    for person in (cast.ana, cast.sue, cast.cole, cast.rex):
        with pytest.raises(Refused):
            invoices.put_credit(
                dispute=sent,
                charge_id=charges(november)[0].id,
                actor=cast.acting(person),
                at=at,
            )
    assert not DisputeCredit.objects.exists()


def test_from_its_page(sent, november, cast, client):
    from quartermaster.org.models import User

    client.force_login(User.objects.create(person=cast.ida, email=cast.ida.email))
    here = reverse("bills:dispute", kwargs={"key": sent.pk})
    there = reverse("bills:dispute-credit", kwargs={"key": sent.pk})
    assert there in client.get(here).content.decode()
    page = client.get(there).content.decode()
    assert "$10.00: Goodwill, the account, invoice INV-11" in page
    assert "$3.00: Adjustment, (414) 555-0198, invoice INV-11" in page
    small, large = charges(november)
    client.post(there, {"credit": small.pk})
    client.post(there, {"credit": large.pk})
    assert outstanding(sent) == {GHOST: 0, OTHER: 0}
    assert there not in client.get(here).content.decode()
    refused = client.post(there, {"credit": "x"})
    assert "Select a valid choice" in refused.content.decode()
