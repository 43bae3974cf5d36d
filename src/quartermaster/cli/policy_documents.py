"""Commands of policy documents, mounted under ``policy``."""

import json
import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import Actor, system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.policy import queries
from quartermaster.policy.actions import adoption, drafts
from quartermaster.policy.errors import VersionNotFound
from quartermaster.policy.models import PolicyVersion
from quartermaster.policy.redline import sources
from quartermaster.policy.redline.mapping import Proposal
from quartermaster.policy.redline.model import Kind, Redline, Run, Style
from quartermaster.policy.rules.acknowledgements import DEFAULT_DAYS
from quartermaster.policy.rules.versions import city_date

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, for programs.")]
By = Annotated[str, typer.Option(help="Personnel number of who does this.")]
SIGNS = {Kind.DELETED: "~~", Kind.INSERTED: "++", Kind.KEPT: ""}
STYLES = {Kind.DELETED: "strike red", Kind.INSERTED: "underline green", Kind.KEPT: ""}


def import_file(
    file: Annotated[
        Path | None,
        typer.Argument(
            help="Markdown or Word (.docx) with its changes marked. Without: the model policy.",
            exists=True,
            dir_okay=False,
        ),
    ] = None,
    clause: Annotated[
        list[str] | None,
        typer.Option(help="Correct the proposal: paragraph=clause, such as 12=G-5. Repeatable."),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be imported, import nothing.")
    ] = False,
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Import a redlined policy as a draft, and show which clause each paragraph became."""
    content = file.read_bytes() if file is not None else sources.model_policy()
    name = file.name if file is not None else "model-policy.md"
    actor, at = _actor(by), now()
    corrections = dict(_pair(item) for item in clause or ())
    redline, proposal = queries.preview(actor, content, corrections)
    number = None
    if not dry_run:
        number = drafts.import_draft(
            content=content, name=name, corrections=corrections, actor=actor, at=at
        ).number
    if as_json:
        typer.echo(json.dumps(_plain(redline, proposal) | {"version": number}, indent=2))
    else:
        _show_proposal(redline, proposal)
        done = f"Imported as version {number}, a draft." if number else "Nothing was imported."
        typer.echo(done)


def adopt(
    body: Annotated[str, typer.Option(help="Who adopted it, such as Common Council.")],
    version: Annotated[int, typer.Option(help="Its number. Without: the newest draft.")] = 0,
    file_number: Annotated[str, typer.Option(help="Number of the legislative file.")] = "",
    in_force: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="First day in force. Without: today."),
    ] = None,
    days: Annotated[int, typer.Option(help="Days to acknowledge it in.")] = DEFAULT_DAYS,
    by: By = "",
) -> None:
    """Record that a draft was adopted; everybody it binds is asked to acknowledge it."""
    actor, at = _actor(by), now()
    chosen = _version(actor, version, drafts_only=not version)
    day = in_force.date() if in_force else city_date(at, settings.TIME_ZONE)
    done = adoption.adopt(
        version_id=chosen.id,
        adopting_body=body,
        file_number=file_number,
        in_force_on=day,
        acknowledgement_days=days,
        actor=actor,
        at=at,
    )
    typer.echo(
        f"Version {done.number} is adopted and in force from {day.isoformat()}. "
        f"{done.requests.count()} people were asked to acknowledge it."
    )


def versions(as_json: AsJson = False) -> None:
    """List the versions of the policy."""
    rows = list(queries.versions_visible_to(_actor("")).order_by("-number"))
    if as_json:
        typer.echo(json.dumps([_version_plain(row) for row in rows], indent=2))
        return
    table = Table("Version", "State", "Title", "In force from", "Adopted by", "Text")
    for row in rows:
        table.add_row(
            str(row.number),
            row.get_state_display(),
            row.title,
            row.in_force_on.isoformat() if row.in_force_on else "",
            row.adopting_body,
            row.text_digest[:12],
        )
    Console().print(table)


def show(
    version: Annotated[int, typer.Argument(help="Its number. Without: the one in force.")] = 0,
    redline: Annotated[
        bool, typer.Option("--redline", help="Show deletions and insertions too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show the text of a version: as it reads, or as a redline."""
    chosen = _version(_actor(""), version)
    if as_json:
        clauses = [
            {"id": c.code, "number": c.number, "text": c.text, "change": c.change}
            for c in chosen.clauses.all()
        ]
        typer.echo(json.dumps(_version_plain(chosen) | {"clauses": clauses}, indent=2))
        return
    console = Console()
    for piece in queries.pieces_of(chosen):
        if not redline and not piece.text:
            continue
        mark = "" if piece.paragraph.style is Style.HEADING else f"{piece.code or '—':<5} "
        text = _coloured(piece.paragraph.runs) if redline else Text(piece.text)
        number = f"{piece.paragraph.number}. " if piece.paragraph.number else ""
        console.print(Text(f"{mark}{number}", style="bold") + text, end="\n\n")


def missing(
    version: Annotated[int, typer.Option(help="Its number. Without: the one in force.")] = 0,
    as_json: AsJson = False,
) -> None:
    """Say who has not acknowledged the policy, by department. Exit code 1 if anyone is missing."""
    actor, at = _actor(""), now()
    chosen = _version(actor, version)
    people = queries.missing_visible_to(actor, chosen, at).order_by("department__name")
    rows = [
        {
            "number": person.number,
            "name": person.name,
            "department": person.department.name,
            "due_at": due.isoformat() if (due := getattr(person, "deadline", None)) else None,
        }
        for person in people
    ]
    if as_json:
        typer.echo(json.dumps({"version": chosen.number, "missing": rows}, indent=2))
    else:
        table = Table("Department", "Asked", "Acknowledged", "Missing", "Overdue")
        for count in queries.missing_by_department(actor, chosen, at):
            numbers = (count.asked, count.acknowledged, count.missing, count.overdue)
            table.add_row(count.department, *map(str, numbers))
        Console().print(table)
        for row in rows:
            typer.echo(f"{row['department']}: {row['name']} ({row['number']})")
    raise typer.Exit(1 if rows else 0)


def _actor(number: str) -> Actor:
    if not number:
        return system("command line")
    person = Person.objects.filter(number=number).first()
    if person is None:
        raise NotFound(f"Nobody has the personnel number {number}.")
    return actor_for(person, now())


def _version(actor: Actor, number: int, *, drafts_only: bool = False) -> PolicyVersion:
    rows = queries.versions_visible_to(actor).filter(document__slug=queries.MOBILE_DEVICES)
    if number:
        found = rows.filter(number=number).first()
    elif drafts_only:
        found = rows.filter(state="draft").order_by("-number").first()
    else:
        found = queries.version_in_force(now())
    if found is None:
        raise VersionNotFound(
            "There is no such version. “quartermaster policy versions” lists them."
        )
    return found


def _pair(text: str) -> tuple[str, str]:
    key, sign, code = text.partition("=")
    if not sign:
        raise typer.BadParameter(f"“{text}” should be paragraph=clause, such as 12=G-5.")
    return key.strip(), code.strip()


def _plain(redline: Redline, proposal: Proposal) -> dict[str, Any]:
    return {
        "paragraphs": [
            {"paragraph": p.key, "clause": p.code, "section": p.section, "text": p.text}
            for p in proposal.pieces
            if not p.structural
        ],
        "deletions": list(redline.deletions),
        "insertions": list(redline.insertions),
        "insertions_marked": redline.insertions_marked,
        "unmapped": [p.key for p in proposal.unmapped],
        "missing": list(proposal.missing),
        "notes": list(redline.notes),
    }


def _show_proposal(redline: Redline, proposal: Proposal) -> None:
    table = Table("Paragraph", "Clause", "Section", "Text")
    for piece in proposal.pieces:
        if not piece.structural:
            words = piece.text if len(piece.text) < 60 else piece.text[:57] + "…"  # noqa: PLR2004 (a line of the table)
            table.add_row(piece.key, piece.code or "—", piece.section, words)
    Console(file=sys.stdout).print(table)
    typer.echo(f"{len(redline.deletions)} deletions, {len(redline.insertions)} insertions.")
    if not redline.insertions_marked:
        typer.echo("Insertions are not marked in it, so the earlier text cannot be shown.")
    for note in redline.notes:
        typer.echo(note)
    if proposal.unmapped:
        typer.echo("Without a clause: " + ", ".join(p.key for p in proposal.unmapped))
    if proposal.missing:
        typer.echo("Clauses not found: " + ", ".join(proposal.missing))


def _version_plain(row: PolicyVersion) -> dict[str, Any]:
    return {
        "version": row.number,
        "title": row.title,
        "state": row.state,
        "in_force_on": row.in_force_on.isoformat() if row.in_force_on else None,
        "adopting_body": row.adopting_body,
        "file_number": row.file_number,
        "source_sha256": row.source.digest,
        "text_sha256": row.text_digest,
    }


def _coloured(runs: tuple[Run, ...]) -> Text:
    """The runs with their marks in words too, because a pipe or a printer shows no colour."""
    text = Text()
    for run in runs:
        sign = SIGNS[run.kind]
        text.append(f"{sign}{run.text}{sign}", style=STYLES[run.kind])
    return text
