"""Commands on equipment."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.cli import import_plans
from quartermaster.inventory import actions, queries
from quartermaster.inventory.actions import Kind, Program
from quartermaster.inventory.models import Device, DeviceClass, DeviceStatus, Ownership, Platform
from quartermaster.inventory.rules.details import ModelDetails
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.imports import Encoding, Plan
from quartermaster.kernel.permits import system

app = typer.Typer(help="Devices, lines, SIMs and accessories.", no_args_is_help=True)
HERE = system("command line")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("import")
def import_equipment(
    kind: Annotated[Kind, typer.Argument(help="What the file is of.")],
    file: Annotated[Path, typer.Argument(help="CSV file or .xlsx.", exists=True, dir_okay=False)],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    as_json: AsJson = False,
    encoding: Annotated[
        Encoding,
        typer.Option(help="“detect” knows UTF-8 and UTF-16; Windows-1252 must be named."),
    ] = Encoding.DETECT,
    plan: Annotated[
        str, typer.Option("--plan", help="Digest of the plan that was looked at; refuse another.")
    ] = "",
) -> None:
    """Import equipment: the whole file, or nothing. Exit code 1 if a row has an error."""
    content = file.read_bytes()

    def write(progress: Callable[[int, int], None]) -> Plan[Any]:
        return actions.import_equipment(
            kind=kind,
            content=content,
            encoding=encoding,
            shown=plan or None,
            progress=progress,
            actor=HERE,
            at=now(),
        )

    import_plans.run(
        actions.plan_import(kind=kind, content=content, encoding=encoding, actor=HERE),
        None if dry_run else write,
        as_json=as_json,
    )


@app.command("import-from")
def import_from(
    program: Annotated[Program, typer.Argument(help="Whose export the file is.")],
    file: Annotated[Path, typer.Argument(help="CSV file or .xlsx.", exists=True, dir_okay=False)],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would change; change nothing.")
    ] = False,
    confirm: Annotated[
        bool, typer.Option("--confirm", help="Everything that the plan cautions of is seen.")
    ] = False,
    as_json: AsJson = False,
    encoding: Annotated[
        Encoding,
        typer.Option(help="“detect” knows UTF-8 and UTF-16; Windows-1252 must be named."),
    ] = Encoding.DETECT,
    plan: Annotated[
        str, typer.Option("--plan", help="Digest of the plan that was looked at; refuse another.")
    ] = "",
) -> None:
    """Import the devices of Snipe-IT or GLPI, with their holders, from its export."""
    content = file.read_bytes()
    found = actions.plan_foreign(
        program=program, content=content, encoding=encoding, actor=HERE, at=now()
    )

    def write(progress: Callable[[int, int], None]) -> Plan[Any]:
        return actions.import_foreign(
            program=program,
            content=content,
            encoding=encoding,
            shown=plan or found.digest,
            confirmed=[caution.code for caution in found.cautions] if confirm else [],
            progress=progress,
            actor=HERE,
            at=now(),
        )

    import_plans.run(found, None if dry_run else write, as_json=as_json)


@app.command("devices")
def devices(
    department: Annotated[str, typer.Option(help="Only those of this department (code).")] = "",
    device_class: Annotated[DeviceClass | None, typer.Option("--class", help="Of a class.")] = None,
    ownership: Annotated[Ownership | None, typer.Option(help="The City's or personal.")] = None,
    retired: Annotated[bool, typer.Option("--retired", help="Retired devices too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List devices."""
    found = queries.devices_visible_to(HERE)
    if department:
        found = found.filter(department__code=department.upper())
    if device_class is not None:
        found = found.filter(device_class=device_class)
    if ownership is not None:
        found = found.filter(ownership=ownership)
    if not retired:
        found = found.exclude(status=DeviceStatus.RETIRED)
    rows = [_summary(device) for device in found]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table(
        "Tag", "Model", "Class", "Platform", "Ownership", "Department", "Holder", "Status"
    )
    for row in rows:
        table.add_row(*(Text(value or "—") for value in row.values()))
    Console().print(table)


@app.command("show")
def show(
    tag: Annotated[str, typer.Argument(help="Asset tag, serial number, IMEI or phone number.")],
    as_json: AsJson = False,
) -> None:
    """Show a device with its identifiers, lines and SIMs."""
    device = queries.device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    facts = {
        **_summary(device),
        **device.identifiers,
        "channel": queries.management_channel(device).value,
        "enforced": "yes" if queries.enforced(device) else "no, its department is excluded",
    }
    sims = [
        {"iccid": sim.iccid, "line": sim.line.number if sim.line else None, "carrier": sim.carrier}
        for sim in queries.sims_in(device)
    ]
    if as_json:
        typer.echo(json.dumps({**facts, "sims": sims}, ensure_ascii=False))
        return
    table = Table(show_header=False)
    for name, value in facts.items():
        table.add_row(name.replace("_", " "), Text(value or "—"))
    for sim in sims:
        table.add_row("SIM", Text(f"{sim['iccid']}, line {sim['line'] or '—'}, {sim['carrier']}"))
    Console().print(table)


@app.command("add-model")
def add_model(
    manufacturer: Annotated[str, typer.Argument(help="Such as Apple.")],
    name: Annotated[str, typer.Argument(help="Such as “iPhone 17”.")],
    device_class: Annotated[DeviceClass, typer.Option("--class", help="Of a class.")],
    platform: Annotated[Platform, typer.Option(help="What it runs.")],
    identifier: Annotated[str, typer.Option(help="The maker's model identifier.")] = "",
    capability: Annotated[
        list[str] | None, typer.Option(help="What a replacement must match; may be repeated.")
    ] = None,
) -> None:
    """Add a make and model, so that devices may be of it."""
    details = ModelDetails.of(
        manufacturer=manufacturer,
        name=name,
        identifier=identifier,
        device_class=device_class,
        platform=platform,
        capabilities=tuple(capability or ()),
    )
    made = actions.add_model(details=details, actor=HERE, at=now())
    typer.echo(f"{made} was added.")


def _summary(device: Device) -> dict[str, str | None]:
    return {
        "asset_tag": device.asset_tag,
        "model": str(device.model) if device.model else None,
        "class": device.device_class,
        "platform": device.platform,
        "ownership": device.ownership,
        "department": device.department.code,
        "holder": device.holder.number if device.holder else None,
        "status": device.status,
    }
