"""The command ``doctor``: says what is wrong with the installation, and what to do."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from quartermaster.kernel.clock import now
from quartermaster.reports.health import Verdict, examine

COLOURS = {Verdict.GOOD: "green", Verdict.WARNING: "yellow", Verdict.BAD: "red"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Examine the installation. Exit code 1 if something is bad."""
    findings = list(examine(now()))
    if as_json:
        typer.echo(json.dumps([asdict(item) for item in findings]))
    else:
        table = Table("Check", "Verdict", "What was seen", box=None, pad_edge=False)
        for item in findings:
            colour = COLOURS[item.verdict]
            table.add_row(item.check, f"[{colour}]{item.verdict}[/{colour}]", item.sentence)
        Console().print(table)
    raise typer.Exit(1 if any(item.verdict is Verdict.BAD for item in findings) else 0)


def register(root: typer.Typer) -> None:
    root.command()(doctor)
