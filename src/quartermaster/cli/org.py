"""Commands on people, departments, roles and log-ins."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from django.utils.timezone import localdate
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.cli import import_plans
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.imports import Encoding, Plan
from quartermaster.kernel.permits import system
from quartermaster.kernel.workdays import end_of_day
from quartermaster.org import accounts, actions, queries
from quartermaster.org.imports.people import REINSTATEMENTS, SEPARATIONS
from quartermaster.org.models import Department, Person, Standing
from quartermaster.org.roles import Role

app = typer.Typer(help="People, departments, roles and log-ins.", no_args_is_help=True)
HERE = system("command line")

File = Annotated[Path, typer.Argument(help="CSV file.", exists=True, dir_okay=False)]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show what would change; change nothing.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
FileEncoding = Annotated[
    Encoding, typer.Option(help="“detect” knows UTF-8 and UTF-16; Windows-1252 must be named.")
]
ShownPlan = Annotated[
    str, typer.Option("--plan", help="Digest of the plan that was looked at; refuse another.")
]


@app.command("import-people")
def import_people(
    file: File,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    confirm_separations: Annotated[
        bool, typer.Option("--confirm-separations", help="Many separations in one file are right.")
    ] = False,
    confirm_reinstatements: Annotated[
        bool,
        typer.Option("--confirm-reinstatements", help="Separated people coming back is right."),
    ] = False,
    encoding: FileEncoding = Encoding.DETECT,
    plan: ShownPlan = "",
) -> None:
    """Import people from CSV: the whole file, or nothing. Exit code 1 if a row has an error."""
    confirmed = {SEPARATIONS} if confirm_separations else set()
    confirmed |= {REINSTATEMENTS} if confirm_reinstatements else set()
    content, at = file.read_bytes(), now()

    def write(progress: Callable[[int, int], None]) -> Plan[Any]:
        return actions.import_people(
            content=content,
            encoding=encoding,
            shown=plan or None,
            confirmed=confirmed,
            progress=progress,
            actor=HERE,
            at=at,
        )

    import_plans.run(
        actions.plan_people(content=content, encoding=encoding, actor=HERE, at=at),
        None if dry_run else write,
        as_json=as_json,
    )


@app.command("import-departments")
def import_departments(
    file: File,
    dry_run: DryRun = False,
    as_json: AsJson = False,
    encoding: FileEncoding = Encoding.DETECT,
    plan: ShownPlan = "",
) -> None:
    """Import departments from CSV: the whole file, or nothing. Exit code 1 on a bad row."""
    content = file.read_bytes()

    def write(_progress: Callable[[int, int], None]) -> Plan[Any]:
        return actions.import_departments(
            content=content, encoding=encoding, shown=plan or None, actor=HERE, at=now()
        )

    import_plans.run(
        actions.plan_departments(content=content, encoding=encoding, actor=HERE),
        None if dry_run else write,
        as_json=as_json,
    )


@app.command("people")
def people(
    department: Annotated[str, typer.Option(help="Only those of this department (code).")] = "",
    separated: Annotated[bool, typer.Option("--separated", help="Separated people too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List people."""
    found = queries.people_visible_to(HERE)
    if department:
        found = found.filter(department=_department(department))
    if not separated:
        found = found.filter(standing=Standing.ACTIVE)
    rows = [
        {
            "number": person.number,
            "name": person.name,
            "email": person.email,
            "department": person.department.code,
            "employment": person.employment,
            "standing": person.standing,
        }
        for person in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Number", "Name", "E-mail", "Department", "Employment", "Standing")
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    Console().print(table)


@app.command("grant")
def grant(
    number: Annotated[str, typer.Argument(help="Personnel number.")],
    role: Annotated[Role, typer.Argument(help="The role.")],
    department: Annotated[str, typer.Option(help="Code; for a telecom coordinator.")] = "",
    until: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day; 180 days if not given.")
    ] = None,
) -> None:
    """Grant a role to a person."""
    held = actions.grant_role(
        person_id=_person(number).id,
        role=role,
        department_id=_department(department).id if department else None,
        expires_at=end_of_day(until.date(), settings.TIME_ZONE) if until else None,
        actor=HERE,
        at=now(),
    )
    typer.echo(f"{held.person.name} is {role.label} until {localdate(held.expires_at)}.")


@app.command("invite")
def invite(
    number: Annotated[str, typer.Argument(help="Personnel number.")],
    print_link: Annotated[
        bool, typer.Option("--print-link", help="Print the link instead of mailing it.")
    ] = False,
) -> None:
    """Give a person a log-in, and mail them the link to set a password."""
    person = _person(number)
    if print_link:
        typer.echo(accounts.link_for(person_id=person.id, actor=HERE, at=now()))
        return
    user = accounts.invite(person_id=person.id, actor=HERE, at=now())
    typer.echo(f"{person.name} is invited at {user.email}.")


def _person(number: str) -> Person:
    found = queries.people_visible_to(HERE).filter(number=number).first()
    if found is None:
        raise NotFound(f"There is nobody with the personnel number {number}.")
    return found


def _department(code: str) -> Department:
    found = queries.departments_visible_to(HERE).filter(code=code.upper()).first()
    if found is None:
        raise NotFound(f"There is no department with the code {code}.")
    return found
