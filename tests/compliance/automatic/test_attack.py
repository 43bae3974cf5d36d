"""The attack of March 2026 by way of a rule: “wipe everything”, from one stolen session.

The thief has Ida's session in a browser, a token of hers with every scope, may call actions and
write rows. A thousand phones fail a check, since long, so that a rule would act on all of them.
"""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse

from quartermaster.compliance import planning
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import (
    ActionRule,
    ActionStop,
    AutomaticAct,
    Evaluation,
    Finding,
    Restriction,
    RuleApproval,
)
from quartermaster.compliance.rules.automatic import Action
from quartermaster.kernel.clock import now
from quartermaster.mdm import schedule as mdm_schedule
from quartermaster.mdm.models import Command, DestructiveRequest, StoredFact
from quartermaster.notify.models import Message
from quartermaster.org.models import User
from quartermaster.org.queries import actor_for
from quartermaster.org.roles import Role
from tests.factories import automatic as make
from tests.factories.destruction import account, approved, second_person
from tests.factories.fleet import enrolled_fleet

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.clause("G-10", "C-1")]
FLEET = 1000
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHY = "routine maintenance"


@pytest.fixture
def start():
    return now()


@pytest.fixture
def staff(cast):
    account(cast.ida)
    return {"ben": second_person(cast), "auditor": second_person(cast, Role.AUDITOR, "1008")}


@pytest.fixture
def failing(cast, start):
    """A thousand phones, each told of a month ago that it has no passcode."""
    make.ask(start - 30 * DAY)
    told = start - 30 * DAY
    devices = [item.device for item in enrolled_fleet(cast, FLEET, told)]
    what = {
        "check_name": "passcode",
        "title": "Passcode",
        "clause": "G-3",
        "severity": "high",
        "expected": "Passcode required: yes",
        "observed": "No passcode is set.",
        "remedy": "Set a passcode.",
    }
    Evaluation.objects.bulk_create(
        Evaluation(device=item, state="fail", since=told, evaluated_at=start, **what)
        for item in devices
    )
    findings = Finding.objects.bulk_create(
        Finding(
            device=item,
            holder=cast.ana,
            state="overdue",
            opened_at=told,
            noticed_at=told,
            cure_until=told + 3 * DAY,
            **what,
        )
        for item in devices
    )
    Message.objects.bulk_create(
        Message(
            key=f"finding:{item.id}:notice:{cast.ana.id}",
            template="compliance/notices/notice",
            recipient=cast.ana.email,
            subject="x",
            text="x",
            digest="x",
            state="sent",
            created_at=told,
            due_at=told,
            sent_at=told,
        )
        for item in findings
    )
    StoredFact.objects.bulk_create(
        StoredFact(
            device=item, key="passcode.present", value=False, source="test", observed_at=start
        )
        for item in devices
    )
    return devices


def hours_go_by(start, hours):
    for hour in range(hours + 1):
        make.schedule.act_by_rules(start + hour * HOUR)
        mdm_schedule.look_at_requests(start + hour * HOUR)


def everything(action=Action.WIPE):
    return make.terms(
        action, checks=(), severities=("high", "serious"), count=1000, percent=25.0, hours=1
    )


