"""A hot-spot from the pool and back: reserved, lent, reminded of, overdue, returned."""

from datetime import timedelta

import pytest
from django.conf import settings as house
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import CustodyPeriod, Device
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import loans
from quartermaster.lifecycle.calendar import evening_of
from quartermaster.lifecycle.errors import DepartmentExcluded, NoneFree
from quartermaster.lifecycle.models import Loan, LoanDay
from quartermaster.lifecycle.queries.loans import (
    booked,
    lending,
    line_in,
    loans_visible_to,
    pool_for,
    pool_visible_to,
)
from quartermaster.lifecycle.rules.loans import LIVE_LOANS, LOAN, LOAN_DAYS, Condition, LoanState
from quartermaster.notify.models import Message
from quartermaster.org import actions as org
from quartermaster.org.models import Coverage
from quartermaster.org.rules.details import CoverageDecision
from tests.factories import line_orders as carriers
from tests.factories import loans as make
from tests.factories import requests
from tests.factories.inventory import DeviceFactory, HotspotFactory

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def mailed(loan):
    rows = Message.objects.filter(about_kind="lifecycle.loan", about_id=str(loan.pk))
    return {(m.recipient.partition("@")[0], m.key.split(":")[2]) for m in rows}


def run(loan, until):
    """Let the clock go, step by step, as the tick does."""
    for _ in range(60):
        loan.refresh_from_db()
        if loan.wake_at is None or loan.wake_at > until:
            return loan
        schedule.take_steps(loan.wake_at)
    raise AssertionError("The clock never rests.")


def test_every_state_is_reached_and_the_settings_name_every_period():
    assert LOAN.reachable() == set(LoanState)
    assert LOAN.terminal == set(LoanState) - LIVE_LOANS
    assert set(house.LOAN_DAYS) == set(LOAN_DAYS)


@pytest.mark.clause("G-8")
def test_there_and_back_with_custody_line_and_mail(cast, at):
    pooled = make.hotspot(cast, at)
    loan = make.lent(cast, at)
    device = Device.objects.get(id=pooled.device_id)
    assert (device.holder, line_in(pooled).holder, loan.state) == (cast.ana, cast.ana, "lent")
    period = CustodyPeriod.objects.get(device=device, until=None)
    assert (period.person, period.cause_kind, period.cause_id) == (
        cast.ana,
        "lifecycle.loan",
        loan.id,
    )
    loan = make.returned(cast, loan, at + DAY)
    device.refresh_from_db()
    line = line_in(pooled)
    assert (device.status, device.holder, device.department) == ("in_stock", None, cast.itmd)
    assert (line.holder, line.department) == (None, cast.itmd)
    assert list(LoanDay.objects.values_list("day", flat=True)) == [localdate(at)]
    assert mailed(loan) == {
        ("ana", "borrower-reserved"),
        ("ana", "borrower-lent"),
        ("ana", "borrower-returned"),
    }


@pytest.mark.clause("G-8")
def test_a_loan_is_no_second_device_and_the_pool_gives_nothing_away(cast, at):
    requests.cellular(cast.ana)
    pooled = make.hotspot(cast, at)
    with pytest.raises(Conflict, match="in the hot-spot pool"):
        inventory.assign(
            device_id=pooled.device_id, holder_id=cast.rex.id, actor=cast.acting(cast.ida), at=at
        )
    assert make.lent(cast, at).state == "lent"


@pytest.mark.clause("G-8")
def test_a_day_is_somebodys_once(cast, at):
    first, second = make.hotspot(cast, at), make.hotspot(cast, at)
    one = make.reserved(cast, at, first=1, last=3)
    other = make.reserved(cast, at, person=cast.sue, first=3, last=4)
    assert {one.hotspot, other.hotspot} == {first, second}
    with pytest.raises(NoneFree):
        make.reserved(cast, at, person=cast.cole, first=2, last=3)
    after = make.reserved(cast, at, person=cast.cole, first=4, last=5)
    assert after.hotspot == one.hotspot
    with pytest.raises(IntegrityError), transaction.atomic():
        LoanDay.objects.create(hotspot=one.hotspot, loan=other, day=(at + 2 * DAY).date())
    shown = booked([first, second], at.date(), (at + 9 * DAY).date())
    assert len(shown) == 3 + 2 + 2


