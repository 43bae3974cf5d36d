"""The list of ordered lines on a day, which invoices are held against."""

import csv
import io
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.billing.actions import contracts, orders, services
from quartermaster.billing.models import Service
from quartermaster.billing.queries import as_csv, ordered_lines
from quartermaster.billing.queries.services import lines_without_service
from quartermaster.billing.rules.orders import LineKind
from quartermaster.inventory.actions import add_line, move_line, swap_sim
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from tests.factories import orders as make
from tests.factories.inventory import CARRIER, LineFactory, SimFactory, iccid

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 24)


@pytest.fixture
def line(cast):
    return LineFactory(holder=cast.ana, number="+14142863800", plan="Unlimited", account="287-1")


def enter(line, plan, at, **more):
    return services.enter_service(
        **{
            "line_id": line.id,
            "plan_id": plan.id,
            "from_on": date(2026, 2, 1),
            "reason": "Billed since February",
            "actor": make.HOUSE,
            "at": at,
            **more,
        }
    )


@pytest.mark.clause("G-12")
def test_an_ordered_line_is_on_the_list_from_its_sending_to_its_end(
    authorised, cast, contract, plan, at
):
    order = make.sent(
        make.raised(
            contract,
            at,
            make.ordered(LineKind.LINE, cast.water, plan_id=plan.id, holder_id=cast.ana.id),
        ),
        cast.ida,
        at,
    )
    assert ordered_lines(TODAY - timedelta(days=1)) == []
    (waiting,) = ordered_lines(TODAY)
    assert (waiting.number, waiting.iccid, waiting.received) == ("", "", False)
    assert (waiting.plan, waiting.monthly_cents, waiting.account) == ("Unlimited", 3999, "287-1")
    assert (waiting.department, waiting.holder, waiting.order) == ("WATER", "1001", order.number)
    orders.receive(
        order_id=order.id,
        line_id=order.lines.get().id,
        pieces=f"{iccid(1)} +14142863801",
        actor=make.HOUSE,
        at=at,
    )
    (there,) = ordered_lines(TODAY)
    assert (there.number, there.iccid, there.carrier) == ("+14142863801", iccid(1), CARRIER)
    assert (there.from_on, there.until_on, there.order) == (TODAY, None, order.number)
    later = at + timedelta(days=40)
    move_line(line_id=there.line_id, verb="cancel", actor=make.HOUSE, at=later)
    (before,) = ordered_lines(TODAY + timedelta(days=39))
    assert before.until_on == later.date()
    assert ordered_lines(later.date()) == []


def test_a_sim_whose_number_comes_later_is_one_line_all_along(authorised, cast, contract, plan, at):
    order = make.sent(
        make.raised(contract, at, make.ordered(LineKind.LINE, cast.water, plan_id=plan.id)),
        cast.ida,
        at,
    )
    orders.receive(
        order_id=order.id, line_id=order.lines.get().id, pieces=iccid(1), actor=make.HOUSE, at=at
    )
    assert [(row.number, row.iccid) for row in ordered_lines(TODAY)] == [("", iccid(1))]
    given = LineDetails.of(number="+14142863801", carrier=CARRIER)
    line = add_line(details=given, department_id=cast.water.id, actor=make.HOUSE, at=at)
    sim = Service.objects.get().sim
    swap_sim(line_id=line.id, sim_id=sim.id, actor=make.HOUSE, at=at)
    assert [(row.number, row.iccid) for row in ordered_lines(TODAY)] == [("+14142863801", iccid(1))]
    assert not lines_without_service().exists()


def test_the_rate_is_that_of_the_day(line, plan, at):
    enter(line, plan, at)
    contracts.set_rate(
        plan_id=plan.id, monthly_cents=3499, from_on=date(2026, 7, 1), actor=make.HOUSE, at=at
    )
    rates = [ordered_lines(day)[0].monthly_cents for day in (date(2026, 6, 30), date(2026, 7, 1))]
    assert rates == [3999, 3499]


def test_a_change_of_plan_keeps_what_was(line, contract, plan, at):
    enter(line, plan, at)
    small = make.plan(contract, at, "Small", 1500)
    ask = {"line_id": line.id, "plan_id": small.id, "actor": make.HOUSE, "at": at}
    services.change_plan(from_on=date(2026, 9, 1), reason="Little use", **ask)
    plans = [ordered_lines(day)[0].plan for day in (date(2026, 8, 31), date(2026, 9, 1))]
    assert plans == ["Unlimited", "Small"]
    for wrong in ({"from_on": date(2026, 9, 1), "reason": "x"}, {"from_on": TODAY, "reason": ""}):
        with pytest.raises(InvalidInput):
            services.change_plan(**ask, **wrong)
    other = make.plan(make.contract(at, number="O-1", vendor="Other Wireless"), at)
    with pytest.raises(InvalidInput):
        services.change_plan(**{**ask, "plan_id": other.id}, from_on=TODAY, reason="Moved carriers")


def test_what_was_there_before_is_entered_once_with_a_reason(line, contract, plan, at, cast):
    other = make.plan(make.contract(at, number="O-1", vendor="Other Wireless"), at)
    for wrong in ({"reason": " "}, {"plan_id": other.id}):
        with pytest.raises(InvalidInput):
            enter(line, plan, at, **wrong)
    enter(line, plan, at)
    with pytest.raises(Conflict):
        enter(line, plan, at)
    gone = LineFactory(department=cast.water, status="cancelled")
    with pytest.raises(Conflict):
        enter(gone, plan, at)
    for person in (cast.ana, cast.cole, cast.rex):
        with pytest.raises(Refused):
            enter(line, plan, at, actor=cast.acting(person))
    with pytest.raises(IntegrityError), transaction.atomic():
        Service.objects.create(
            line=line, plan=plan, from_on=TODAY, reason="x", entered_at=at, entered_by="x"
        )


def test_all_lines_of_a_carrier_are_entered_at_once_by_their_plan(line, contract, plan, at, cast):
    LineFactory(department=cast.water, plan="Forgotten")
    LineFactory(department=cast.water, carrier="Other Wireless")
    ask = {"contract_id": contract.id, "reason": "Billed before", "actor": make.HOUSE, "at": at}
    assert services.enter_services(**ask) == (1, 1)
    assert services.enter_services(**ask) == (0, 1)
    assert [row.number for row in ordered_lines(TODAY)] == [line.number]
    assert lines_without_service().count() == 2


def test_each_sees_the_lines_of_their_department(line, plan, at, cast):
    SimFactory(line=line)
    enter(line, plan, at)
    seen = {
        person.given_name: len(ordered_lines(TODAY, actor=cast.acting(person)))
        for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex)
    }
    assert seen == {"Ana": 0, "Cole": 1, "Sue": 0, "Ida": 1, "Rex": 0}


def test_the_list_as_csv_runs_nothing(line, contract, at):
    plan = make.plan(contract, at, "=1+1")
    enter(line, plan, at)
    rows = list(csv.DictReader(io.StringIO(as_csv(ordered_lines(TODAY)))))
    assert rows == [
        {
            "Number": "+14142863800",
            "ICCID": "",
            "Carrier": CARRIER,
            "Account": "287-1",
            "Plan": "'=1+1",
            "Rate a month": "$39.99",
            "Department": "WATER",
            "Holder": "1001",
            "From": "2026-02-01",
            "Until": "",
            "Order": "",
        }
    ]
