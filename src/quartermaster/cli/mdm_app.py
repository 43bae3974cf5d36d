"""Commands on delivered applications: ``quartermaster mdm app``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.cli.terminal import person_at_terminal
from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import software as queries
from quartermaster.mdm.actions import licences
from quartermaster.mdm.actions import software as actions
from quartermaster.mdm.actions.software import Details
from quartermaster.mdm.licences import sync
from quartermaster.mdm.licences.queries import pools_visible_to
from quartermaster.mdm.models import Purpose, Software, SoftwareSource
from quartermaster.mdm.software_states import SoftwareState
from quartermaster.org.models import Department

application = typer.Typer(help="Applications that the City delivers.", no_args_is_help=True)
HERE = system("command line")

Identifier = Annotated[str, typer.Argument(help="The identifier of the application.")]
Platforms = Annotated[list[str], typer.Option("--platform", help="ios, ipados or macos.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Row = dict[str, str]


@application.command("list")
def listed(as_json: AsJson = False) -> None:
    """List the catalogue, and on how many devices each application is."""
    rows = queries.software_visible_to(HERE).filter(retired_at=None)
    _print(
        [
            {
                "title": row.title,
                "identifier": row.identifier,
                "source": row.source,
                "installed": str(row.installed),  # type: ignore[attr-defined]
                "devices": str(row.targeted),  # type: ignore[attr-defined]
                "in trouble": str(row.troubled),  # type: ignore[attr-defined]
            }
            for row in rows
        ],
        as_json=as_json,
    )


@application.command("add")
def add(
    identifier: Identifier,
    title: Annotated[str, typer.Option(help="Its name.")],
    platform: Platforms,
    store_id: Annotated[str, typer.Option(help="Number in the store; else --package.")] = "",
    package: Annotated[Path | None, typer.Option(help="File of a package of the City's.")] = None,
    version: Annotated[str, typer.Option(help="Version of the package.")] = "",
    note: Annotated[str, typer.Option(help="Why; it is kept.")] = "",
    email: Annotated[str, typer.Option(help="Who adds the package; types their password.")] = "",
) -> None:
    """Add an application of the store or a package to the catalogue."""
    if package is not None and not email:
        raise typer.BadParameter("A package is added by a person: name their --email.")
    adding = person_at_terminal(email) if package is not None else HERE
    source = SoftwareSource.STORE if store_id else SoftwareSource.PACKAGE
    details = Details(title, identifier, tuple(platform), source, store_id=store_id, note=note)
    made = actions.add_software(details=details, actor=adding, at=now())
    if package is not None:
        _add_package(made, package, version, details.platforms, adding)
    typer.echo(f"{made.title} is in the catalogue.")


@application.command("version")
def add_version(
    identifier: Identifier,
    package: Annotated[Path, typer.Argument(help="File of the package.")],
    version: Annotated[str, typer.Option(help="Its version.")],
    email: Annotated[str, typer.Option(help="Who adds it; types their password.")],
) -> None:
    """Add a version of a package; it goes to devices once a second person approved it."""
    software, adding = _software(identifier), person_at_terminal(email)
    _add_package(software, package, version, tuple(software.platforms), adding)
    typer.echo(f"{software.title} {version} was added. A second person approves it on its page.")


def _add_package(
    software: Software, package: Path, version: str, platforms: tuple[str, ...], adding: Actor
) -> None:
    with package.open("rb") as content:
        actions.add_package(
            software=software,
            content=content,
            name=package.name,
            version=version,
            platforms=platforms,
            actor=adding,
            at=now(),
        )


@application.command("assign")
def assign(
    identifier: Identifier,
    department: Annotated[str, typer.Option(help="Code of a department.")] = "",
    device: Annotated[str, typer.Option(help="Asset tag of a device.")] = "",
    offered: Annotated[bool, typer.Option("--offered", help="They may, and need not.")] = False,
) -> None:
    """Say which department or device must or may have an application."""
    place = Department.objects.filter(code=department).first() if department else None
    if department and place is None:
        raise NotFound(f"There is no department {department}.")
    thing = device_named(HERE, device) if device else None
    if device and thing is None:
        raise NotFound(f"There is no device that goes by {device}.")
    software = _software(identifier)
    actions.assign_software(
        software=software,
        purpose=Purpose.OFFERED if offered else Purpose.REQUIRED,
        department=place,
        device=thing,
        actor=HERE,
        at=now(),
    )
    typer.echo(f"{software.title} was assigned.")


@application.command("retire")
def retire(
    identifier: Identifier, reason: Annotated[str, typer.Option(help="Why; it is kept.")]
) -> None:
    """Deliver an application no longer, and remove it where it was delivered."""
    software = _software(identifier)
    actions.retire_software(software=software, reason=reason, actor=HERE, at=now())
    typer.echo(f"{software.title} was retired.")


@application.command("devices")
def devices(
    state: Annotated[SoftwareState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how far applications are on devices, and what was said of them."""
    rows = queries.device_software_visible_to(HERE)
    if state is not None:
        rows = rows.filter(state=state)
    _print(
        [
            {
                "device": row.device.asset_tag,
                "application": row.software.identifier,
                "state": row.state,
                "why": row.origin,
                "said": row.reason,
            }
            for row in rows
        ],
        as_json=as_json,
    )


@application.command("licences")
def show_licences(as_json: AsJson = False) -> None:
    """Show what the City owns in the store, and how many licences are waited for."""
    _print(
        [
            {
                "product": str(row),
                "number": row.store_id,
                "owned": str(row.total),
                "left": str(row.available),
                "waiting": str(row.wanted),  # type: ignore[attr-defined]
            }
            for row in pools_visible_to(HERE)
        ],
        as_json=as_json,
    )


@application.command("read-licences")
def read_licences() -> None:
    """Read products, licences and who has them anew, now."""
    licences.look_now(actor=HERE, at=now())
    done = sync.work(now())
    credential = licences.credential_of_licences()
    typer.echo("Read." if done else credential.trouble or "Another worker is reading.")


def _software(identifier: str) -> Software:
    found = queries.software_visible_to(HERE).filter(identifier=identifier, retired_at=None).first()
    if found is None:
        raise NotFound(f"{identifier} is not in the catalogue.")
    return found


def _print(rows: list[Row], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        typer.echo("There is nothing to show.")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(Text(value or "—") for value in row.values()))
    Console().print(table)