def test_odd_reservations_are_refused(cast, at):
    make.hotspot(cast, at)
    for first, last in ((-1, 2), (2, 1), (0, 92), (181, 182)):
        with pytest.raises(InvalidInput):
            make.reserved(cast, at, first=first, last=last)
    with pytest.raises(Refused):
        make.reserved(cast, at, actor=cast.rex)
    for day in (0, 1, 2):
        make.reserved(cast, at, first=day, last=day)
    with pytest.raises(Conflict, match="already"):
        make.reserved(cast, at, first=5, last=5)


@pytest.mark.clause("G-8", "S-2")
def test_lending_takes_the_day_the_name_and_another_person(cast, at):
    make.hotspot(cast, at)
    loan = make.reserved(cast, at, first=1, last=2)
    ida, words = cast.acting(cast.ida), {"loan": loan, "signed_name": "Ana Reyes"}
    with pytest.raises(Conflict, match="reserved from"):
        loans.lend(**words, actor=ida, at=at)
    with pytest.raises(InvalidInput, match="signs as Ana Reyes"):
        loans.lend(loan=loan, signed_name="Rex Moreau", actor=ida, at=at + DAY)
    for actor in (cast.ana, cast.sue, cast.cole, cast.rex):  # the city's pool is lent by ITMD
        with pytest.raises(Refused):
            loans.lend(**words, actor=cast.acting(actor), at=at + DAY)
    own = make.reserved(cast, at, person=cast.ida, first=3, last=3)
    with pytest.raises(Refused, match="to themselves"):
        loans.lend(loan=own, signed_name="Ida Lindqvist", actor=ida, at=at + 3 * DAY)
    assert loans.lend(**words, actor=ida, at=at + DAY).state == "lent"
    with pytest.raises(Conflict):
        loans.lend(**words, actor=ida, at=at + DAY)


@pytest.mark.clause("G-8")
def test_a_departments_pool_is_lent_by_its_coordinator_to_its_people(cast, at):
    pooled = make.hotspot(cast, at, department=cast.water)
    assert (list(pool_for(cast.ana)), list(pool_for(cast.rex))) == ([pooled], [])
    assert list(pool_visible_to(cast.acting(cast.ana))) == [pooled]
    assert list(pool_visible_to(cast.acting(cast.rex))) == []
    with pytest.raises(NoneFree):
        make.reserved(cast, at, person=cast.rex)
    loan = make.lent(cast, at, by=cast.cole)
    assert (loan.lent_by, Device.objects.get().holder) == (cast.cole, cast.ana)
    loan = loans.give_back(
        loan=loan,
        condition=Condition.WORN,
        reset_steps=make.EVERY_STEP,
        actor=cast.acting(cast.cole),
        at=at,
    )
    assert (loan.state, Device.objects.get().department) == ("returned", cast.water)


@pytest.mark.clause("G-8")
def test_reminded_told_and_only_then_the_line_is_suspended(cast, at):
    pooled = make.hotspot(cast, at)
    loan = make.lent(cast, at, last=5)
    due = evening_of(loan.ends_on)
    run(loan, due)
    assert {("ana", "borrower-due-soon"), ("ana", "borrower-due-today")} <= mailed(loan)
    assert loan.state == "lent"
    run(loan, due + timedelta(hours=2))
    assert (loan.state, loan.suspended_at) == ("overdue", None)
    assert {("ana", "borrower-overdue"), ("ida", "lender-overdue")} <= mailed(loan)
    run(loan, due + 2 * DAY)
    assert line_in(pooled).status == "active"
    run(loan, due + 3 * DAY)
    order = line_in(pooled).orders.get()
    assert (order.kind, order.state) == ("suspend", "sent")
    carriers.confirmed(order, due + 3 * DAY)
    assert line_in(pooled).status == "suspended"
    assert loan.warned_at < loan.suspended_at
    assert {("ana", "borrower-suspended"), ("ida", "lender-suspended")} <= mailed(loan)
    run(loan, due + 6 * DAY)
    assert loan.days.count() == 6 + 6  # what is not back is nobody else's
    back = make.returned(cast, loan, due + 6 * DAY)
    restored = line_in(pooled).orders.get(kind="restore")
    assert (back.state, restored.state) == ("returned", "sent")
    carriers.confirmed(restored, due + 6 * DAY)
    assert line_in(pooled).status == "active"


