"""Imports on the command line: the plan is shown to a person or a program, then carried out."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.imports import Plan, Verb

_MOST = 50
Write = Callable[[Callable[[int, int], None]], Plan[Any]]


def run(plan: Plan[Any], write: Write | None, *, as_json: bool) -> None:
    """Carry out a plan (None: a dry run) and show it; leave with 1 where a row has an error."""
    if plan.errors or write is None:
        show(plan, as_json=as_json, applied=False)
        raise typer.Exit(1 if plan.errors else 0)
    with _bar("Importing") as progress:
        plan = write(progress)
    show(plan, as_json=as_json, applied=True)


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


@contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int], None]]:
    columns = (SpinnerColumn(), *Progress.get_default_columns())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
