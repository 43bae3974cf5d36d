"""The calendar and the days to cure are settings: a change makes later, and reopens nothing."""

from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.compliance import actions, schedule
from quartermaster.compliance.actions import cases
from quartermaster.compliance.actions.findings import close
from quartermaster.compliance.calendar import holidays
from quartermaster.compliance.models import Case, Finding, Holiday
from quartermaster.compliance.rules.findings import FindingState
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Refused
from quartermaster.org.roles import Role
from tests.factories import cases as make

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-1")]
DAY = timedelta(days=1)
THANKSGIVING = b"day,name\n2026-11-26,Thanksgiving Day\n2026-11-27,Day after Thanksgiving\n"


def bring_in(actor, at, content=THANKSGIVING):
    plan = actions.plan_holidays(content=content, actor=actor)
    confirmed = frozenset(caution.code for caution in plan.cautions)
    return actions.import_holidays(content=content, confirmed=confirmed, actor=actor, at=at)


def closed(finding, state, at):
    with act(make.HOUSE, at) as doing:
        close(finding, state, "Settled", doing)
    return finding


def everything():
    return (
        list(Finding.objects.order_by("id").values()),
        list(Case.objects.order_by("id").values()),
    )


@pytest.fixture
def settled(cast, at):
    """Findings and cases that are over, each in another way."""
    hana = make.with_role(cast, Role.HR)
    for state in (FindingState.CURED, FindingState.WITHDRAWN, FindingState.EXCEPTED):
        closed(make.told(cast.ana, at), state, at + DAY)
    done = make.decided(cast, hana, at)
    dismissed = make.prepared(cast.sue, at)
    cases.dismiss(case=dismissed, reason="An error", actor=cast.acting(cast.ida), at=at)
    closed(Finding.objects.get(id=done.finding_id), FindingState.CURED, at + DAY)
    schedule.take_steps(done.appeal_until + DAY)  # the time to appeal is over: closed
    assert set(Case.objects.values_list("state", flat=True)) == {"closed", "dismissed"}
    assert not Finding.objects.filter(state__in=["open", "noticed"]).exclude(
        id=dismissed.finding_id
    )
    Finding.objects.filter(id=dismissed.finding_id).update(
        state="withdrawn", closed_at=at, closing_reason="An error", due_at=None
    )


def test_a_holiday_makes_what_is_open_later_and_touches_nothing_closed(cast, at, settled):
    before = everything()
    open_one = make.told(cast.ana, at)
    was = open_one.cure_until
    bring_in(cast.acting(cast.ida), at + DAY)
    open_one.refresh_from_db()
    assert open_one.cure_until > was
    findings, found = everything()
    assert ([row for row in findings if row["id"] != open_one.id], found) == before


def test_a_day_taken_off_the_calendar_makes_nothing_earlier(cast, at, settled):
    ida = cast.acting(cast.ida)
    bring_in(ida, at)
    open_one = make.told(cast.ana, at)
    before = everything()
    for holiday in list(Holiday.objects.all()):
        actions.remove_holiday(holiday=holiday, actor=ida, at=at + DAY)
    assert (holidays(), everything()) == (frozenset(), before)
    open_one.refresh_from_db()
    assert open_one.state == "noticed"


def test_other_days_to_cure_hold_for_new_notices_alone(cast, at, settled, settings):
    early = make.told(cast.ana, at)
    schedule.take_steps(at)
    before = everything()
    settings.CURE_DAYS = {**settings.CURE_DAYS, "high": settings.CURE_DAYS["high"] + 10}
    schedule.take_steps(at)
    assert everything() == before
    later = make.told(cast.ana, at)
    assert later.severity == early.severity
    assert later.cure_until > early.cure_until
    settings.CURE_DAYS = {**settings.CURE_DAYS, "high": 1}
    schedule.take_steps(at)
    early.refresh_from_db()
    later.refresh_from_db()
    assert (early.state, later.state) == ("noticed", "noticed")


def test_what_is_overdue_stays_so(cast, at):
    finding = make.told(cast.ana, at)
    schedule.take_steps(finding.cure_until)
    schedule.take_steps(finding.cure_until + timedelta(minutes=1))
    finding.refresh_from_db()
    assert finding.state == "overdue"
    days = f"day,name\n{finding.cure_until.date()},A holiday that came late\n".encode()
    bring_in(cast.acting(cast.ida), finding.cure_until + DAY, days)
    finding.refresh_from_db()
    assert finding.state == "overdue"


@pytest.mark.parametrize("who", ["rex", "ana", "cole", "sue"])
def test_who_may_not_change_the_calendar(cast, at, who):
    actor = cast.acting(getattr(cast, who))
    with pytest.raises(Refused):
        actions.import_holidays(content=THANKSGIVING, actor=actor, at=at)
    assert holidays() == frozenset()
    assert not Entry.objects.filter(tag__startswith="compliance.calendar").exists()
