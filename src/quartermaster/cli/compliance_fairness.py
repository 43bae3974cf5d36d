"""Commands on more time, faults of our own and the papers of a case: ``quartermaster compliance``.

Lists are the machine's; what a person decides they do by name, with their password.
"""

import json
from datetime import datetime
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from django.utils import timezone

from quartermaster.cli.terminal import person_at_terminal
from quartermaster.compliance import cases, queries
from quartermaster.compliance import faults as wrong
from quartermaster.compliance.actions import cases as on_cases
from quartermaster.compliance.actions import extensions, faults
from quartermaster.compliance.models import Case, Extension, Fault
from quartermaster.compliance.rules.extensions import ExtensionState
from quartermaster.compliance.rules.faults import FaultState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, system

more_time = typer.Typer(help="More time to put something right.", no_args_is_help=True)
on_faults = typer.Typer(
    help="Checks that were wrong, and what is taken back by two people.", no_args_is_help=True
)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Email = Annotated[str, typer.Option(help="Who does it; the password is asked for.")]
Note = Annotated[str, typer.Option(help="What the employee reads with it.")]
One = Annotated[UUID, typer.Argument(help="The id.")]
Instant = Annotated[datetime, typer.Option(help="Such as 2026-11-24T08:00, in the city's time.")]
MOST_LINES = 100


@more_time.command("list")
def list_more_time(
    state: Annotated[ExtensionState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List who asked for more time, the newest first."""
    rows = queries.extensions_visible_to(HERE)
    if state is not None:
        rows = rows.filter(state=state.value)
    _show([_extension(row) for row in rows[:MOST_LINES]], "Nobody asked.", as_json=as_json)


@more_time.command("grant")
def grant(one: One, email: Email, note: Note = "") -> None:
    """Grant more time, as another than who asked."""
    actor = person_at_terminal(email)
    _may_see(queries.extensions_visible_to(actor).filter(id=one).exists())
    made = extensions.grant_extension(extension_id=one, note=note, actor=actor, at=now())
    assert made.until is not None  # it was granted
    typer.echo(f"There is time until {made.until:%Y-%m-%d %H:%M} UTC.")


@more_time.command("decline")
def decline(one: One, email: Email, note: Note) -> None:
    """Decline more time, with a reason that the employee reads."""
    actor = person_at_terminal(email)
    _may_see(queries.extensions_visible_to(actor).filter(id=one).exists())
    extensions.decline_extension(extension_id=one, note=note, actor=actor, at=now())
    typer.echo("It was declined.")


@on_faults.command("list")
def list_faults(
    state: Annotated[FaultState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the faults that were named, the newest first."""
    rows = wrong.faults_visible_to(HERE)
    if state is not None:
        rows = rows.filter(state=state.value)
    _show([_fault(row) for row in rows[:MOST_LINES]], "Nobody named one.", as_json=as_json)


@on_faults.command("show")
def show_fault(one: One, as_json: AsJson = False) -> None:
    """Say what a fault takes back, and who is told."""
    row = _one_fault(HERE, one)
    plan = wrong.plan_of(row)
    found = [f"{item.device.asset_tag}: {item.title}" for item in plan.findings]
    if as_json:
        more = {"findings": found, "cases": len(plan.cases), "referred": len(plan.referred)}
        typer.echo(json.dumps({**_fault(row), **more}, ensure_ascii=False))
        return
    for line in found[:MOST_LINES]:
        typer.echo(f"- {line}")
    typer.echo(
        f"{len(found)} findings, {len(plan.cases)} cases, {len(plan.referred)} of them referred."
    )


@on_faults.command("name")
def name_fault(
    check: Annotated[str, typer.Argument(help="Such as passcode.")],
    since: Instant,
    until: Instant,
    reason: Annotated[str, typer.Option(help="What was wrong; who was told reads it.")],
    email: Email,
) -> None:
    """Say that a check was wrong; another person confirms it."""
    made = faults.name_fault(
        check=check,
        since=_aware(since),
        until=_aware(until),
        reason=reason,
        actor=person_at_terminal(email),
        at=now(),
    )
    typer.echo(f"Fault {made.id} needs a second person.")
    show_fault(made.id)


@on_faults.command("confirm")
def confirm_fault(one: One, email: Email) -> None:
    """Take back, as the second person, what the check found."""
    actor = person_at_terminal(email)
    found = _one_fault(actor, one)
    faults.confirm_fault(fault_id=found.id, actor=actor, at=now())
    typer.echo("It was taken back, and everybody who was told of it is told.")


@on_faults.command("refuse")
def refuse_fault(one: One, email: Email) -> None:
    """Refuse, as the second person, to take anything back."""
    actor = person_at_terminal(email)
    found = _one_fault(actor, one)
    faults.refuse_fault(fault_id=found.id, actor=actor, at=now())
    typer.echo("It was refused; nothing is taken back.")


def case_papers(
    one: One,
    file: Annotated[Path, typer.Argument(dir_okay=False, help="Where the PDF goes.")],
    reason: Annotated[str, typer.Option(help="What it is for; it stays in the ledger.")],
    email: Email,
) -> None:
    """Write the papers of a case, as human resources or its employee may see them."""
    actor = person_at_terminal(email)
    case: Case | None = cases.cases_visible_to(actor).filter(id=one).first()
    if case is None:
        raise NotFound("There is no such case, or you may not see it.")
    content = on_cases.export_case(case=case, reason=reason, actor=actor, at=now())
    with file.open("xb") as out:  # never over something else
        out.write(content)
    typer.echo(f"{len(content)} bytes in {file}. That you took it stands in the ledger.")


def register(app: typer.Typer) -> None:
    """Add these commands to ``quartermaster compliance``."""
    app.add_typer(more_time, name="more-time")
    app.add_typer(on_faults, name="faults")
    app.command("case-papers")(case_papers)


def _show(lines: list[dict[str, str]], nothing: str, *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(f"{line['id']}  {line['state']}: {line['said']}")
    if not lines:
        typer.echo(nothing)


def _extension(row: Extension) -> dict[str, str]:
    return {
        "id": str(row.id),
        "state": row.state,
        "device": row.finding.device.asset_tag,
        "asked_by": row.asked_by.number,
        "until": row.until.isoformat() if row.until else "",
        "said": f"{row.asked_by.number} asks for {row.days} working days for “{row.finding}”",
    }


def _fault(row: Fault) -> dict[str, str]:
    return {
        "id": str(row.id),
        "state": row.state,
        "check": row.check_name,
        "since": row.since.isoformat(),
        "until": row.until.isoformat(),
        "named_by": row.named_by.number,
        "said": f"“{row.title}” from {row.since:%Y-%m-%d %H:%M} to {row.until:%Y-%m-%d %H:%M} UTC",
    }


def _one_fault(actor: Actor, key: UUID) -> Fault:
    found = wrong.faults_visible_to(actor).filter(id=key).first()
    if found is None:
        raise NotFound("There is no such fault, or you may not see it.")
    return found


def _may_see(found: bool) -> None:
    if not found:
        raise NotFound("Nobody asked for this, or you may not see it.")


def _aware(value: datetime) -> datetime:
    return timezone.make_aware(value) if timezone.is_naive(value) else value
