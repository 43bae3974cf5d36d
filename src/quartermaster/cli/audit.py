"""Commands of the audit ledger."""

import json
from dataclasses import asdict
from typing import Annotated

import typer
from django.conf import settings
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn

from quartermaster.audit import anchors
from quartermaster.audit import verify as verification
from quartermaster.audit.queries import newest
from quartermaster.kernel.clock import now

app = typer.Typer(help="The audit ledger: verify it, anchor it.", no_args_is_help=True)
console = Console(stderr=True)


@app.command()
def verify(
    as_json: Annotated[bool, typer.Option("--json", help="Print the report as JSON.")] = False,
) -> None:
    """Check every entry, link, seal and anchor. Exit code 1 if anything is wrong."""
    head = newest()
    with Progress(
        SpinnerColumn(),
        *Progress.get_default_columns(),
        TextColumn("{task.completed} entries"),
        console=console,
        transient=True,
    ) as bar:
        task = bar.add_task("Verifying", total=head.seq if head else 0)
        report = verification.verify(
            key=settings.AUDIT_KEY,
            folder=settings.DATA,
            progress=lambda seen: bar.update(task, completed=seen),
        )
    if as_json:
        typer.echo(json.dumps({"sound": report.sound, **asdict(report)}))
    else:
        for fault in report.faults:
            typer.echo(f"{fault.code}: {fault.sentence}")
        verdict = "The ledger is sound" if report.sound else "The ledger was tampered with"
        typer.echo(f"{verdict}: {report.entries} entries, {report.anchors} anchors.")
    raise typer.Exit(0 if report.sound else 1)


@app.command()
def anchor() -> None:
    """Note the head of the chain outside the database now (the worker does so every hour)."""
    made = anchors.write(settings.DATA, settings.AUDIT_KEY, now())
    typer.echo(f"Anchored entry {made.seq}." if made else "Nothing new to anchor.")
