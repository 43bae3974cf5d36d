"""The database itself holds: two people, told first, nothing changed afterwards."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from quartermaster.compliance.models import (
    ActionRule,
    ActionStop,
    AutomaticAct,
    Finding,
    Restriction,
    RuleApproval,
    RuleVersion,
)
from quartermaster.compliance.rules.automatic import Action
from tests.factories import automatic as make
from tests.factories.compliance import FindingFactory
from tests.factories.inventory import PersonalDeviceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("asked", "no_jump")]
DAY = timedelta(days=1)


def refused(work):
    with pytest.raises(DatabaseError), transaction.atomic():
        work()


def act_of(rule, finding, at, **more):
    said = {
        "rule": rule,
        "version": rule.current,
        "finding": finding,
        "device": finding.device,
        "action": rule.current.action,
        "personal": finding.device.ownership == "personal",
        "at_once": False,
        "delivered_at": at,
        "ripe_at": at,
        "made_at": at,
        "due_at": at,
    }
    return lambda: AutomaticAct.objects.create(**{**said, **more})


@pytest.mark.clause("G-10")
def test_no_rule_is_on_by_one_person(cast, ida, ben, at):
    rule = make.tried(ida, at)
    version, proved = rule.current, {"proved_at": at, "approved_at": at, "sealed_proof": b"x"}
    said = {"version": version, "digest": version.digest, "reason": "I looked", **proved}
    refused(lambda: ActionRule.objects.filter(id=rule.id).update(state="on"))
    refused(lambda: RuleApproval.objects.create(**said, approver=cast.ida))
    second = {**said, "approver_id": ben.person_id}
    refused(lambda: RuleApproval.objects.create(**{**second, "digest": "0" * 64}))
    late = {**second, "approved_at": at + timedelta(minutes=6)}
    refused(lambda: RuleApproval.objects.create(**late))
    make.approve(rule, ben, at)
    refused(lambda: RuleApproval.objects.update(approver=cast.ida))
    refused(lambda: RuleVersion.objects.update(terms={"action": "wipe"}))
    other = RuleVersion.objects.create(
        rule=rule,
        number=2,
        action="wipe",
        terms={},
        digest="1" * 64,
        reason="worse",
        author=cast.ida,
        made_at=at,
    )
    refused(lambda: ActionRule.objects.filter(id=rule.id).update(current=other))
    refused(lambda: ActionRule.objects.filter(id=rule.id).update(current=other, state="stopped"))
    refused(rule.delete)


@pytest.mark.clause("C-1", "G-10")
def test_no_act_before_its_holder_was_told_and_had_the_time(ida, ben, cast, at):
    phone = make.phones(cast, 1, at)[0]
    rule = make.on(ida, ben, at)
    untold = FindingFactory(device=phone, opened_at=at)
    refused(act_of(rule, untold, at))
    Finding.objects.filter(id=untold.id).update(
        state="noticed", noticed_at=at, cure_until=at + 3 * DAY
    )
    refused(act_of(rule, untold, at + 2 * DAY))
    refused(act_of(rule, untold, at + 2 * DAY, at_once=True))
    refused(act_of(rule, untold, at + 4 * DAY, delivered_at=None))
    refused(act_of(rule, untold, at + 4 * DAY, ripe_at=at + 5 * DAY))
    tried = make.tried(ida, at)
    refused(act_of(tried, untold, at + 4 * DAY))  # a rule on trial writes down, and no more
    act_of(rule, untold, at + 4 * DAY)()
    refused(act_of(rule, untold, at + 4 * DAY))  # once
    act_of(tried, untold, at + 4 * DAY, state="dry", due_at=None)()


@pytest.mark.clause("G-1", "G-10")
def test_a_personal_device_is_never_locked_or_erased(ida, ben, cast, at):
    own = PersonalDeviceFactory(holder=cast.ana, department=cast.water)
    finding = FindingFactory(
        device=own, opened_at=at, state="noticed", noticed_at=at, cure_until=at + DAY
    )
    for action in (Action.LOCK, Action.WIPE):
        rule = make.on(ida, ben, at, make.terms(action))
        for personal in (True, False):
            refused(act_of(rule, finding, at + 2 * DAY, personal=personal))
    rule = make.on(ida, ben, at, make.terms(Action.REMOVAL))
    act_of(rule, finding, at + 2 * DAY)()


@pytest.mark.clause("G-10")
def test_what_was_done_is_not_changed_and_destroys_only_by_a_request(ida, ben, cast, at):
    found = make.phones(cast, 2, at)
    make.fail(found, at)
    make.on(ida, ben, at)
    make.on(ida, ben, at, make.terms(Action.REMOVAL))
    make.tick(make.later(found, at))
    proposed = AutomaticAct.objects.filter(action="removal")
    refused(lambda: proposed.update(state="done", settled_at=at))
    refused(lambda: proposed.update(state="asked"))
    refused(lambda: AutomaticAct.objects.update(acted_at=at))
    refused(lambda: AutomaticAct.objects.update(device=found[0]))
    refused(lambda: AutomaticAct.objects.all().delete())
    refused(lambda: Restriction.objects.update(reason="another"))
    refused(lambda: Restriction.objects.all().delete())
    refused(
        lambda: Restriction.objects.create(
            device=found[0], act=proposed[0], reason="By a removal", placed_at=at
        )
    )


def test_a_rule_stands_still_once_at_a_time(cast, at):
    stop = {"rule": None, "cause": "person", "note": "an attack", "stopped_at": at}
    ActionStop.objects.create(**stop)
    refused(lambda: ActionStop.objects.create(**stop))
    refused(lambda: ActionStop.objects.update(ended_at=at))
