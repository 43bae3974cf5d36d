"""Commands on losses: ``quartermaster losses``."""

import json
from datetime import datetime
from typing import Annotated

import typer
from django.utils import timezone
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.queries import losses as queries
from quartermaster.lifecycle.queries import returns
from quartermaster.lifecycle.rules.losses import LossKind

app = typer.Typer(help="What is lost, stolen or damaged, and surplus lots.", no_args_is_help=True)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


def _show(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        typer.echo("There is none.")
        return
    table = Table(*(name.replace("_", " ").capitalize() for name in rows[0] if name != "id"))
    for row in rows:
        table.add_row(*(Text(value or "—") for name, value in row.items() if name != "id"))
    Console().print(table)


@app.command("list")
def list_losses(
    ended: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List cases of loss and damage, the newest first."""
    found = queries.losses_visible_to(HERE)
    rows = found if ended else found.filter(closed_at=None)
    shown = [
        {
            "id": str(row.id),
            "device": row.device.asset_tag,
            "kind": row.kind,
            "state": row.state,
            "held_by": row.held_by.number if row.held_by else "",
            "reported_at": row.reported_at.isoformat(),
        }
        for row in rows
    ]
    _show(shown, as_json=as_json)


@app.command("report")
def report(
    device: Annotated[str, typer.Argument(help="Asset tag, serial number, IMEI or number.")],
    kind: Annotated[LossKind, typer.Argument(help="What happened.")],
    place: Annotated[str, typer.Option(help="Where.")],
    story: Annotated[str, typer.Option(help="What happened.")],
    known: Annotated[str, typer.Option(help="How it is known, or the caller was identified.")],
    happened: Annotated[
        datetime | None, typer.Option(help="When, in the city's time; now if left out.")
    ] = None,
) -> None:
    """Report a loss, a theft or a damage: what protects the City happens at once."""
    found = device_named(HERE, device)
    if found is None:
        raise NotFound(f"There is no device that goes by {device}.")
    at = now()
    said = losses.LossReport.of(
        kind=kind,
        happened_at=timezone.make_aware(happened) if happened else at,
        place=place,
        story=story,
        caller_check=known,
    )
    made = losses.report_loss(device_id=found.id, report=said, actor=HERE, at=at)
    typer.echo(f"{found.asset_tag}: {made.get_state_display()}.")


@app.command("lots")
def lots(as_json: AsJson = False) -> None:
    """List surplus lots. They are approved and closed by people, on their pages."""
    shown = [
        {
            "number": lot.number,
            "title": lot.title,
            "state": lot.state,
            "way": lot.way,
            "document": lot.document,
            "proceeds_cents": str(lot.proceeds_cents or 0),
        }
        for lot in returns.lots_visible_to(HERE)
    ]
    _show(shown, as_json=as_json)
