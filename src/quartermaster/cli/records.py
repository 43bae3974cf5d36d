"""Commands on the archive of records: ``quartermaster records``."""

import json
import sys
from pathlib import Path
from typing import Annotated

import typer

from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.records import archive
from quartermaster.records.actions import archive as actions
from quartermaster.records.models import Record

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


@app.command("key")
def key() -> None:
    """Print the public key with which checkpoints are verified."""
    typer.echo(archive.signer().verifier)