def test_a_stolen_session_writes_rules_and_nothing_happens(cast, failing, staff, start):
    browser = Client()
    browser.force_login(User.objects.get(person=cast.ida))
    form = {
        "name": "Wipe everything",
        "action": "wipe",
        "severities": ["high", "serious", "medium", "low"],
        "ownerships": ["city"],
        "after_days": "0",
        "serious_at_once": "on",
        "count": "1000",
        "percent": "25",
        "hours": "1",
        "reason": WHY,
    }
    browser.post(reverse("automatic:propose"), form)
    rule = ActionRule.objects.get()
    key = {"key": rule.pk}
    browser.post(reverse("automatic:try", kwargs=key))
    for password in ("", "guess"):
        for verb in ("approve", "go-on"):
            browser.post(
                reverse(f"automatic:{verb}", kwargs=key),
                {"reason": WHY, "password": password, "shown": make.plan(rule, start).digest},
            )
    ida = actor_for(cast.ida, start)
    for actor in (ida, make.HOUSE):
        with suppress(Exception):
            make.approve(rule, actor, start)
    version = rule.current
    for work in (
        lambda: ActionRule.objects.update(state="on"),
        lambda: RuleApproval.objects.create(
            version=version,
            approver=cast.ida,
            reason=WHY,
            digest=version.digest,
            proved_at=start,
            approved_at=start,
            sealed_proof=b"x",
        ),
        lambda: AutomaticAct.objects.bulk_create(
            AutomaticAct(
                rule=rule,
                version=version,
                finding=item,
                device=item.device,
                action="wipe",
                personal=False,
                at_once=False,
                delivered_at=start,
                ripe_at=start,
                made_at=start,
                due_at=start,
            )
            for item in Finding.objects.select_related("device")[:50]
        ),
    ):
        with suppress(Exception):
            work()
    hours_go_by(start, 5)
    really = AutomaticAct.objects.exclude(state="dry")
    assert (rule.state, really.count(), Command.objects.count()) == ("trial", 0, 0)
    told = Message.objects.filter(key__contains=":tried:").values_list("recipient", flat=True)
    assert staff["ben"].email in told


def test_even_a_forged_second_person_in_the_database_stops_the_rule(cast, failing, staff, start):
    make.tried(actor_for(cast.ida, start), start, everything())
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO compliance_ruleapproval (id, version_id, approver_id, reason, digest,"
            " proved_at, approved_at, sealed_proof) SELECT gen_random_uuid(), id, %s, 'mine',"
            " digest, made_at, made_at, 'forged'::bytea FROM compliance_ruleversion",
            [staff["ben"].id],
        )
    ActionRule.objects.update(state="on", looked_at=start)
    hours_go_by(start, 24)
    assert not AutomaticAct.objects.exclude(acted_at=None).exists()
    assert (Command.objects.count(), ActionStop.objects.get().cause) == (0, "tampered")
    told = Message.objects.filter(key__contains=":stopped:").values_list("recipient", flat=True)
    assert set(told) == {cast.ida.email, staff["ben"].email, staff["auditor"].email}


@pytest.mark.parametrize("action", [Action.WIPE, Action.RESTRICT])
def test_even_with_a_colluding_second_person_the_brake_of_a_day_holds(
    cast, failing, staff, start, action
):
    """Ben agrees to whatever the thief writes, again and again, all day."""
    ida, ben = actor_for(cast.ida, start), actor_for(staff["ben"], start)
    rules = [make.on(ida, ben, start, everything(action)) for _ in range(2)]
    make.schedule.act_by_rules(start)
    assert set(ActionStop.objects.values_list("cause", flat=True)) == {"jump"}
    assert not AutomaticAct.objects.exclude(acted_at=None).exists()
    for hour in (1, 9, 17):
        at = start + hour * HOUR
        StoredFact.objects.update(observed_at=at)
        for rule in rules:
            rule.refresh_from_db()
            if rule.state == "stopped":
                make.go_on(rule, ben, at)
            proposed = rule.acts.filter(state="proposed").values_list("id", flat=True)
            if proposed:
                request = automatic.ask_for_proposals(
                    rule_id=rule.id, act_ids=list(proposed[:3]), reason=WHY, actor=ida, at=at
                )
                with suppress(Exception):
                    approved(request, ben, at)
        make.schedule.act_by_rules(at)
        mdm_schedule.look_at_requests(at + HOUR)
    acted = AutomaticAct.objects.exclude(acted_at=None).values("device").distinct().count()
    assert acted == 25  # of a thousand: the limit of all rules for a day
    sent = Command.objects.filter(target__isnull=False).count()
    assert sent <= 10  # and of these by two people, within their own limits
    restricted = Restriction.objects.values("device").distinct().count()
    assert restricted == (25 if action is Action.RESTRICT else 0)
    stops = ActionStop.objects.filter(rule__in=rules).count()
    told = Message.objects.filter(
        recipient=staff["auditor"].email, key__contains=":stopped:"
    ).count()
    assert told == stops > 2
    assert DestructiveRequest.objects.exclude(requester=cast.ida).count() == 0
    with suppress(Exception):
        automatic.stop_everything(reason="an attack", actor=ida, at=start + DAY)
    assert planning.plan_of(rules[0], rules[0].current, start + DAY).devices > 0
