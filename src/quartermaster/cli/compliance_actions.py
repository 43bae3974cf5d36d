"""Commands on rules that act by themselves: ``quartermaster compliance actions``.

Making, switching on and letting go on are not among them: people do that, on the pages. Trying and
retiring a rule take a person with their password.
"""

import json
from typing import Annotated

import typer

from quartermaster.cli.terminal import person_at_terminal
from quartermaster.compliance import access, planning, schedule
from quartermaster.compliance import automatic as queries
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.models import ActionRule
from quartermaster.compliance.planning import Line, Plan
from quartermaster.compliance.rules.automatic import ActState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system

actions = typer.Typer(
    help="Rules that act by themselves: look, plan, stop. People make and approve them on pages.",
    no_args_is_help=True,
)
HERE = system("command line")
Email = Annotated[str, typer.Option(help="Who does it; the password is asked for.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
MOST_LINES = 100


@actions.command("rules")
def list_rules(as_json: AsJson = False) -> None:
    """List the rules with their states, authors and second persons."""
    lines = [_rule(row) for row in queries.rules_visible_to(HERE)]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        second = line["second_person"] or "nobody yet"
        typer.echo(f"{line['name']}: {line['action']}, {line['state']}, version {line['version']}")
        typer.echo(f"    written by {line['author']}, second person {second}")
    if not lines:
        typer.echo("There is no rule.")


@actions.command("plan")
def plan(
    name: Annotated[str, typer.Argument(help="The name of the rule.")], as_json: AsJson = False
) -> None:
    """Say which devices a rule would act on now, what that does, and whom it passes over."""
    rule = _named(name)
    assert rule.current is not None  # it is set with the first version
    made = planning.plan_of(rule, rule.current, now())
    if as_json:
        acts, skipped = [_line(item) for item in made.acts], [_line(item) for item in made.skipped]
        typer.echo(json.dumps({"digest": made.digest, "acts": acts, "skipped": skipped}))
        return
    _say(made)


@actions.command("acts")
def list_acts(
    state: Annotated[ActState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List what rules did, are to do, or would have done, the newest first."""
    rows = queries.acts_visible_to(HERE)
    if state is not None:
        rows = rows.filter(state=state.value)
    lines = [
        {
            "device": row.device.asset_tag,
            "action": row.action,
            "state": row.state,
            "rule": row.rule.name,
            "version": row.version.number,
            "finding": row.finding.title,
            "acted_at": row.acted_at.isoformat() if row.acted_at else "",
            "note": row.note,
        }
        for row in rows[:MOST_LINES]
    ]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        said = f"{line['device']}  {line['action']}, {line['state']}: {line['finding']}"
        typer.echo(f"{said} (“{line['rule']}”, version {line['version']}) {line['note']}".rstrip())
    if not lines:
        typer.echo("No rule did anything, and none was tried.")


@actions.command("access")
def show_access(
    tag: Annotated[str, typer.Argument(help="The asset tag of the device.")],
    as_json: AsJson = False,
) -> None:
    """Say whether City services should admit a device."""
    answer = access.access_by_tag(HERE, tag)
    if as_json:
        said = {"decision": answer.decision, "code": answer.code, "reasons": answer.reasons}
        typer.echo(json.dumps(said, ensure_ascii=False))
        return
    typer.echo(f"{tag}: {answer.decision}. {' '.join(answer.reasons)}".rstrip())


@actions.command("stop")
def stop(
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    name: Annotated[str, typer.Argument(help="The name of the rule.")] = "",
    everything: Annotated[bool, typer.Option("--everything", help="All rules.")] = False,
) -> None:
    """Stop one rule, or everything that acts by itself; nothing that waits is lost."""
    if everything == bool(name):
        raise Conflict("Name one rule, or say --everything.")
    if everything:
        automatic.stop_everything(reason=reason, actor=HERE, at=now())
        typer.echo("Everything that acts by itself stands still.")
        return
    automatic.stop_rule(rule_id=_named(name).id, reason=reason, actor=HERE, at=now())
    typer.echo("The rule was stopped.")


@actions.command("try")
def try_rule(
    name: Annotated[str, typer.Argument(help="The name of the rule.")], email: Email
) -> None:
    """Have the house write down what a proposed rule would do; it does nothing."""
    rule = _named(name)
    automatic.try_rule(rule_id=rule.id, actor=person_at_terminal(email), at=now())
    typer.echo("It is tried now. Another person switches it on, on its page.")


@actions.command("retire")
def retire(
    name: Annotated[str, typer.Argument(help="The name of the rule.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    email: Email,
) -> None:
    """Retire a rule for good."""
    rule = _named(name)
    automatic.retire_rule(rule_id=rule.id, reason=reason, actor=person_at_terminal(email), at=now())
    typer.echo("The rule was retired.")


@actions.command("run")
def run() -> None:
    """Carry out now what is due, as the clock does every minute."""
    typer.echo(f"Looked at: {schedule.act_by_rules(now())}.")


def _named(name: str) -> ActionRule:
    found = queries.rules_visible_to(HERE).filter(name__iexact=name).first()
    if found is None:
        raise NotFound(f"There is no rule “{name}”.")
    return found


def _rule(row: ActionRule) -> dict[str, str | int | None]:
    version = row.current
    assert version is not None  # it is set with the first version
    approval = getattr(version, "approval", None)
    return {
        "id": str(row.id),
        "name": row.name,
        "state": row.state,
        "action": version.action,
        "version": version.number,
        "author": version.author.name,
        "second_person": approval.approver.name if approval else None,
    }


def _line(line: Line) -> dict[str, str]:
    return {
        "device": line.device.asset_tag,
        "finding": line.finding.title,
        "why_not": line.why_not,
    }


def _say(made: Plan) -> None:
    for sentence in made.effects:
        typer.echo(sentence)
    for line in made.acts[:MOST_LINES]:
        typer.echo(f"+ {line.device.asset_tag}: {line.finding.title}")
    for line in made.skipped[:MOST_LINES]:
        typer.echo(f"- {line.device.asset_tag}: {line.finding.title}. {line.why_not}")
    typer.echo(f"{made.devices} to act on, {len(made.skipped)} passed over.")
    if made.jump:
        typer.echo(f"It would stop before it acts: {made.jump}")
    elif made.stops_after is not None:
        typer.echo(f"It would stop itself after {made.stops_after} more devices.")
