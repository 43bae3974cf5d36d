"""Commands on the certificates of devices: ``quartermaster mdm certificate``."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import Certificate
from quartermaster.mdm.rules.renewal import standing

certificate = typer.Typer(help="The certificates of devices.", no_args_is_help=True)
HERE = system("command line")
Tag = Annotated[str, typer.Argument(help="Asset tag, serial number or IMEI of the device.")]


@certificate.command("list")
def listing(
    tag: Tag, as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False
) -> None:
    """List the certificates of a device, the newest first."""
    rows = [_row(item) for item in _certificates(tag)]
    if as_json:
        typer.echo(json.dumps(rows))
        return
    table = Table("serial", "standing", "by", "attested", "expires at", "revoked because")
    for row in rows:
        table.add_row(*(row[name] for name in row))
    Console().print(table if rows else "There is nothing to show.")


@certificate.command("renew")
def renew(tag: Tag) -> None:
    """Have a device renew its certificate now."""
    device = device_named(HERE, tag)
    enrolment = queries.enrolment_now(device.id) if device else None
    if enrolment is None:
        raise Conflict(f"{tag} is not enrolled.")
    actions.renew_identity(enrolment=enrolment, actor=HERE, at=now())
    typer.echo("The command to renew waits for the device.")


@certificate.command("revoke")
def revoke(
    tag: Tag,
    serial: Annotated[str, typer.Argument(help="Serial number of the certificate.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
) -> None:
    """Revoke one certificate of a device: it is refused from now on."""
    found = next((item for item in _certificates(tag) if item.serial == serial.lower()), None)
    if found is None:
        raise NotFound(f"{tag} has no certificate with this serial number.")
    actions.revoke_certificate(certificate=found, reason=reason, actor=HERE, at=now())
    typer.echo("It is refused from now on.")


def _certificates(tag: str) -> list[Certificate]:
    device = device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    return list(queries.certificates_visible_to(HERE).filter(enrolment__device=device))


def _row(row: Certificate) -> dict[str, str]:
    return {
        "serial": row.serial,
        "standing": standing(row.issued_at, row.expires_at, row.revoked_at, now()).value,
        "means": row.means,
        "attested": "yes" if row.attested else "no",
        "expires_at": row.expires_at.isoformat(),
        "revoke_reason": row.revoke_reason,
    }
