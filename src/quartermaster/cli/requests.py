"""Commands on requests and on the hot-spot pool: ``quartermaster requests``."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.kernel.worded import values
from quartermaster.lifecycle.queries.loans import loans_visible_to, pool_visible_to
from quartermaster.lifecycle.queries.requests import (
    authorised_items_to_order,
    live,
    requests_visible_to,
)
from quartermaster.lifecycle.queries.steps import turn_of
from quartermaster.lifecycle.rules.loans import LIVE_LOANS

app = typer.Typer(help="Requests, what is to be ordered, the hot-spot pool.", no_args_is_help=True)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("list")
def listed(
    everything: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List requests with whose step each is, the newest first."""
    at = now()
    rows = requests_visible_to(HERE, at)
    if not everything:
        rows = live(rows)
    found = [
        {
            "for": row.person.number,
            "department": row.department.code,
            "what": ", ".join(str(item) for item in row.items.all()),
            "state": row.state,
            "whose step": ", ".join(one.number for one in turn_of(row, at).owners)
            if row.closed_at is None
            else "",
            "by": row.due_at.isoformat() if row.due_at else "",
            "id": str(row.id),
        }
        for row in rows
    ]
    _print(found, as_json=as_json)


@app.command("to-order")
def to_order(as_json: AsJson = False) -> None:
    """List what ITMD authorised and stock does not have: all that may be ordered (G-12)."""
    found = [
        {
            "what": str(item),
            "must have": ", ".join(item.capabilities),
            "wish": item.wish,
            "for": item.request.person.number,
            "department": item.request.department.code,
            "wanted from": item.request.wanted_from.isoformat(),
            "id": str(item.id),
        }
        for item in authorised_items_to_order()
    ]
    _print(found, as_json=as_json)


@app.command("pool")
def pool(as_json: AsJson = False) -> None:
    """List the hot-spots of the pool, and who has or has reserved each."""
    live_loans = loans_visible_to(HERE).filter(state__in=values(LIVE_LOANS))
    found = []
    for hotspot in pool_visible_to(HERE).order_by("label"):
        loans = live_loans.filter(hotspot=hotspot).order_by("starts_on")
        said = [f"{x.person.number} {x.starts_on}..{x.ends_on} {x.state}" for x in loans]
        found.append(
            {
                "hot-spot": hotspot.label,
                "device": hotspot.device.asset_tag,
                "pool": hotspot.department.code if hotspot.department else "city",
                "loans": "; ".join(said),
            }
        )
    _print(found, as_json=as_json)


def _print(rows: list[dict[str, str]], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    if not rows:
        typer.echo("There is nothing to list.")
        return
    table = Table(*rows[0])
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    Console().print(table)
