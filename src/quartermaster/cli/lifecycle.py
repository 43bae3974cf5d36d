"""Commands on how things come to people and leave them: ``quartermaster lifecycle``."""

import json
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.kernel.permits import system
from quartermaster.lifecycle.queries import recoveries
from quartermaster.lifecycle.rules.recoveries import LIVE_RECOVERIES, RecoveryState

app = typer.Typer(help="What comes to people and leaves them again.", no_args_is_help=True)
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.callback()
def root() -> None:
    """What comes to people and leaves them again."""


@app.command("leavers")
def leavers(
    ended: Annotated[bool, typer.Option("--all", help="Those that are closed, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List who left the City's service, or is going to, and how much is due of them."""
    found = recoveries.recoveries_visible_to(HERE)
    if not ended:
        found = found.filter(state__in=LIVE_RECOVERIES)
    rows = [
        {
            "id": str(row.id),
            "person": row.person.number,
            "department": row.department.code,
            "last_day": row.separated_on.isoformat(),
            "state": row.state,
            "things_due": row.things_due,  # type: ignore[attr-defined]
            "charges_cents": recoveries.charges_owed(row),
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Person", "Department", "Last day", "State", "Things due", "Charges")
    for row in rows:
        state = RecoveryState(str(row["state"])).label
        names = ("person", "department", "last_day")
        cells = [*(str(row[name]) for name in names), state, str(row["things_due"])]
        table.add_row(*map(Text, cells), Text(f"{int(str(row['charges_cents'])) / 100:,.2f}"))
    Console().print(table)
