"""Commands on decisions about applications: ``quartermaster decisions``."""

import json
from datetime import datetime, timedelta
from typing import Annotated

import typer
from django.utils.timezone import localdate
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.inventory import applications as queries
from quartermaster.inventory.actions import applications as actions
from quartermaster.inventory.actions.applications import Decision
from quartermaster.inventory.verdicts import QuestionState, Verdict
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system

app = typer.Typer(help="Decisions about applications, and questions.", no_args_is_help=True)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def listed(
    words: Annotated[str, typer.Argument(help="Of its name, identifier or reason.")] = "",
    everything: Annotated[bool, typer.Option("--all", help="With those of before.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is decided."""
    rows = queries.decisions_visible_to(HERE)
    if not everything:
        rows = queries.standing(rows, localdate(now()))
    found = [
        {
            "application": row.title,
            "decision": row.verdict,
            "about": row.subject,
            "system": row.platform or "every",
            "lowest version": row.minimum_version,
            "why": row.reason,
            "id": str(row.id),
        }
        for row in rows
        if words.lower() in f"{row.title} {row.subject} {row.reason}".lower()
    ]
    _print(found, as_json=as_json)


@app.command("decide")
def decide(
    title: Annotated[str, typer.Argument(help="The application, as people search for it.")],
    verdict: Annotated[Verdict, typer.Argument(help="What is decided.")],
    reason: Annotated[str, typer.Option(help="Why; everybody reads it.")],
    identifier: Annotated[str, typer.Option(help="Such as com.example.app.")] = "",
    names: Annotated[str, typer.Option(help="Or a pattern of names, such as *casino*.")] = "",
    platform: Annotated[str, typer.Option(help="One system alone.")] = "",
    lowest: Annotated[str, typer.Option(help="Versions before this one are found.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The last day on which it holds.")
    ] = None,
) -> None:
    """Decide about an application; an earlier decision on the same ends."""
    decision = Decision(
        title,
        verdict,
        reason,
        identifier,
        names,
        platform,
        lowest,
        until.date() + timedelta(days=1) if until else None,
    )
    made = actions.decide(decision=decision, actor=HERE, at=now())
    typer.echo(f"{made.title}: {made.get_verdict_display()}.")


@app.command("end")
def end(
    decision: Annotated[str, typer.Argument(help="The id of the decision.")],
    reason: Annotated[str, typer.Option(help="Why.")],
) -> None:
    """End a decision."""
    rows = queries.decisions_visible_to(HERE)
    found = next((row for row in rows if str(row.id) == decision), None)
    if found is None:
        raise NotFound("There is no such decision.")
    actions.end_decision(decision=found, reason=reason, actor=HERE, at=now())
    typer.echo(f"{found.title}: ended.")


@app.command("questions")
def questions(
    everything: Annotated[bool, typer.Option("--all", help="With those answered.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the questions that wait for an answer."""
    rows = queries.questions_visible_to(HERE)
    if not everything:
        rows = rows.filter(state=QuestionState.WAITING)
    found = [
        {
            "application": row.title,
            "system": row.platform,
            "what for": row.purpose,
            "asked": row.asked_at.isoformat(timespec="minutes"),
            "state": row.state,
            "id": str(row.id),
        }
        for row in rows
    ]
    _print(found, as_json=as_json)


def _print(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("There is nothing to list.")
        return
    table = Table()
    for name in rows[0]:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    Console().print(table)
