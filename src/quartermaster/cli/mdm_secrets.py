"""Commands on the secrets that are kept of devices: ``quartermaster mdm secret``."""

import json
from typing import Annotated
from uuid import UUID

import typer

from quartermaster.cli.terminal import person_at_terminal
from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries

secret = typer.Typer(
    help="Secrets kept of devices: what there is, and showing one with a reason.",
    no_args_is_help=True,
)
HERE = system("command line")
Email = Annotated[str, typer.Option(help="Who asks; the password is asked for.")]


@secret.command("list")
def listing(
    tag: Annotated[str, typer.Argument(help="Asset tag, serial number or IMEI of the device.")],
    email: Email,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List what is kept of a device; values are not shown."""
    device = device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    rows = (
        queries.secrets_visible_to(person_at_terminal(email)).filter(device=device).defer("sealed")
    )
    lines = [
        {
            "id": str(row.id),
            "kind": row.kind,
            "standing": row.standing,
            "kept_at": row.kept_at.isoformat(),
        }
        for row in rows
    ]
    if as_json:
        typer.echo(json.dumps(lines))
        return
    for line in lines:
        typer.echo("  ".join(line.values()))


@secret.command("reveal")
def reveal(
    secret_id: Annotated[UUID, typer.Argument(help="The id of the secret.")],
    reason: Annotated[str, typer.Option(help="Why; the holder of the device can read it.")],
    email: Email,
) -> None:
    """Show one secret, as an administrator who types their password."""
    actor = person_at_terminal(email)
    row = queries.secrets_visible_to(actor).filter(id=secret_id).first()
    if row is None:
        raise NotFound("There is no such secret, or you may not see it.")
    typer.echo(actions.reveal_secret(secret=row, reason=reason, actor=actor, at=now()))
