"""Commands of reports: what leaves the house as OSCAL."""

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.reports.oscal import exports
from quartermaster.reports.sql_role import make_role

app = typer.Typer(help="Reports over all rooms.", no_args_is_help=True)
oscal = typer.Typer(help="The policy and its state as OSCAL documents.", no_args_is_help=True)
app.add_typer(oscal, name="oscal")
HERE = system("command line")
Out = Annotated[
    Path | None,
    typer.Option("--out", help="Write to this file instead of printing.", dir_okay=False),
]


@app.command("sql-role")
def sql_role(
    name: Annotated[str, typer.Argument(help="Of the role, in small letters.")],
) -> None:
    """Make a database role that reporting tools may use; it never reads call detail."""
    for table in make_role(name=name, actor=HERE):
        typer.echo(table)


@oscal.command("catalog")
def catalog(out: Out = None) -> None:
    """The policy in force as a catalog."""
    _write(exports.catalog_document(HERE, now()), out)


@oscal.command("profile")
def profile(
    department: Annotated[str, typer.Argument(help="Code of the department.")], out: Out = None
) -> None:
    """What holds for a department as a profile; keep catalog.json beside it."""
    _write(exports.profile_document(HERE, department, now()), out)


@oscal.command("results")
def results(
    department: Annotated[str, typer.Option(help="Only this department, by its code.")] = "",
    devices: Annotated[
        bool, typer.Option("--devices", help="Device by device, by asset tag; never a person.")
    ] = False,
    out: Out = None,
) -> None:
    """The latest state as assessment-results."""
    document = exports.results_document(HERE, now(), department=department, devices=devices)
    _write(document, out)


def _write(document: dict[str, Any], out: Path | None) -> None:
    text = json.dumps(document, indent=2, ensure_ascii=False)
    if out is None:
        typer.echo(text)
    else:
        out.write_text(text + "\n", encoding="utf-8")
        typer.echo(f"Written to {out}.", err=True)
