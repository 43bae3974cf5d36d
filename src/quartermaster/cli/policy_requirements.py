"""Commands of requirements kept as files: plan, apply, export. Mounted under ``policy``."""

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Column, Table

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.policy import actions, queries
from quartermaster.policy.plan import (
    Impact,
    Plan,
    Proposal,
    grouped,
    impacts_of,
    read_defaults,
    read_directory,
    write_directory,
)
from quartermaster.policy.requirements import CATALOGUE, parse_value

NOTHING, FAULTY, PENDING = 0, 1, 2
_REST = ("Before", "After", "Clause")

Folder = Annotated[
    Path | None,
    typer.Argument(
        help="Directory with city.yaml and departments/. Without: the defaults of the package.",
        exists=True,
        file_okay=False,
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print the plan as JSON.")]


def plan(directory: Folder = None, as_json: AsJson = False) -> None:
    """Show what applying the files would change. Exit code 2 if anything would, 1 if refused."""
    made = queries.plan(_proposal(directory))
    _show(made, as_json=as_json)
    if made.refusals:
        raise typer.Exit(FAULTY)
    raise typer.Exit(PENDING if made.pending else NOTHING)


def apply(
    directory: Folder = None,
    digest: Annotated[
        str, typer.Option("--plan", help="Digest of the plan that was looked at.")
    ] = "",
    by: Annotated[
        str, typer.Option(help="Personnel number of who does this; needed where two must agree.")
    ] = "",
    reason: Annotated[str, typer.Option(help="Why; kept with the change.")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask; apply what is planned.")] = False,
    as_json: AsJson = False,
) -> None:
    """Apply the files: exactly the plan with the digest given, or the one shown and agreed to."""
    made = queries.plan(_proposal(directory))
    if not made.pending and not made.refusals:
        _show(made, as_json=as_json)
        raise typer.Exit(NOTHING)
    if not digest:
        _show(made, as_json=as_json)
        if not made.refusals and not yes:
            typer.confirm("Apply this plan?", abort=True)
    change = actions.apply_proposal(
        proposal=made.proposal,
        digest=digest or made.digest,
        reason=reason,
        actor=_actor(by),
        at=now(),
    )
    if change.destructive:
        typer.echo(f"Waits for a second person: change {change.id}.", err=as_json)
    else:
        typer.echo(f"Applied: change {change.id}.", err=as_json)


def export(
    directory: Annotated[Path, typer.Argument(help="Where to write the files.", file_okay=False)],
) -> None:
    """Write the requirements in force as files, to be kept in git from then on."""
    for path in write_directory(directory, queries.rulebook()):
        typer.echo(str(path))


def _proposal(directory: Path | None) -> Proposal:
    if directory is None:
        return read_defaults()
    return read_directory(directory, queries.rulebook())


def _actor(number: str) -> Actor:
    if not number:
        return system("command line")
    person = Person.objects.filter(number=number).first()
    if person is None:
        raise NotFound(f"Nobody has the personnel number {number}.")
    return actor_for(person, now())


def _show(made: Plan, *, as_json: bool) -> None:
    impacts = impacts_of(made)
    if as_json:
        effects = [{"topic": i.topic, "sentence": i.sentence, "count": i.count} for i in impacts]
        typer.echo(json.dumps(made.plain() | {"impacts": effects}, indent=2))
        return
    console = Console()
    if made.shifts:
        console.print(_table(made))
    for refusal in made.refusals:
        console.print(f"Refused: {refusal.reason}", style="bold red", markup=False)
    _say(console, made, impacts)


def _table(made: Plan) -> Table:
    table = Table("Departments", "Devices", Column("Setting", no_wrap=True), *_REST)
    for change in grouped(made.plain()["changes"]):
        entry = CATALOGUE[change["setting"]]
        before, after = (
            entry.show(parse_value(entry.key, change[side], "the plan"))
            for side in ("before", "after")
        )
        table.add_row(
            ", ".join(change["departments"]),
            change["ownership"],
            entry.key + (" (two people)" if change["destructive"] else ""),
            before,
            after,
            entry.clause,
        )
    return table


def _say(console: Console, made: Plan, impacts: tuple[Impact, ...]) -> None:
    for impact in impacts:
        console.print(f"{impact.topic}: {impact.sentence}", markup=False)
    if not made.pending:
        console.print("Nothing would change.")
    elif not made.refusals:
        console.print(f"Plan {made.digest}", soft_wrap=True)
