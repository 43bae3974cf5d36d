"""Carrying out what is due: looked at anew, counted under one turn, in one transaction."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from django.db import transaction
from django.db.models import F

from quartermaster.compliance import automatic, planning
from quartermaster.compliance.actions.automatic.access import restrict_by
from quartermaster.compliance.actions.automatic.moving import move_act, pass_over
from quartermaster.compliance.actions.automatic.stopping import pull_the_brake
from quartermaster.compliance.actions.automatic.telling import tell_holder, tell_staff
from quartermaster.compliance.models import ActionRule, AutomaticAct
from quartermaster.compliance.permits import AUTOMATIC_KEEP
from quartermaster.compliance.queries import results_for
from quartermaster.compliance.rules.automatic import (
    DESTROYS,
    Action,
    ActState,
    Cause,
    RuleState,
    Terms,
)
from quartermaster.compliance.rules.findings import LIVE
from quartermaster.compliance.rules.outcome import State
from quartermaster.jobs.acts import Act, act
from quartermaster.jobs.outbox import pause
from quartermaster.jobs.turns import take_turn
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import Actor, require
from quartermaster.mdm import actions as mdm
from quartermaster.mdm import holds
from quartermaster.mdm.queries import enrolment_now

log = structlog.get_logger(__name__)

_BRAKE = 0x5155_4142  # one act at a time, so that the limits are counted exactly
MOST_ATTEMPTS = 8


def perform_due(*, actor: Actor, at: datetime, limit: int = 200) -> int:
    """Carry out what is due of the rules that are on, each in a transaction of its own (G-10)."""
    require(actor, AUTOMATIC_KEEP)
    tried: set[UUID] = set()
    for _ in range(limit):
        due = AutomaticAct.objects.filter(
            state=ActState.DUE.value, due_at__lte=at, rule__state=RuleState.ON.value
        ).exclude(id__in=tried)
        key = due.order_by("due_at", "id").values_list("id", flat=True).first()
        if key is None or automatic.everything_stopped() is not None:
            break
        tried.add(key)
        try:
            _perform(key, actor, at)
        except Exception:
            log.exception("compliance.act-failed", act=str(key))
            _put_off(key, actor, at)
    return len(tried)


def _perform(key: UUID, actor: Actor, at: datetime) -> None:
    with act(actor, at) as doing:
        rows = AutomaticAct.objects.select_for_update(skip_locked=True, of=("self",))
        item = rows.filter(id=key, state=ActState.DUE.value, due_at__lte=at).first()
        if item is None:
            return  # another worker has it
        take_turn(_BRAKE)
        holds.keep_holds_still()
        rule = ActionRule.objects.select_for_update(of=("self",)).get(id=item.rule_id)
        if rule.state != RuleState.ON or automatic.everything_stopped() is not None:
            return  # stopped at this moment: it waits
        if rule.current_id != item.version_id:
            pass_over(item, "The rule was changed.", doing)
            return
        terms = automatic.terms_of(item.version)
        if not automatic.agreed(item.version):
            pull_the_brake(rule, Cause.TAMPERED, "No second person approved what it says.", doing)
        elif problem := why_not_now(item, terms, at):
            pass_over(item, problem, doing)
        elif not _braked(item, rule, terms, doing):
            _do(item, doing)


def why_not_now(item: AutomaticAct, terms: Terms, at: datetime) -> str:
    """Why an act is not called for any longer, judged anew; empty where it still is."""
    finding = item.finding
    if finding.state not in LIVE:
        return "The finding was settled."
    line = planning.line_for(finding, item.rule, terms, at)
    if line.why_not:
        return line.why_not
    now = {result.check: result.state for result in results_for(item.device, at)}
    if now.get(finding.check_name) is State.FAIL:
        return ""
    if now.get(finding.check_name) is State.EXCEPTED:
        return "An exemption covers it."
    return "Judged anew, it is not known for certain that it fails."


def _braked(item: AutomaticAct, rule: ActionRule, terms: Terms, doing: Act) -> bool:
    """Stop the rule where one more device would pass a limit; whether it was stopped."""
    standing = automatic.standing_of(rule, terms, doing.at)
    if standing.holds_back(item.device_id):
        note = (
            f"It acted on {len(standing.spent)} devices within {terms.hours} hours, and more"
            f" than {standing.allowance} takes a person who looks at the plan."
        )
        pull_the_brake(rule, Cause.LIMIT, note, doing)
        return True
    if standing.holds_all_back(item.device_id):
        note = (
            f"All rules together acted on {len(standing.spent_by_all)} devices within a day, and"
            f" {standing.ceiling} is the most. Only time eases this limit."
        )
        pull_the_brake(rule, Cause.CEILING, note, doing)
        return True
    return False


def _do(item: AutomaticAct, doing: Act) -> None:
    action = Action(item.action)
    if action in DESTROYS:
        move_act(item, "propose", acted_at=doing.at)
        doing.record("compliance.automatic.proposes", item, **_about(item))
        _tell_once(item, doing)
        return
    if action is Action.LOCK and (problem := _lock(item, doing)):
        pass_over(item, problem, doing)
        return
    move_act(item, "perform", acted_at=doing.at)
    if action is Action.RESTRICT:
        restrict_by(item, doing)
    doing.record("compliance.automatic.acted", item, **_about(item))
    tell_holder(item, "done", doing)


def _lock(item: AutomaticAct, doing: Act) -> str:
    """Lock a device by what `mdm` does for everybody; why it could not be, or empty."""
    enrolment = enrolment_now(item.device_id)
    if enrolment is None:
        return "The device is not enrolled."
    try:
        mdm.perform(
            enrolment=enrolment,
            verb=planning.LOCK,
            arguments={"message": f"Locked by the City: {item.finding.title}. See your mail."},
            reason=f"Rule “{item.rule.name}”, version {item.version.number}: {item.finding.title}",
            actor=doing.actor,
            at=doing.at,
            request_key=f"act-{item.id}",
        )
    except HouseError as problem:
        return problem.message
    return ""


def _tell_once(item: AutomaticAct, doing: Act) -> None:
    """One mail for what a rule proposes at one time, not one for each device."""
    others = item.rule.acts.filter(state=ActState.PROPOSED.value, acted_at=doing.at)
    if not others.exclude(id=item.id).exists():
        tell_staff(item.rule, "proposes", "", doing)


def _about(item: AutomaticAct) -> dict[str, str | int]:
    return {
        "rule": item.rule.name,
        "version": item.version.number,
        "action": item.action,
        "device": item.device.asset_tag,
        "finding": str(item.finding_id),
    }


def _put_off(key: UUID, actor: Actor, at: datetime) -> None:
    """Try again later; give up where it fails again and again, and say so."""
    with transaction.atomic():
        rows: Sequence[AutomaticAct] = list(
            AutomaticAct.objects.select_for_update(of=("self",)).filter(
                id=key, state=ActState.DUE.value
            )
        )
        for item in rows:
            if item.attempts + 1 >= MOST_ATTEMPTS:
                with act(actor, at) as doing:
                    pass_over(item, "It failed again and again; see the log.", doing)
            else:
                AutomaticAct.objects.filter(id=key).update(
                    attempts=F("attempts") + 1, due_at=at + pause(item.attempts + 1)
                )