@pytest.mark.clause("G-8")
def test_longer_where_nobody_waits(cast, at):
    make.hotspot(cast, at)
    loan = make.lent(cast, at, last=3)
    make.reserved(cast, at, person=cast.sue, first=6, last=7)
    ana = cast.acting(cast.ana)
    with pytest.raises(NoneFree, match="Somebody else"):
        loans.extend_loan(loan=loan, ends_on=(at + 6 * DAY).date(), actor=ana, at=at)
    for ends_on in (loan.ends_on, (at + 92 * DAY).date()):
        with pytest.raises(InvalidInput):
            loans.extend_loan(loan=loan, ends_on=ends_on, actor=ana, at=at)
    with pytest.raises(Refused):
        loans.extend_loan(
            loan=loan, ends_on=(at + 4 * DAY).date(), actor=cast.acting(cast.rex), at=at
        )
    loan = loans.extend_loan(loan=loan, ends_on=(at + 5 * DAY).date(), actor=ana, at=at)
    assert (loan.state, loan.days.count()) == ("lent", 6)


@pytest.mark.clause("C-4")
def test_nothing_is_lent_for_longer_to_who_has_left(cast, at):
    make.hotspot(cast, at)
    loan = make.lent(cast, at, last=3)
    ida = cast.acting(cast.ida)
    org.separate(person_id=cast.ana.id, on=localdate(at), actor=ida, at=at)
    with pytest.raises(Conflict, match="has left"):
        loans.extend_loan(loan=loan, ends_on=localdate(at) + 5 * DAY, actor=ida, at=at)
    loan.refresh_from_db()
    assert loan.ends_on == localdate(at) + 3 * DAY


@pytest.mark.clause("G-8")
def test_longer_when_it_is_overdue_restores_the_line(cast, at):
    pooled = make.hotspot(cast, at)
    loan = make.lent(cast, at, last=1)
    late = evening_of(loan.ends_on) + 4 * DAY
    run(loan, late)
    asked = line_in(pooled).orders.get()
    assert asked.state == "sent"
    ends_on = localdate(late) + 3 * DAY
    loan = loans.extend_loan(loan=loan, ends_on=ends_on, actor=cast.acting(cast.ana), at=late)
    asked.refresh_from_db()
    assert (loan.state, loan.suspended_at, asked.state) == ("lent", None, "cancelled")
    back = line_in(pooled).orders.get(kind="restore")
    assert (back.state, back.recalls) == ("sent", asked)


@pytest.mark.clause("G-8")
def test_who_reserved_what_is_not_back_gets_another_or_is_told(cast, at):
    first, second = make.hotspot(cast, at), make.hotspot(cast, at)
    late = make.lent(cast, at, last=1, hotspot_id=first.id)
    waits = make.reserved(cast, at, person=cast.sue, first=2, last=4, hotspot_id=first.id)
    run(late, evening_of(late.ends_on) + timedelta(hours=9))
    waits.refresh_from_db()
    assert (waits.hotspot, waits.state) == (second, "reserved")
    assert ("sue", "borrower-moved") in mailed(waits)
    alone = make.reserved(cast, at, person=cast.cole, first=3, last=4, hotspot_id=first.id)
    run(late, evening_of(late.ends_on) + timedelta(days=1, hours=9))
    alone.refresh_from_db()
    assert (alone.state, alone.days.count()) == ("cancelled", 0)
    assert "is not back" in alone.closing_reason


def test_what_nobody_collects_is_free_again(cast, at):
    make.hotspot(cast, at)
    loan = make.reserved(cast, at, first=0, last=5)
    run(loan, evening_of(loan.starts_on + 2 * DAY))
    assert (loan.state, loan.days.count()) == ("no_show", 0)
    assert ("ana", "borrower-not-collected") in mailed(loan)
    assert make.reserved(cast, at + 2 * DAY, person=cast.sue, first=0, last=1).state == "reserved"


@pytest.mark.clause("G-8")
def test_a_defective_one_is_swapped_and_goes_to_repair(cast, at):
    first, second = make.hotspot(cast, at), make.hotspot(cast, at)
    loan = make.lent(cast, at, hotspot_id=first.id)
    words = {"loan": loan, "actor": cast.acting(cast.ida), "at": at + DAY}
    with pytest.raises(InvalidInput):
        loans.swap_hotspot(reason=" ", **words)
    loan = loans.swap_hotspot(reason="No signal.", **words)
    states = {d.id: (d.status, d.holder) for d in Device.objects.all()}
    assert loan.hotspot == second
    assert states == {
        first.device_id: ("in_repair", None),
        second.device_id: ("assigned", cast.ana),
    }
    days = list(loan.days.order_by("day").values_list("hotspot__label", flat=True))
    assert days == ["Mi-Fi 1", "Mi-Fi 2", "Mi-Fi 2"]
    with pytest.raises(NoneFree):
        loans.swap_hotspot(reason="Again.", **words)


