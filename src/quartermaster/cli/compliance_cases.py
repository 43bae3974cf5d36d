"""Commands on cases and the calendar: ``quartermaster compliance cases``, ``… holidays``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.compliance import actions, cases
from quartermaster.compliance.calendar import holidays
from quartermaster.compliance.rules.cases import LIVE_CASES, OWNERS, CaseState
from quartermaster.kernel.clock import now
from quartermaster.kernel.imports import Verb
from quartermaster.kernel.permits import system
from quartermaster.kernel.worded import values

HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def list_cases(
    ended: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List cases with whose step it is, the newest first. Outcomes are not shown here."""
    found = cases.cases_visible_to(HERE)
    if not ended:
        found = found.filter(state__in=values(LIVE_CASES))
    rows = [
        {
            "id": str(row.id),
            "holder": row.holder.number,
            "finding": row.finding.title,
            "trigger": row.trigger,
            "state": row.state,
            "owner": OWNERS.get(CaseState(row.state), ""),
            "due_at": row.due_at.isoformat() if row.due_at else "",
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Holder", "Finding", "Why", "State", "Whose step", "By when")
    for row in rows:
        names = ("holder", "finding", "trigger", "state", "owner", "due_at")
        table.add_row(*(Text(row[name]) for name in names))
    Console().print(table)


def list_holidays(as_json: AsJson = False) -> None:
    """List the days on which no period runs, from the settings and the calendar."""
    days = [day.isoformat() for day in sorted(holidays())]
    typer.echo(json.dumps(days) if as_json else "\n".join(days) or "No holiday is known.")


def import_holidays(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV: day, name.")],
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only show.")] = False,
) -> None:
    """Import holidays; without --apply, say what would change and which deadlines would move."""
    content = file.read_bytes()
    plan = actions.plan_holidays(content=content, actor=HERE)
    for error in plan.errors:
        typer.echo(str(error))
    typer.echo(f"{plan.counts[Verb.CREATE]} to add, {plan.counts[Verb.UPDATE]} to rename.")
    for caution in plan.cautions:
        typer.echo(caution.message)
    if apply:
        confirmed = frozenset(caution.code for caution in plan.cautions)
        actions.import_holidays(
            content=content, shown=plan.digest, confirmed=confirmed, actor=HERE, at=now()
        )
        typer.echo("Done.")


def register(app: typer.Typer) -> None:
    """Add these commands to ``quartermaster compliance``."""
    app.command("cases")(list_cases)
    app.command("holidays")(list_holidays)
    app.command("import-holidays")(import_holidays)
