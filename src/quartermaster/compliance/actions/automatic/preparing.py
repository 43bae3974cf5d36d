"""Preparing acts: each rule that is tried or on writes down what it would do, as rows."""

from datetime import datetime
from itertools import islice
from uuid import UUID

from quartermaster.compliance import automatic, planning
from quartermaster.compliance.actions.automatic.stopping import pull_the_brake
from quartermaster.compliance.models import ActionRule, AutomaticAct, RuleVersion
from quartermaster.compliance.permits import AUTOMATIC_KEEP
from quartermaster.compliance.planning import Line
from quartermaster.compliance.rules.automatic import (
    LIVE_RULES,
    ActState,
    Cause,
    RuleState,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values

MOST_TRIED = 500


def prepare_acts(*, actor: Actor, at: datetime) -> int:
    """Have every rule write down what it is to do now; how many acts (G-10).

    One more than a rule may do is enough to stop it, so no more than that are written down.
    """
    require(actor, AUTOMATIC_KEEP)
    if automatic.everything_stopped() is not None:
        return 0
    live = ActionRule.objects.filter(state__in=values(LIVE_RULES)).order_by("id")
    return sum(_prepare(key, actor, at) for key in list(live.values_list("id", flat=True)))


def _prepare(key: UUID, actor: Actor, at: datetime) -> int:
    with act(actor, at) as doing:
        rows = ActionRule.objects.select_for_update(skip_locked=True, of=("self",))
        rule = rows.filter(id=key, state__in=values(LIVE_RULES)).select_related("current").first()
        if rule is None or rule.current is None:
            return 0  # another worker has it, or it was stopped at this moment
        found = _called_for(rule, rule.current, at)
        if rule.state == RuleState.TRIAL:
            return _write(rule, rule.current, found, ActState.DRY, doing)
        problem = automatic.jump_of(rule, [line.finding for line in found], automatic.fleet_size())
        if problem:
            pull_the_brake(rule, Cause.JUMP, problem, doing)
            return 0
        return _write(rule, rule.current, found, ActState.DUE, doing)


def _called_for(rule: ActionRule, version: RuleVersion, at: datetime) -> list[Line]:
    terms = automatic.terms_of(version)
    rows = automatic.to_act_on(rule, version, at).order_by("cure_until", "id")
    good = (line for line in planning.lines(rows, rule, terms, at) if not line.why_not)
    if rule.state == RuleState.TRIAL:
        return list(islice(good, MOST_TRIED))
    waiting = rule.acts.filter(state=ActState.DUE.value).count()
    room = automatic.standing_of(rule, terms, at).left + 1 - waiting
    return list(islice(good, max(0, room)))


def _write(
    rule: ActionRule, version: RuleVersion, found: list[Line], state: ActState, doing: Act
) -> int:
    made = AutomaticAct.objects.bulk_create(
        AutomaticAct(
            rule=rule,
            version=version,
            finding=line.finding,
            device=line.device,
            action=version.action,
            state=state.value,
            personal=line.device.ownership == "personal",
            at_once=line.at_once,
            delivered_at=line.delivered_at,
            ripe_at=line.ripe_at or doing.at,
            made_at=doing.at,
            due_at=doing.at if state is ActState.DUE else None,
        )
        for line in found
    )
    tag = "would-do" if state is ActState.DRY else "prepared"
    for item in made:
        doing.record(
            f"compliance.automatic.{tag}",
            item,
            rule=rule.name,
            version=version.number,
            action=version.action,
            device=item.device.asset_tag,
            finding=str(item.finding_id),
        )
    return len(made)