@pytest.mark.clause("G-8", "C-3")
def test_back_in_order_or_defective(cast, at):
    make.hotspot(cast, at)
    words = {"loan": make.lent(cast, at), "actor": cast.acting(cast.ida), "at": at}
    some = ["factory_reset", "admin_password"]
    with pytest.raises(InvalidInput, match="new wi-fi name"):
        loans.give_back(condition=Condition.GOOD, reset_steps=some, **words)
    with pytest.raises(Refused):
        words_of_cole = {**words, "actor": cast.acting(cast.cole)}
        loans.give_back(condition=Condition.GOOD, reset_steps=make.EVERY_STEP, **words_of_cole)
    loan = loans.give_back(condition=Condition.DEFECTIVE, reset_steps=[], **words)
    assert (loan.state, Device.objects.get().status) == ("returned", "in_repair")
    with pytest.raises(NoneFree):
        make.reserved(cast, at, person=cast.sue)


@pytest.mark.clause("S-3")
def test_an_excluded_department_borrows_nothing(cast, at):
    make.hotspot(cast, at)
    loan = make.reserved(cast, at, first=1, last=2)
    org.set_coverage(
        department_id=cast.water.id,
        decision=CoverageDecision(coverage=Coverage.EXCLUDED, reason="Own contracts"),
        actor=cast.acting(cast.ida),
        at=at,
    )
    outbox.deliver_due(at)
    loan.refresh_from_db()
    assert (loan.state, loan.closing_reason) == (
        "cancelled",
        "Water Works is excluded from the policy.",
    )
    with pytest.raises(DepartmentExcluded):
        make.reserved(cast, at)
    assert make.reserved(cast, at, person=cast.rex).state == "reserved"


def test_what_may_be_in_the_pool(cast, at):
    ida = cast.acting(cast.ida)
    pooled = make.hotspot(cast, at, label="Library")
    for device, error in (
        (DeviceFactory(), InvalidInput),
        (HotspotFactory(holder=cast.ana), Conflict),
        (pooled.device, Conflict),
    ):
        with pytest.raises(error):
            loans.add_to_pool(device_id=device.id, label="Other", actor=ida, at=at)
    fresh = HotspotFactory()
    with pytest.raises(InvalidInput, match="this name"):
        loans.add_to_pool(device_id=fresh.id, label="Library", actor=ida, at=at)
    with pytest.raises(Refused):
        loans.add_to_pool(device_id=fresh.id, label="x", actor=cast.acting(cast.cole), at=at)
    loan = make.reserved(cast, at)
    with pytest.raises(Conflict, match="lent or reserved"):
        loans.remove_from_pool(hotspot=pooled, actor=ida, at=at)
    loans.cancel_loan(loan=loan, reason="It rains.", actor=cast.acting(cast.ana), at=at)
    loans.remove_from_pool(hotspot=pooled, actor=ida, at=at)
    with pytest.raises(NoneFree):
        make.reserved(cast, at)
    again = loans.add_to_pool(device_id=pooled.device_id, label="Back", actor=ida, at=at)
    assert again.id == pooled.id


def test_who_sees_loans_and_what_waits_for_who_lends(cast, at):
    make.hotspot(cast, at)
    loan = make.reserved(cast, at)
    for person in (cast.ana, cast.sue, cast.cole, cast.ida):
        assert list(loans_visible_to(cast.acting(person))) == [loan]
    assert not loans_visible_to(cast.acting(cast.rex)).exists()
    assert list(lending(cast.acting(cast.ida), at)["lend"]) == [loan]
    assert not lending(cast.acting(cast.cole), at)["lend"].exists()


def test_the_database_keeps_loans_in_order(cast, at):
    make.hotspot(cast, at)
    loan = make.lent(cast, at)
    for wrong in (
        {"signed_name": ""},
        {"state": "returned", "closed_at": at},
        {"suspended_at": at},
        {"closed_at": at},
        {"ends_on": (at - 9 * DAY).date()},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Loan.objects.filter(id=loan.id).update(**wrong)
