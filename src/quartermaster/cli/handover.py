"""Commands on hand-outs."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.files.queries import read_file
from quartermaster.inventory.queries import accessories_visible_to, device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import handovers
from quartermaster.lifecycle.models import Handover
from quartermaster.lifecycle.queries import handovers as queries
from quartermaster.lifecycle.rules.handovers import HandoverState
from quartermaster.org.models import Person

app = typer.Typer(help="Hand-outs and their receipts.", no_args_is_help=True)
HERE = system("command line")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Number = Annotated[str, typer.Argument(help="Such as H-000012.")]
Holder = Annotated[str, typer.Option("--holder", help="Personnel number.")]
Reason = Annotated[str, typer.Option("--reason", help="It is kept.")]


@app.command("list")
def list_handovers(
    ended: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List hand-outs, the newest first, with what stands in the way of each."""
    found = queries.handovers_visible_to(HERE)
    if not ended:
        found = found.filter(state=HandoverState.PREPARED.value)
    at = now()
    rows = [
        {
            "number": row.number,
            "holder": row.holder.number,
            "things": ", ".join(str(item) for item in row.items.all()),
            "state": row.state,
            "until": row.expires_at.isoformat(),
            "obstacles": " ".join(item.sentence for item in queries.obstacles(row, at))
            if row.state == HandoverState.PREPARED
            else "",
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Number", "For", "Things", "State", "Until", "In the way")
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    Console().print(table)


@app.command("prepare")
def prepare(
    things: Annotated[list[str], typer.Argument(help="Asset tags, serial numbers or IMEIs.")],
    holder: Holder,
    note: Annotated[str, typer.Option(help="For whoever hands it out.")] = "",
) -> None:
    """Make things ready for a person, who signs for them next."""
    made = handovers.prepare_handover(
        holder_id=_person(holder).id,
        things=handovers.things_named("\n".join(things), HERE),
        note=note,
        actor=HERE,
        at=now(),
    )
    typer.echo(f"{made.number} is ready for {made.holder}, to be signed at /hand-outs/{made.id}/.")


@app.command("cancel")
def cancel(number: Number, reason: Reason) -> None:
    """Call a hand-out off."""
    row = handovers.cancel_handover(
        handover_id=_named(number).id, reason=reason, actor=HERE, at=now()
    )
    typer.echo(f"{row.number} is called off.")


@app.command("as-found")
def as_found(
    tag: Annotated[str, typer.Argument(help="Asset tag, serial number or IMEI.")],
    holder: Holder,
    reason: Reason,
) -> None:
    """Enter who has a thing that was handed out before it was entered here."""
    person, device = _person(holder), device_named(HERE, tag)
    given: dict[str, Any] = {"holder_id": person.id, "reason": reason, "actor": HERE, "at": now()}
    if device is not None:
        handovers.device_as_found(device_id=device.id, **given)
    else:
        accessory = accessories_visible_to(HERE).filter(asset_tag__iexact=tag).first()
        if accessory is None:
            raise NotFound(f"Nothing goes by {tag}.")
        handovers.accessory_as_found(accessory_id=accessory.id, **given)
    typer.echo(f"{tag} is entered as found with {person}.")


@app.command("receipt")
def receipt(
    number: Number,
    file: Annotated[Path, typer.Argument(help="Where to write the PDF.", dir_okay=False)],
) -> None:
    """Write the receipt of a hand-out to a file."""
    row = _named(number)
    if row.receipt is None:
        raise NotFound("There is no receipt: nothing was signed for.")
    file.write_bytes(read_file(row.receipt.digest))
    typer.echo(f"{file} is written, SHA-256 {row.receipt.digest}.")


def _named(number: str) -> Handover:
    found = queries.handovers_visible_to(HERE).filter(number__iexact=number).first()
    if found is None:
        raise NotFound(f"There is no hand-out {number}.")
    return found


def _person(number: str) -> Person:
    found = Person.objects.filter(number=number).first()
    if found is None:
        raise NotFound(f"Nobody has the personnel number {number}.")
    return found
