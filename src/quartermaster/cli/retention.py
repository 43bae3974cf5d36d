"""Commands on retention: ``quartermaster retention``."""

from pathlib import Path
from typing import Annotated

import typer
from django.utils.timezone import localdate

from quartermaster.files.queries import read_file
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system
from quartermaster.records import disposal, retention, schedule

app = typer.Typer(
    help="The retention schedule, what is due by it, certificates.", no_args_is_help=True
)
HERE = system("command line")


@app.command("schedule")
def show_schedule() -> None:
    """Print the schedule in force."""
    current, series = retention.shown_now()
    since = f"in force since {localdate(current.in_force_at)}" if current.number else "as shipped"
    typer.echo(f"Version {current.number}, {since}")
    for row in series:
        kept = "for ever" if row.disposition == "permanent" else row.period.words()
        typer.echo(f"{row.code}\t{kept}\t{row.trigger}\t{row.disposition}\t{row.basis}")


@app.command("due")
def show_due() -> None:
    """Print how much is due now, for each series."""
    rows = retention.due(localdate(now()))
    for code in rows.order_by("series").values_list("series", flat=True).distinct():
        typer.echo(f"{code}\t{rows.filter(series=code).count()}")


@app.command("run")
def run() -> None:
    """Put what is due into batches, and destroy what was approved and has waited."""
    typer.echo(f"{schedule.dispose(now())} steps were taken.")


@app.command("certificate")
def certificate(
    number: Annotated[str, typer.Argument(help="Of the batch, such as DB-2034-0001.")],
    folder: Annotated[Path, typer.Argument(help="Where to.")] = Path(),
) -> None:
    """Write the certificate of a destruction, and its statement for the verifier."""
    batch = disposal.batches_visible_to(HERE).filter(number=number).first()
    if batch is None or batch.certificate is None or batch.statement is None:
        raise NotFound("There is no batch with this number that was destroyed and certified.")
    for file, suffix in ((batch.certificate, "pdf"), (batch.statement, "json")):
        path = folder / f"{number}-certificate.{suffix}"
        path.write_bytes(read_file(file.digest))
        typer.echo(str(path))
