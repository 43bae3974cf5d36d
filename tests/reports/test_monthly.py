"""The mail of the month to coordinators."""

from datetime import UTC, datetime, timedelta

import pytest

from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.org.models import RoleAssignment, Standing
from quartermaster.org.roles import Role
from quartermaster.reports import tasks
from quartermaster.reports.monthly import send_monthly
from quartermaster.reports.snapshot import take_snapshot
from tests.cast import LONG_AGO
from tests.factories.compliance import EvaluationFactory, FindingFactory
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory

pytestmark = pytest.mark.django_db
FIRST = datetime(2026, 12, 1, 15, 0, tzinfo=UTC)
HOUSE = system("test")


def managed(holder, state="fail"):
    device = DeviceFactory(holder=holder, department=holder.department)
    EnrolmentFactory(device=device)
    EvaluationFactory(device=device, state=state)
    return device


@pytest.mark.clause("C-1")
def test_a_coordinator_hears_of_their_departments_alone(cast):
    device = managed(cast.ana, "pass")
    take_snapshot(FIRST - timedelta(days=30))
    device.evaluations.update(state="fail")
    FindingFactory(device=device, opened_at=FIRST - timedelta(days=10))
    managed(cast.sue, "pass")
    managed(cast.rex)
    assert send_monthly(actor=HOUSE, at=FIRST) == 1
    (mail,) = Message.objects.all()
    assert mail.recipient == cast.cole.email
    assert mail.subject == "How Water Works kept the mobile device policy, November 2026"
    lines = mail.text.splitlines()
    assert "2 devices of Water Works are under management. 50% of the checks pass;" in mail.text
    assert "at the beginning of the month it was 100%." in mail.text
    assert "- G-3 Passcode: 1 of 2" in lines
    assert "- up to two weeks: 1" in lines
    assert "http://127.0.0.1:8000/reports/compliance/" in mail.text
    names = (cast.ana.family_name, cast.sue.family_name, device.asset_tag, "Library")
    assert [name for name in names if name in mail.text] == []


def test_once_a_month(cast):
    managed(cast.ana)
    assert send_monthly(actor=HOUSE, at=FIRST) == 1
    assert send_monthly(actor=HOUSE, at=FIRST + timedelta(days=1)) == 0
    assert send_monthly(actor=HOUSE, at=datetime(2027, 1, 2, 15, tzinfo=UTC)) == 1
    assert Message.objects.count() == 2


def test_not_in_the_middle_of_a_month(cast):
    managed(cast.ana)
    assert send_monthly(actor=HOUSE, at=FIRST + timedelta(days=7)) == 0
    assert send_monthly(actor=HOUSE, at=FIRST + timedelta(days=6)) == 1


def test_the_first_is_the_citys(cast, settings):
    settings.TIME_ZONE = "America/Chicago"
    managed(cast.ana)
    assert send_monthly(actor=HOUSE, at=FIRST.replace(hour=3)) == 0  # there it is November still


def test_nothing_to_tell(cast):
    managed(cast.rex)
    assert send_monthly(actor=HOUSE, at=FIRST) == 0


def test_those_who_left_or_hold_no_role_hear_nothing(cast):
    managed(cast.ana)
    RoleAssignment.objects.filter(person=cast.cole).update(ended_at=FIRST - timedelta(days=1))
    assert send_monthly(actor=HOUSE, at=FIRST) == 0
    RoleAssignment.objects.create(
        person=cast.sue, role=Role.COORDINATOR, department=cast.water, granted_at=LONG_AGO
    )
    cast.sue.standing = Standing.SEPARATED
    cast.sue.separated_on = FIRST.date()
    cast.sue.save()
    assert send_monthly(actor=HOUSE, at=FIRST) == 0


def test_a_month_of_january_looks_back_to_december(cast):
    managed(cast.ana, "pass")
    take_snapshot(datetime(2026, 12, 3, 15, tzinfo=UTC))
    send_monthly(actor=HOUSE, at=datetime(2027, 1, 3, 15, tzinfo=UTC))
    assert "at the beginning of the month it was 100%" in Message.objects.get().text


@pytest.mark.parametrize("who", ["ana", "cole", "rex"])
def test_no_person_but_itmd_can_start_it(cast, who):
    with pytest.raises(Refused):
        send_monthly(actor=cast.acting(getattr(cast, who)), at=FIRST)


def test_the_clock_asks(cast):
    tasks.each_month(0)
    assert Message.objects.count() == 0
