"""Commands on the archive of records: ``quartermaster records``."""

import json
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.records import archive, texts
from quartermaster.records.actions import archive as actions
from quartermaster.records.actions.bags import export_bag, import_bag
from quartermaster.records.models import Record
from quartermaster.records.search import alike
from quartermaster.records.search.choices import looked_of
from quartermaster.records.search.results import search

app = typer.Typer(help="The archive of records: its log, proofs, audits.", no_args_is_help=True)
HERE = system("command line")


@app.command("log")
def log(
    file: Annotated[Path | None, typer.Argument(help="Where to; standard output if none.")] = None,
) -> None:
    """Write the whole log for the stand-alone verifier, signed as it stands now."""
    actions.sign_checkpoint(actor=HERE, at=now())
    lines = (f"{json.dumps(line)}\n" for line in archive.exported())
    if file is None:
        sys.stdout.writelines(lines)
        return
    with file.open("w", encoding="utf-8") as out:
        out.writelines(lines)


@app.command("proof")
def proof(number: Annotated[str, typer.Argument(help="Such as R-2026-000123.")]) -> None:
    """Print the proof that a record is in the signed log."""
    record = Record.objects.filter(number=number).first()
    if record is None:
        raise NotFound("There is no record with this number.")
    actions.sign_checkpoint(actor=HERE, at=now())
    typer.echo(json.dumps(archive.proof_of(record).payload(), indent=1))


@app.command("audit")
def audit(
    files: Annotated[int, typer.Option(min=0, help="How many files to compare.")] = 10_000_000,
) -> None:
    """Compare the archive with its log, its signatures and its digests, now."""
    done, fresh = actions.audit_archive(actor=HERE, at=now(), files=files)
    for fault in fresh:
        typer.echo(f"{fault.get_kind_display()}: {fault.said}")
    typer.echo(f"{done.entries} lines and {done.files} files compared, {done.faults} faults open.")
    if done.faults:
        raise typer.Exit(1)


@app.command("bag")
def bag(
    numbers: Annotated[list[str], typer.Argument(help="Such as R-2026-000123.")],
    folder: Annotated[Path, typer.Option(help="Where to.")] = Path(),
) -> None:
    """Write a BagIt package of records, with their proofs."""
    found = dict(Record.objects.filter(number__in=numbers).values_list("number", "id"))
    for number in numbers:
        if number not in found:
            raise NotFound(f"There is no record {number}.")
    name, content = export_bag(record_ids=list(found.values()), actor=HERE, at=now())
    with (folder / name).open("xb") as out, content:
        shutil.copyfileobj(content, out)
    typer.echo(str(folder / name))


@app.command("take-in")
def take_in(
    file: Annotated[Path, typer.Argument(help="A ZIP file with one bag.", exists=True)],
    person: Annotated[str, typer.Option(help="Personnel number of the records custodian.")],
) -> None:
    """Take the records of a BagIt package in, as records of the custodian."""
    custodian = Person.objects.filter(number=person).first()
    if custodian is None:
        raise NotFound("There is nobody with this personnel number.")
    at = now()
    with file.open("rb") as content:
        made = import_bag(content=content, actor=actor_for(custodian, at), at=at)
    for record in made:
        typer.echo(record.number)


@app.command("key")
def key() -> None:
    """Print the public key with which checkpoints are verified."""
    typer.echo(archive.signer().verifier)


@app.command("find")
def find(
    words: Annotated[str, typer.Argument(help="In the language of searches.")],
    person: Annotated[str, typer.Option(help="Whose reach: a personnel number.")],
    order: Annotated[str, typer.Option(help="best, newest or oldest.")] = "best",
    after: Annotated[str, typer.Option(help="Where the page before ended.")] = "",
) -> None:
    """Search records as far as a person may see them."""
    who = Person.objects.filter(number=person).first()
    if who is None:
        raise NotFound("Nobody has this personnel number.")
    found = search(actor_for(who, now()), looked_of(words, {}, order), after=after)
    for one in found.results:
        alike = f" (and {one.alike} alike)" if one.alike else ""
        record = one.record
        typer.echo(f"{record.number}  {record.happened_on}  {record.about}{alike}")
    counted = found.counted
    if counted is not None:
        typer.echo(f"{'More than ' if counted.more else ''}{counted.number} records.")
    if found.following:
        typer.echo(f"Next page: --after {found.following}")


@app.command("gather")
def gather(
    everything: Annotated[bool, typer.Option(help="Every record, not what changed alone.")] = False,
) -> None:
    """Gather anew what records are found by, and compare them."""
    if everything:
        texts.mark_all()
    total = 0
    while done := texts.refresh_stale(now()):
        total += done
    compared = 0
    while done := alike.compare_next():
        compared += done
    typer.echo(f"{total} records gathered, {compared} compared.")
