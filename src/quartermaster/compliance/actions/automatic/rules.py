"""Making rules: proposed, tried, changed into a trial, retired."""

from datetime import datetime
from uuid import UUID

from quartermaster.compliance.actions.automatic.moving import (
    move_rule,
    pass_over,
    person_of,
    reason_of,
    the_rule,
)
from quartermaster.compliance.actions.automatic.telling import tell_staff
from quartermaster.compliance.automatic import CHECK_TITLES
from quartermaster.compliance.models import ActionRule, AutomaticAct, RuleVersion
from quartermaster.compliance.permits import AUTOMATIC_MANAGE
from quartermaster.compliance.rules.automatic import ActState, RuleState, Terms, digest_of
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.org.models import Department

LONGEST_NAME = 80
MOST_RULES = 100


def propose_rule(*, name: str, terms: Terms, reason: str, actor: Actor, at: datetime) -> ActionRule:
    """Propose a rule; nothing happens by it before it is tried and approved (G-10)."""
    require(actor, AUTOMATIC_MANAGE)
    person_of(actor)
    name = name.strip()
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(f"A name of 1 to {LONGEST_NAME} letters.", field="name")
    why = reason_of(reason)
    _require_sound(terms)
    with act(actor, at) as doing:
        if ActionRule.objects.filter(name__iexact=name).exists():
            raise Conflict("There is a rule of this name.", field="name")
        if ActionRule.objects.exclude(state=RuleState.RETIRED.value).count() >= MOST_RULES:
            raise Conflict(f"{MOST_RULES} rules are enough; retire some.")
        rule = ActionRule.objects.create(name=name, created_at=at, changed_at=at)
        version = _add_version(rule, terms, why, doing)
        ActionRule.objects.filter(id=rule.id).update(current=version)
        doing.record(
            "compliance.automatic.proposed", rule, terms=version.terms, digest=version.digest
        )
        rule.refresh_from_db()
    return rule


def change_rule(
    *, rule_id: UUID, terms: Terms, reason: str, actor: Actor, at: datetime
) -> ActionRule:
    """Change what a rule says: it is tried again, and needs a second person again (G-10)."""
    require(actor, AUTOMATIC_MANAGE)
    person_of(actor)
    why = reason_of(reason)
    _require_sound(terms)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        assert rule.current is not None  # it is set with the first version
        if rule.current.terms == terms.as_json():
            raise InvalidInput("That is what it says already; nothing was changed.")
        was, version = rule.state, _add_version(rule, terms, why, doing)
        if was == RuleState.PROPOSAL:
            ActionRule.objects.filter(id=rule.id, state=was).update(current=version, changed_at=at)
            rule.refresh_from_db()
        else:
            move_rule(rule, "change", at, current=version)
            let_go(rule, "The rule was changed.", doing)
        _end_stops(rule, "The rule was changed.", doing)
        doing.record(
            "compliance.automatic.changed",
            rule,
            version=version.number,
            terms=version.terms,
            digest=version.digest,
            was=was,
        )
        if was == RuleState.ON:
            tell_staff(rule, "changed", why, doing)
    return rule


def try_rule(*, rule_id: UUID, actor: Actor, at: datetime) -> ActionRule:
    """Try a proposed rule: the house writes down what it would do, and does nothing (G-10)."""
    require(actor, AUTOMATIC_MANAGE)
    person_of(actor)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        move_rule(rule, "try", at)
        doing.record("compliance.automatic.tried", rule)
        tell_staff(rule, "tried", "", doing)
    return rule


def retire_rule(*, rule_id: UUID, reason: str, actor: Actor, at: datetime) -> ActionRule:
    """Retire a rule for good; what it restricted stays until it is put right or lifted (G-10)."""
    require(actor, AUTOMATIC_MANAGE)
    why = reason_of(reason)
    with act(actor, at) as doing:
        rule = the_rule(rule_id)
        move_rule(rule, "retire", at)
        let_go(rule, "The rule was retired.", doing)
        _end_stops(rule, "The rule was retired.", doing)
        doing.record("compliance.automatic.retired", rule, reason=why)
    return rule


def let_go(rule: ActionRule, why: str, doing: Act) -> None:
    """Pass over what waits for its turn or for people; what was done stays done."""
    waiting = AutomaticAct.objects.select_for_update(of=("self",)).filter(
        rule=rule, state__in=[ActState.DUE.value, ActState.PROPOSED.value]
    )
    for item in waiting.order_by("id"):
        pass_over(item, why, doing)


def _add_version(rule: ActionRule, terms: Terms, reason: str, doing: Act) -> RuleVersion:
    last = rule.versions.values_list("number", flat=True).first() or 0
    return RuleVersion.objects.create(
        rule=rule,
        number=last + 1,
        action=terms.action.value,
        terms=terms.as_json(),
        digest=digest_of(rule.id, last + 1, terms),
        reason=reason,
        author_id=person_of(doing.actor),
        made_at=doing.at,
    )


def _end_stops(rule: ActionRule, reason: str, doing: Act) -> None:
    rule.stops.filter(ended_at=None).update(
        ended_at=doing.at, ended_by_id=doing.actor.person_id, ending_reason=reason
    )


def _require_sound(terms: Terms) -> None:
    for field, said in terms.problems().items():
        raise InvalidInput(said, field=field)
    if not set(terms.checks) <= set(CHECK_TITLES):
        raise InvalidInput("There is no such check.", field="checks")
    known = {str(key) for key in Department.objects.values_list("id", flat=True)}
    if not set(terms.departments) <= known:
        raise InvalidInput("There is no such department.", field="departments")
