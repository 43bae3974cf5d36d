"""Commands on carriers' files."""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.usage.models import CarrierFile
from quartermaster.usage.queries.imports import files_visible_to
from quartermaster.usage.rules.imports import FileState, Way
from quartermaster.usage.rules.reading import Given

app = typer.Typer(help="Carriers' files: bills and usage.", no_args_is_help=True)
HERE = system("command line")
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As 2026-11-24.")]


@app.command("import")
def import_files(
    paths: Annotated[list[Path], typer.Argument(help="Files.", exists=True, dir_okay=False)],
    profile: Annotated[str, typer.Option(help="Profile; by itself the one that fits.")] = "",
    account: Annotated[str, typer.Option(help="Where the rows do not say it.")] = "",
    cycle_from: Day = None,
    cycle_until: Day = None,
    reason: Annotated[str, typer.Option(help="Why, where it corrects an earlier file.")] = "",
    wait: Annotated[bool, typer.Option(help="Read them here and now.")] = True,
) -> None:
    """Take carriers' files in, and read them."""
    # only where it is done: the warehouse's engine takes a hundred megabytes
    from quartermaster.usage import import_schedule as schedule
    from quartermaster.usage.actions import files

    given = Given(
        account,
        cycle_from.date() if cycle_from else None,
        cycle_until.date() if cycle_until else None,
    )
    taken = []
    for path in paths:
        with path.open("rb") as content:
            received = files.take_in(
                content=content,
                name=path.name,
                way=Way.COMMAND,
                given=given,
                profile_key=profile,
                reason=reason,
                actor=HERE,
                at=now(),
            )
        taken.append(received)
    if wait:
        schedule.read_waiting(now)
    odd = 0
    for received in taken:
        file = received.file
        file.refresh_from_db()
        again = "" if received.fresh else " It was there already."
        typer.echo(f"{file.name}: {FileState(file.state).label}. {file.said}{again}")
        odd += FileState(file.state) in {FileState.REFUSED, FileState.STOPPED}
    if odd:
        raise typer.Exit(1)


@app.command("list")
def list_files(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="How many at most.")] = 50,
) -> None:
    """List carriers' files, the newest first."""
    rows = [_plain(row) for row in files_visible_to(HERE)[:limit]]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Came", "File", "State", "Rows", "Not taken", "What became of it")
    for row in rows:
        table.add_row(*(Text(str(value)) for name, value in row.items() if name != "digest"))
    Console().print(table)


def _plain(row: CarrierFile) -> dict[str, object]:
    return {
        "received_at": row.received_at.isoformat(timespec="minutes"),
        "name": row.name,
        "state": row.state,
        "rows": getattr(row, "taken_rows", 0),
        "refused": getattr(row, "left_rows", 0),
        "said": row.said,
        "digest": row.digest,
    }
