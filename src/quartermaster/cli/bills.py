"""Commands on invoices: ``quartermaster bills``."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.billing.actions import invoices
from quartermaster.billing.models import BillingPeriod
from quartermaster.billing.queries import bills as queries
from quartermaster.billing.queries import finance
from quartermaster.billing.rules.bills import FindingState
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.money import dollars
from quartermaster.kernel.permits import system

app = typer.Typer(help="Invoices, what was found in them, and closed months.", no_args_is_help=True)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Month = Annotated[str, typer.Argument(help="As 2026-10.")]


@app.command("invoices")
def list_invoices(as_json: AsJson = False) -> None:
    """List the invoices in force, the newest first."""
    rows = [
        {
            "invoice": row.number,
            "carrier": row.carrier,
            "account": row.account,
            "cycle ended": row.cycle_until.isoformat(),
            "total": dollars(row.read_cents),
            "to be paid": dollars(row.approval.payable_cents) if hasattr(row, "approval") else "",
        }
        for row in queries.invoices_visible_to(HERE).filter(superseded_at=None)
    ]
    _show(rows, as_json=as_json)


@app.command("findings")
def list_findings(
    ended: Annotated[bool, typer.Option("--all", help="Those that are decided, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what was found in invoices and waits for a decision."""
    found = queries.findings_visible_to(HERE)
    if not ended:
        found = found.filter(state=FindingState.OPEN.value)
    rows = [
        {
            "what": row.get_kind_display(),
            "number": row.number,
            "at stake": dollars(row.cents),
            "invoice": row.invoice.number,
            "department": row.department.code if row.department else "",
            "state": row.get_state_display(),
            "sentence": row.sentence,
        }
        for row in found.order_by("-cents", "id")
    ]
    _show(rows, as_json=as_json)


@app.command("match")
def match() -> None:
    """Hold the invoices of the last months against what is known now."""
    count = invoices.match_again(actor=HERE, at=now())
    typer.echo(f"{count} invoices were matched.")


@app.command("close-month")
def close_month(month: Month) -> None:
    """Close a month for the finance system; what is corrected later comes as a difference."""
    made = invoices.close_period(month=_month(month), actor=HERE, at=now())
    typer.echo(f"{made} is closed: {made.postings.count()} postings.")


@app.command("postings")
def postings(
    month: Month,
    file: Annotated[Path | None, typer.Option("--out", help="Where it is written.")] = None,
) -> None:
    """Print what was posted in a closed month, as CSV for the finance system."""
    period = BillingPeriod.objects.filter(month=_month(month)).first()
    if period is None:
        raise NotFound(f"{month} is not closed.")
    rows = queries.postings_visible_to(HERE).filter(period=period)
    text = finance.as_csv(rows.order_by("department__code", "account", "id"))
    if file is None:
        typer.echo(text, nl=False)
    else:
        file.write_text(text, encoding="utf-8", newline="")


def _month(written: str) -> date:
    try:
        return datetime.strptime(written, "%Y-%m").date()  # noqa: DTZ007 (a month has no zone)
    except ValueError as problem:
        raise InvalidInput("A month is written as 2026-10.") from problem


def _show(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    if not rows:
        typer.echo("There is none.")
        return
    table = Table(*(name.capitalize() for name in rows[0]))
    for row in rows:
        table.add_row(*(Text(value or "—") for value in row.values()))
    Console().print(table)
