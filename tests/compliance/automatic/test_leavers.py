"""What acts by itself on the device of somebody who left: it shuts the door, and blames nobody."""

from datetime import timedelta

import pytest

from quartermaster.compliance import access, schedule
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import AutomaticAct, Case, Finding, Restriction
from quartermaster.compliance.rules.automatic import Action
from quartermaster.jobs import outbox
from quartermaster.mdm.models import Command
from quartermaster.notify.models import Message
from quartermaster.org.actions.separation import reinstate, separate
from tests.factories import automatic as make

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("C-4", "G-10"),
    pytest.mark.usefixtures("asked", "no_jump"),
]
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
DESTROYS = {"EraseDevice", "DeviceLock", "ClearPasscode", "RemoveProfile"}


@pytest.fixture
def phone(cast, at):
    (phone,) = make.phones(cast, 1, at)
    return phone


def leave(cast, at):
    separate(person_id=cast.ana.id, on=at.date(), actor=make.HOUSE, at=at)
    outbox.deliver_due(at)
    Command.objects.update(state="acknowledged", sent_at=at, answered_at=at)  # it took what it got


def test_city_services_turn_it_away_from_the_hour_of_the_separation(cast, ida, phone, at):
    assert access.access_by_tag(ida, phone.asset_tag).admitted
    leave(cast, at + HOUR)
    answer = access.access_by_tag(ida, phone.asset_tag)
    assert (answer.decision, answer.code) == ("denied", "holder_left")
    assert answer.reasons == ("Its holder left the City's service.",)
    reinstate(person_id=cast.ana.id, actor=make.HOUSE, at=at + DAY)
    assert access.access_by_tag(ida, phone.asset_tag).admitted


@pytest.mark.parametrize("action", [Action.RESTRICT, Action.LOCK])
def test_no_rule_acts_on_what_the_house_has_to_put_right(cast, ida, ben, phone, at, action):
    rule = make.on(ida, ben, at, make.terms(action, checks=(), severities=("high",)))
    leave(cast, at)
    schedule.take_steps(at + HOUR)
    then = at + 30 * DAY
    make.report(phone, then, good=True)
    finding = Finding.objects.get(check_name="separated_holder")
    assert (finding.clause, finding.holder) == ("C-4", None)
    plan = make.plan(rule, then)
    assert [line.why_not for line in plan.skipped if line.finding == finding] == [
        "Nobody holds it, or the house has to put it right: no person was told."
    ]
    make.tick(then)
    assert not AutomaticAct.objects.exists()
    assert not Case.objects.exists()
    assert not Command.objects.filter(kind__in=DESTROYS).exists()


@pytest.mark.clause("C-1")
def test_what_was_restricted_before_stays_so_and_who_left_gets_no_mail(cast, ida, ben, phone, at):
    make.on(ida, ben, at)
    make.fail(phone, at)
    then = make.later([phone], at)
    make.tick(then)
    restriction = Restriction.objects.get()
    leave(cast, then + HOUR)
    assert restriction.lifted_at is None
    mails = Message.objects.filter(recipient=cast.ana.email).count()
    automatic.lift_restriction(
        restriction_id=restriction.id,
        reason="The device came back",
        actor=ida,
        at=then + DAY,
    )
    assert Message.objects.filter(recipient=cast.ana.email).count() == mails
    assert access.access_of(type(phone).objects.get(id=phone.id)).code == "holder_left"


def test_a_rule_about_the_device_itself_waits_for_the_time_of_who_left(cast, ida, ben, phone, at):
    """The notice was given to somebody who was there; their time counts as everybody's does."""
    make.on(ida, ben, at)
    make.fail(phone, at)
    leave(cast, at + HOUR)
    make.tick(at + 2 * HOUR)
    assert not AutomaticAct.objects.exists()
    then = make.later([phone], at)
    make.tick(then)
    assert Restriction.objects.get().act.finding.check_name == "passcode"
    assert not Message.objects.filter(template="compliance/automatic/done").exists()
