"""Bringing a fleet from another server: ``quartermaster mdm move``."""

import json
import sys
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.elsewhere import Move, moving_driver, plan_moves

HERE = system("command line")
SHOWN = 500


def move(
    server: Annotated[str, typer.Argument(help="What is moved from: nanomdm, or lines.")],
    profile: Annotated[
        Path, typer.Option(exists=True, dir_okay=False, help="Its enrolment profile.")
    ],
    source: Annotated[
        str, typer.Option(help="Address of its database; “-” reads it from the input.")
    ] = "",
    file: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its enrolments, as lines.")
    ] = None,
    platform: Annotated[str, typer.Option(help="The driver of the devices.")] = "apple",
    apply: Annotated[
        bool, typer.Option("--apply", help="Take over what can move; without it, only show.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """Bring enrolments from another server, so that devices need not enrol anew.

    First bring its push certificate, answer under its name and paths, and stop it.
    """
    driver = moving_driver(platform)
    if bool(source) == bool(file):
        raise InvalidInput("Say where the enrolments are: --source or --file.")
    address = sys.stdin.readline().strip() if source == "-" else source
    found = driver.read_enrolments(server, address, file.read_bytes() if file else b"")
    moves = plan_moves(driver, found)
    _show(moves, as_json=as_json)
    if apply:
        able = [item for item in moves if not item.problem]
        brought = actions.bring_enrolments(
            driver=driver.name,
            moves=able,
            former=driver.read_former(profile.read_bytes()),
            actor=HERE,
            at=now(),
        )
        typer.echo(f"{len(brought)} brought, {len(moves) - len(able)} left.", err=as_json)


def _show(moves: list[Move], *, as_json: bool) -> None:
    rows = [
        {
            "device": move.device.asset_tag if move.device else None,
            "serial": move.found.serial,
            "known_there_as": move.found.external_id,
            "problem": move.problem or None,
        }
        for move in moves
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    table = Table("Device", "Serial number", "Known there as", "Moves")
    for row in rows[:SHOWN]:
        cells = (row["device"] or "", row["serial"] or "", row["known_there_as"] or "")
        table.add_row(*(Text(cell) for cell in cells), Text(row["problem"] or "yes"))
    Console().print(table)
    counted = Counter(bool(move.problem) for move in moves)
    typer.echo(f"{counted[False]} can move, {counted[True]} cannot.")
