"""Commands on the makers' lists of what the City bought: ``quartermaster mdm ade``."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, automated, listed
from quartermaster.mdm.models import ListedDevice
from quartermaster.org.queries import departments_visible_to

ade = typer.Typer(
    help="Automated enrolment: what the City bought, by the makers' lists.", no_args_is_help=True
)
HERE = system("command line")
Serial = Annotated[str, typer.Argument(help="Serial number of the device.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Row = dict[str, str | None]


@ade.command("status")
def status(as_json: AsJson = False) -> None:
    """Show how the server token and the reading of each list stand."""
    known = {(row.driver, row.identity): row for row in listed.lists_visible_to(HERE)}
    rows: list[Row] = []
    for driver, kind, credential in listed.list_credentials():
        found = known.get((driver, credential.identity)) if credential else None
        ends = credential.expires_at if credential else None
        read = found.finished_at if found else None
        rows.append(
            {
                "driver": driver,
                "credential": kind if credential else None,
                "runs_out": ends.isoformat() if ends else None,
                "owner": found.owner if found else None,
                "read_at": read.isoformat() if read else None,
                "trouble": (credential.trouble if credential else "") or None,
            }
        )
    _print(rows, as_json=as_json)


@ade.command("sync")
def sync() -> None:
    """Read every list now, and assign the profile to whatever lacks it."""
    at = now()
    actions.read_soon(actor=HERE, at=at)
    done = automated.work_lists(at)
    typer.echo(f"{done} list{'' if done == 1 else 's'} read.")
    for _, kind, credential in listed.list_credentials():
        if credential and credential.trouble:
            typer.echo(f"{kind}: {credential.trouble}")


@ade.command("devices")
def devices(
    unknown: Annotated[
        bool, typer.Option("--unknown", help="Only what the inventory does not know.")
    ] = False,
    unassigned: Annotated[
        bool, typer.Option("--without-profile", help="Only what has no profile.")
    ] = False,
    gone: Annotated[bool, typer.Option("--gone", help="Only what left the list.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the devices of the makers' lists."""
    rows = listed.listed_visible_to(HERE)
    rows = rows.filter(listed.GONE) if gone else rows.exclude(listed.GONE)
    if unknown:
        rows = rows.filter(listed.UNKNOWN)
    if unassigned:
        rows = rows.filter(listed.WITHOUT_PROFILE)
    _print([_row(row) for row in rows], as_json=as_json)


@ade.command("assign")
def assign(serial: Serial) -> None:
    """Have the current profile assigned to a device again."""
    actions.assign_again(listed=[_listed(serial)], actor=HERE, at=now())
    typer.echo("The profile is being assigned.")


@ade.command("keep-out")
def keep_out(serial: Serial) -> None:
    """Take the profile from a device, and give it none by itself any more."""
    actions.keep_out(listed=_listed(serial), actor=HERE, at=now())
    typer.echo("The profile is being taken away.")


@ade.command("take-in")
def take_in(
    serial: Serial,
    department: Annotated[str, typer.Option(help="Code of the department that it is for.")],
    tag: Annotated[str, typer.Option(help="Asset tag; without, one is made up.")] = "",
) -> None:
    """Enter a device of the list into the inventory's stock."""
    place = departments_visible_to(HERE).filter(code=department).first()
    if place is None:
        raise NotFound(f"There is no department {department}.")
    device = actions.take_in(
        listed=_listed(serial), department_id=place.id, asset_tag=tag, actor=HERE, at=now()
    )
    typer.echo(f"{device.serial} is in stock as {device.asset_tag}.")


def _listed(serial: str) -> ListedDevice:
    found = listed.listed_visible_to(HERE).filter(serial=serial.strip().upper()).first()
    if found is None:
        raise NotFound(f"There is no device {serial} in the lists.")
    return found


def _row(row: ListedDevice) -> Row:
    return {
        "serial": row.serial,
        "model": row.model,
        "device": row.device.asset_tag if row.device else None,
        "profile": row.profile_status or None,
        "outcome": row.outcome or None,
        "asked_at": row.asked_at.isoformat() if row.asked_at else None,
        "removed_at": row.removed_at.isoformat() if row.removed_at else None,
    }


def _print(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        typer.echo("There is nothing to show.")
        return
    table = Table(*(name.replace("_", " ") for name in rows[0]), box=None, pad_edge=False)
    for row in rows:
        table.add_row(*(Text(value or "—") for value in row.values()))
    Console().print(table)
