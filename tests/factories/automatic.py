"""Rules that act by themselves, and devices that fail a check for good, for tests."""

from datetime import datetime, timedelta
from typing import Any

from quartermaster.compliance import actions, planning, schedule
from quartermaster.compliance import automatic as queries
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule
from quartermaster.compliance.rules.automatic import Action, Terms, approving, going_on
from quartermaster.inventory.models import Device
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import posture
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.posture import Fact
from quartermaster.notify.delivery import deliver_due
from quartermaster.org.accounts import prove
from tests.factories import mdm
from tests.factories.cities import require
from tests.factories.destruction import devices
from tests.factories.org import PASSWORD

HOUSE = system("test")
DAY = timedelta(days=1)
WHY = "Too many phones lie about open"
CHECKS = {"passcode": posture.PASSCODE_PRESENT, "compromised": posture.COMPROMISED}
BAD = {"passcode": False, "compromised": True}


def ask(at: datetime) -> None:
    """Have the city require a passcode and an unchanged system."""
    require(at, city={"city": {"passcode_required": True, "compromised_forbidden": True}})


def phones(cast: Any, count: int, at: datetime, **more: Any) -> list[Device]:
    """So many enrolled phones of Ana's."""
    made = devices(cast, count, **more)
    for device in made:
        mdm.enrolled(device, at, last_seen_at=at)
    return made


def report(
    found: Device | list[Device], at: datetime, check: str = "passcode", *, good: bool = False
) -> None:
    """The devices report, and are judged by it."""
    made = found if isinstance(found, list) else [found]
    value = BAD[check] if not good else not BAD[check]
    for device in made:
        keep_facts(device.id, {CHECKS[check]: Fact(value, "test", at)})
    keys = [device.id for device in made]
    Enrolment.objects.filter(device__in=keys).update(last_seen_at=at)
    actions.evaluate_devices(device_ids=keys, actor=HOUSE, at=at)


def fail(found: Device | list[Device], at: datetime, check: str = "passcode") -> None:
    """A failure that is seen twice, so that its holder is told, and the notice delivered."""
    report(found, at, check)
    report(found, at + timedelta(minutes=1), check)
    deliver_due(at + timedelta(minutes=1))


def later(found: list[Device], at: datetime, check: str = "passcode") -> datetime:
    """Two weeks later, and the devices reported the same again."""
    then = at + 14 * DAY
    report(found, then, check)
    return then


def terms(action: Action = Action.RESTRICT, **more: Any) -> Terms:
    said = {"checks": ("passcode",), "count": 3, "percent": 25.0, **more}
    if action in {Action.LOCK, Action.WIPE}:
        said.setdefault("ownerships", ("city",))
    return Terms(action=action, **said)


def proposed(author: Actor, at: datetime, said: Terms | None = None, name: str = "") -> ActionRule:
    return automatic.propose_rule(
        name=name or f"Rule {ActionRule.objects.count()}",
        terms=said or terms(),
        reason=WHY,
        actor=author,
        at=at,
    )


def tried(author: Actor, at: datetime, said: Terms | None = None, name: str = "") -> ActionRule:
    rule = proposed(author, at, said, name)
    return automatic.try_rule(rule_id=rule.id, actor=author, at=at)


def approve(rule: ActionRule, second: Actor, at: datetime, password: str = PASSWORD) -> ActionRule:
    rule.refresh_from_db()
    assert rule.current is not None
    return automatic.approve_rule(
        rule_id=rule.id,
        shown=planning.plan_of(rule, rule.current, at).digest,
        reason="I looked at the plan",
        proof=proof(second, approving(rule.current.id, rule.current.digest), at, password),
        actor=second,
        at=at,
    )


def on(author: Actor, second: Actor, at: datetime, said: Terms | None = None) -> ActionRule:
    return approve(tried(author, at, said), second, at)


def go_on(rule: ActionRule, second: Actor, at: datetime) -> ActionRule:
    rule.refresh_from_db()
    assert rule.current is not None
    stop = queries.stop_of(rule)
    assert stop is not None
    return automatic.go_on(
        rule_id=rule.id,
        shown=planning.plan_of(rule, rule.current, at).digest,
        reason="The plan is right",
        proof=proof(second, going_on(stop.id), at),
        actor=second,
        at=at,
    )


def tick(at: datetime) -> None:
    """What a minute brings: steps of findings, mail, rules."""
    schedule.take_steps(at)
    deliver_due(at)
    schedule.act_by_rules(at)


def plan(rule: ActionRule, at: datetime) -> planning.Plan:
    rule.refresh_from_db()
    assert rule.current is not None
    return planning.plan_of(rule, rule.current, at)


def proof(actor: Actor, purpose: str, at: datetime, password: str = PASSWORD) -> Any:
    return prove(actor=actor, password=password, purpose=purpose, address="10.0.0.1", at=at)
