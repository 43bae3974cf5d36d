"""The demo city has bills: most kinds of findings, a dispute credited in part, a closed month."""

from datetime import timedelta

import pytest
from django.db.models import Sum

from quartermaster.billing.models import (
    BillingFinding,
    BillingPeriod,
    Dispute,
    Invoice,
    PersonalNumber,
    Share,
)
from quartermaster.cli.demo.chapters import bills
from quartermaster.org.models import RoleAssignment
from quartermaster.org.roles import Role
from tests.cast import LONG_AGO
from tests.factories import orders as make
from tests.factories.inventory import DeviceFactory
from tests.factories.invoices import ordered_line
from tests.factories.org import PersonFactory
from tests.factories.recoveries import begun

pytestmark = pytest.mark.django_db


@pytest.fixture
def city(cast, at):
    """Nine lines of Water Works under one plan, one of somebody who left, and who decides."""
    roles = (("2001", Role.ITMD_ADMIN), ("2002", Role.ITMD_HELPDESK), ("2003", Role.COORDINATOR))
    for number, role in roles:
        person = PersonFactory(number=number, department=cast.water)
        place = cast.water if role is Role.COORDINATOR else None
        RoleAssignment.objects.create(
            person=person, role=role, department=place, granted_at=LONG_AGO
        )
    plan = make.plan(make.contract(at), at, "Government Unlimited", 4099)
    people = [PersonFactory(department=cast.water) for _ in range(8)]
    for person in people:
        ordered_line(person, plan, at)
    begun(people[-1], at, (at - timedelta(days=20)).date())
    DeviceFactory(holder=cast.rex, ownership="personal", serial="", imei="", status="assigned")
    return people


@pytest.mark.clause("G-12")
def test_most_kinds_are_found_and_one_is_credited_in_part(city, at):
    bills.tell(at)
    assert Invoice.objects.filter(superseded_at=None).count() == 3
    states = {}
    for row in BillingFinding.objects.order_by("kind", "opened_at"):
        states.setdefault(row.kind, []).append(row.state)
    assert states == {
        "duplicate": ["open"],
        "international": ["explained"],
        "personal": ["open"],
        "premium": ["open"],
        "rate": ["disputed", "open"],
        "roaming": ["open"],
        "separated": ["open"],
        "unordered": ["open"],
        "unused": ["open"],
    }
    dispute = Dispute.objects.get()
    assert (dispute.state, dispute.claimed_cents, dispute.credited_cents) == ("sent", 500, 300)
    assert PersonalNumber.objects.count() == 1
    assert BillingPeriod.objects.count() == 1
    for invoice in Invoice.objects.all():
        shares = Share.objects.filter(allocation__invoice=invoice, allocation__superseded_at=None)
        assert shares.aggregate(sum=Sum("cents"))["sum"] == invoice.read_cents


def test_told_again_or_without_lines_nothing_is_added(cast, at):
    bills.tell(at)
    assert Invoice.objects.count() == 0
