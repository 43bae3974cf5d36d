"""Commands on the credentials for the makers' services: ``quartermaster mdm credential``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from django.utils.timezone import localdate
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm import credentials as queries
from quartermaster.mdm.credentials import Shelf
from quartermaster.mdm.models import ServiceCredential
from quartermaster.mdm.rules.credentials import words_left

credential = typer.Typer(
    help="What the City proves itself with to the makers' services.", no_args_is_help=True
)
HERE = system("command line")

Kind = Annotated[str, typer.Argument(help="Such as push; “credential list” names them all.")]
Service = Annotated[str, typer.Option("--driver", help="Whose service it is for.")]
Confirm = Annotated[
    bool, typer.Option("--new-identity", help="It has another identity, and that is meant.")
]
Content = Annotated[
    Path, typer.Argument(help="The file.", exists=True, dir_okay=False, readable=True)
]


@credential.command("list")
def list_credentials(
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List every kind of credential, how it stands, and when it runs out."""
    at = now()
    rows = [_row(shelf) for shelf in queries.shelves_visible_to(HERE)]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Kind", "Standing", "Identity", "Runs out", "Trouble", box=None, pad_edge=False)
    for shelf in queries.shelves_visible_to(HERE):
        found = shelf.active
        left = words_left(found.expires_at, at) if found and found.expires_at else "—"
        shown = (
            f"{shelf.driver} {shelf.kind.name}",
            _standing(shelf),
            (found.identity or found.label if found else "") or "—",
            left,
            (found.trouble if found else "") or "—",
        )
        table.add_row(*(Text(cell) for cell in shown))
    Console().print(table)


@credential.command("request")
def request(
    kind: Kind,
    to: Annotated[Path, typer.Option(help="Where the request is written; must not exist.")],
    driver: Service = "apple",
) -> None:
    """Make a key and write the request that the service wants. An earlier request is dropped."""
    if to.exists():
        raise typer.BadParameter(f"{to} exists already.")
    made = actions.request_credential(driver=driver, kind=kind, actor=HERE, at=now())
    to.write_bytes(bytes(made.request))
    shelf = queries.shelf(HERE, driver, kind)
    typer.echo(f"The request is in {to}. The steps:")
    for number, step in enumerate(shelf.kind.steps, 1):
        typer.echo(f"{number}. {step}")


@credential.command("complete")
def complete(
    kind: Kind, file: Content, new_identity: Confirm = False, driver: Service = "apple"
) -> None:
    """Take what the service gave for the request under way, and use it from now on."""
    asked = queries.shelf(HERE, driver, kind).requested
    if asked is None:
        raise NotFound("No request is under way; begin with “credential request”.")
    done = actions.complete_credential(
        credential=asked,
        content=file.read_bytes(),
        confirmed=new_identity,
        actor=HERE,
        at=now(),
    )
    _say_active(done)


@credential.command("import")
def bring(
    kind: Kind,
    file: Content,
    password_file: Annotated[
        Path | None,
        typer.Option(help="A file that holds the password; without it, you are asked."),
    ] = None,
    no_password: Annotated[
        bool, typer.Option("--no-password", help="The file has no password.")
    ] = False,
    new_identity: Confirm = False,
    driver: Service = "apple",
) -> None:
    """Bring a credential that was made elsewhere, with its key (PKCS#12 or PEM)."""
    if password_file is not None:
        password = password_file.read_text(encoding="utf-8").rstrip("\r\n")
    else:
        password = "" if no_password else typer.prompt("Password", "", hide_input=True)
    done = actions.import_credential(
        driver=driver,
        kind=kind,
        content=file.read_bytes(),
        password=password,
        confirmed=new_identity,
        actor=HERE,
        at=now(),
    )
    _say_active(done)


@credential.command("retire")
def retire(
    kind: Kind,
    requested: Annotated[
        bool, typer.Option("--request", help="Drop the request under way instead.")
    ] = False,
    driver: Service = "apple",
) -> None:
    """Stop using a credential; its secret is destroyed."""
    shelf = queries.shelf(HERE, driver, kind)
    found = shelf.requested if requested else shelf.active
    if found is None:
        raise NotFound("There is no such credential to retire.")
    actions.retire_credential(credential=found, actor=HERE, at=now())
    typer.echo(f"{shelf.kind.title}: {'the request was dropped' if requested else 'retired'}.")


def _say_active(done: ServiceCredential) -> None:
    until = f", until {localdate(done.expires_at)}" if done.expires_at else ""
    typer.echo(f"{done} is in use{until}.")


def _standing(shelf: Shelf) -> str:
    if shelf.active is None:
        return "requested" if shelf.requested else "missing"
    return "active, renewal requested" if shelf.requested else "active"


def _row(shelf: Shelf) -> dict[str, object]:
    found = shelf.active
    return {
        "driver": shelf.driver,
        "kind": shelf.kind.name,
        "title": shelf.kind.title,
        "standing": _standing(shelf),
        "identity": found.identity if found else "",
        "expires_at": found.expires_at.isoformat() if found and found.expires_at else None,
        "trouble": found.trouble if found else "",
    }
