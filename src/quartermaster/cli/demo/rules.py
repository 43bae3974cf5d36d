"""The demo city's rules: one that is on, one on trial for a second person, and a proposal."""

from datetime import datetime, timedelta

from quartermaster.compliance import planning
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule
from quartermaster.compliance.rules.automatic import Action, Terms, approving
from quartermaster.kernel.permits import Actor
from quartermaster.org.accounts import prove
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for

WEEK = timedelta(days=7)
AUTHOR, SECOND = "2001", "2009"
SAID = (
    (
        "Changed systems stay out",
        Terms(
            Action.RESTRICT,
            checks=("compromised",),
            serious_at_once=True,
            count=3,
            percent=5,
        ),
        "A phone whose system was changed must not read the City's mail for a day more.",
    ),
    (
        "Phones without a passcode",
        Terms(Action.LOCK, severities=("high",), ownerships=("city",), after_days=2, count=2),
        "They were told, had the time, and still lie about open.",
    ),
    (
        "Work data on phones that stay wrong for a month",
        Terms(Action.REMOVAL, severities=("serious", "high"), after_days=30, count=2, hours=168),
        "After a month the City's data should not be on them any longer.",
    ),
)


def make(at: datetime, password: str) -> None:
    """Write them a week ago, have the first approved and the second tried."""
    begun = at - WEEK
    author, second = (
        actor_for(Person.objects.get(number=number), begun) for number in (AUTHOR, SECOND)
    )
    rules = [
        automatic.propose_rule(name=name, terms=terms, reason=reason, actor=author, at=begun)
        for name, terms, reason in SAID
    ]
    for rule in rules[:2]:
        automatic.try_rule(rule_id=rule.id, actor=author, at=begun)
    _approve(ActionRule.objects.get(id=rules[0].id), second, password, begun)


def _approve(rule: ActionRule, second: Actor, password: str, at: datetime) -> None:
    version = rule.current
    assert version is not None  # it is set with the first version
    purpose = approving(version.id, version.digest)
    automatic.approve_rule(
        rule_id=rule.id,
        shown=planning.plan_of(rule, version, at).digest,
        reason="It acts on what nobody may have, and only shuts the door.",
        proof=prove(actor=second, password=password, purpose=purpose, address="demo", at=at),
        actor=second,
        at=at,
    )
