"""Showing the plan of an import on the command line, to a person or to a program."""

import json
from typing import Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.imports import Plan, Verb

_MOST = 50


def show(plan: Plan[Any], *, as_json: bool, applied: bool) -> None:
    """Print what an import would do, or has done."""
    if as_json:
        typer.echo(json.dumps({**plan.as_dict(), "applied": applied}, ensure_ascii=False))
        return
    rows = [(step.line, step.key, told) for step in plan.steps for told in _told(step)]
    if rows:
        table = Table("Line", "Key", "What")
        for line, key, told in rows[:_MOST]:
            table.add_row(
                str(line), Text(key), Text(told)
            )  # Text: brackets in a cell are no markup
        Console().print(table)
    if len(rows) > _MOST:
        typer.echo(f"… and {len(rows) - _MOST:,} more; --json prints all.")
    for caution in plan.cautions:
        typer.echo(f"Caution: {caution.message}")
    if plan.ignored:
        typer.echo(f"Columns that were not read: {', '.join(plan.ignored)}.")
    if plan.missing:
        typer.echo(
            f"{len(plan.missing):,} {plan.plural} are not in the file; they stay as they are."
        )
    counts = plan.counts
    verb = "were" if applied else "would be"
    typer.echo(
        f"{counts[Verb.CREATE]:,} {verb} created, {counts[Verb.UPDATE]:,} changed;"
        f" {counts[Verb.UNCHANGED]:,} are the same, {counts[Verb.ERROR]:,} have errors."
    )
    if not applied:
        typer.echo(f"Plan {plan.digest}")


def _told(step: Any) -> list[str]:
    if step.verb is Verb.ERROR:
        return [f"✗ {e.column}: {e.message}" if e.column else f"✗ {e.message}" for e in step.errors]
    if step.verb is Verb.CREATE:
        return []  # counted below; there may be thousands
    return [f"{item.field}: {item.before or '—'} → {item.after or '—'}" for item in step.changes]
