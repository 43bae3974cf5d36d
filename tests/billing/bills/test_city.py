"""A city's bills in the house itself: what was planted is found, whatever order they come in."""

import random
from datetime import UTC, date, datetime

import pytest
from django.db.models import Sum

from quartermaster.billing import invoice_schedule as schedule
from quartermaster.billing.actions import contracts, invoices, services
from quartermaster.billing.models import BillingFinding, Invoice, InvoiceLine, Share
from quartermaster.inventory.actions import move_line
from quartermaster.jobs import outbox
from quartermaster.simulators.carriers import Anomaly, bill_city, invented_city
from quartermaster.simulators.carriers.planting import one_of_each
from tests.billing.matching.test_planted import KINDS, SILENT
from tests.factories import orders as make
from tests.factories.bills import read_of
from tests.factories.inventory import LineFactory
from tests.factories.org import PersonFactory
from tests.factories.recoveries import separated

pytestmark = pytest.mark.django_db
BEFORE = datetime(2026, 10, 1, 15, tzinfo=UTC)  # the day before the third cycle


@pytest.fixture(scope="module")
def planted():
    """One account of thirty lines with one of each anomaly, three cycles."""
    city = invented_city(4, lines=30, carriers=("verizon",))
    return city, bill_city(city, cycles=3, seed=4, anomalies=one_of_each(), detail=False)


@pytest.fixture
def city(planted, cast, at):
    """The house knows its lines, and what is wrong with some of them."""
    simulated, billing = planted
    (account,) = simulated.accounts
    kinds = {item.number: item.kind for item in billing.planted}
    contract = make.contract(at, vendor=account.carrier, account=account.number)
    plans = {
        plan.name: contracts.add_plan(
            contract_id=contract.id,
            name=plan.name,
            monthly_cents=plan.monthly_cents,
            allowance_mb=plan.megabytes,
            allowance_minutes=plan.minutes,
            actor=make.HOUSE,
            at=at,
        )
        for plan in account.plans
    }
    for simulated_line in account.lines:
        kind = kinds.get(simulated_line.number)
        if kind is Anomaly.PERSONAL:
            invoices.enter_personal_number(
                number=simulated_line.number,
                person_id=cast.ana.id,
                how="She said so",
                actor=make.HOUSE,
                at=at,
            )
            continue
        holder = PersonFactory(department=cast.water)
        line = LineFactory(
            holder=holder,
            number=simulated_line.number,
            carrier=account.carrier,
            account=account.number,
            plan=simulated_line.plan.name,
        )
        services.enter_service(
            line_id=line.id,
            plan_id=plans[simulated_line.plan.name].id,
            from_on=date(2026, 2, 1),
            reason="Billed since February",
            actor=make.HOUSE,
            at=at,
        )
        if kind is Anomaly.CANCELLED:
            move_line(line_id=line.id, verb="cancel", actor=make.HOUSE, at=BEFORE)
        elif kind is Anomaly.SUSPENDED:
            move_line(line_id=line.id, verb="suspend", actor=make.HOUSE, at=BEFORE)
        elif kind is Anomaly.SEPARATED:
            separated(holder, BEFORE.date())
    return billing


@pytest.mark.clause("G-12")
@pytest.mark.clause("G-2")
@pytest.mark.clause("G-9")
@pytest.mark.parametrize("order", [1, 2, 3])
def test_what_was_planted_is_found_and_nothing_else(city, at, order):
    bills = list(city.bills)
    random.Random(order).shuffle(bills)
    for bill in bills:
        invoices.keep_invoice(read=read_of(bill), source=None, actor=make.HOUSE, at=at)
        outbox.deliver_due(at)
    cycles = sorted({bill.cycle_from for bill in bills})
    expected = [
        (item.number, KINDS[item.kind].value, cycle)
        for item in city.planted
        if item.kind not in SILENT
        for cycle in (cycles if item.kind is Anomaly.PERSONAL else cycles[-1:])
    ]
    assert sorted(_found()) == sorted(expected)
    schedule.look_again(at)
    assert sorted(_found()) == sorted(expected)
    for invoice in Invoice.objects.all():
        lines = InvoiceLine.objects.filter(invoice=invoice).aggregate(sum=Sum("total_cents"))
        of_no_line = invoice.charges.filter(line=None).aggregate(sum=Sum("cents"))
        borne = Share.objects.filter(
            allocation__invoice=invoice, allocation__superseded_at=None
        ).aggregate(sum=Sum("cents"))
        assert lines["sum"] + of_no_line["sum"] == borne["sum"] == invoice.read_cents


def _found():
    rows = BillingFinding.objects.exclude(state="closed")
    return list(rows.values_list("number", "kind", "invoice__cycle_from"))
