"""Commands on orders to carriers, and on how these are reached."""

import json
from dataclasses import asdict
from datetime import datetime
from typing import Annotated
from uuid import UUID

import typer

from quartermaster.billing.actions import line_orders as verbs
from quartermaster.billing.actions.line_orders.reading import read_line, read_usage
from quartermaster.billing.queries import line_orders as queries
from quartermaster.billing.rules.line_orders import LineOrderKind
from quartermaster.inventory import carriers
from quartermaster.inventory.identifiers import phone_number
from quartermaster.inventory.models import LIVE, Line
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import InvalidInput, NotFound
from quartermaster.kernel.permits import system

app = typer.Typer(help="Orders to carriers, and how these are reached.", no_args_is_help=True)
HERE = system("command line")

Number = Annotated[str, typer.Argument(help="The line's number.")]
Day = Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="As 2026-11-24.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@app.command("set")
def set_access(
    carrier: Annotated[str, typer.Argument(help="As it is written at the lines.")],
    adapter: Annotated[str, typer.Argument(help="manual, thingspace or control-center.")],
    account: Annotated[str, typer.Option(help="Empty: every account without its own.")] = "",
    contact: Annotated[str, typer.Option(help="Where letters go.")] = "",
    address: Annotated[str, typer.Option(help="Of its API, where not the usual one.")] = "",
    restores_after_days: Annotated[int | None, typer.Option(min=1, max=1000)] = None,
    value: Annotated[
        list[str] | None, typer.Option(help="What is no secret, as name=value; again for more.")
    ] = None,
) -> None:
    """Say how a carrier is reached; secrets are asked for, and sealed."""
    if not carriers.known(adapter):
        raise InvalidInput("There is no such way to reach a carrier.", field="adapter")
    given = dict(item.split("=", 1) for item in value or () if "=" in item)
    for item in carriers.adapter(adapter).fields:
        if item.secret:
            given[item.name] = typer.prompt(item.title, hide_input=True)
    known = queries.accesses_visible_to(HERE).filter(carrier__iexact=carrier, account=account)
    there = known.first()
    made = verbs.set_access(
        details=verbs.AccessDetails(
            carrier=carrier,
            adapter=adapter,
            account=account,
            address=address,
            contact=contact,
            restores_after_days=restores_after_days,
            values=given,
        ),
        access_id=there.id if there else None,
        actor=HERE,
        at=now(),
    )
    typer.echo(f"{made} is reached by {carriers.adapter(adapter).title}.")


@app.command("orders")
def list_orders(
    settled: Annotated[bool, typer.Option("--all", help="Settled ones, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List what is asked of carriers, the newest first."""
    found = queries.line_orders_visible_to(HERE)
    if not settled:
        found = found.filter(settled_at=None)
    rows = [
        {
            "id": str(row.id),
            "line": row.line.number,
            "order": row.get_kind_display(),
            "state": row.get_state_display(),
            "reference": row.reference,
            "reason": row.reason,
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, indent=2))
        return
    for shown in rows:
        typer.echo("  ".join(shown.values()))


@app.command("ask")
def ask(
    number: Number,
    kind: Annotated[LineOrderKind, typer.Argument(help="suspend, restore or cancel.")],
    reason: Annotated[str, typer.Option(help="Why; stays here.")],
    note: Annotated[str, typer.Option(help="What the carrier reads.")] = "",
) -> None:
    """Have a line changed at its carrier."""
    order = verbs.ask_line_order(
        line_id=_line(number).id,
        kind=kind,
        reason=reason,
        terms=verbs.Terms(note=note),
        actor=HERE,
        at=now(),
    )
    typer.echo(f"{order}: {order.get_state_display().lower()} ({order.id}).")


@app.command("confirm")
def confirm(
    order: Annotated[UUID, typer.Argument(help="The key of the order.")],
    reference: Annotated[str, typer.Argument(help="The carrier's reference.")],
) -> None:
    """Enter the word of a carrier that answers to people."""
    done = verbs.confirm_line_order(order_id=order, reference=reference, actor=HERE, at=now())
    typer.echo(f"{done}: confirmed.")


@app.command("status")
def status(number: Number) -> None:
    """Ask a carrier's machine how a line stands there."""
    reading = read_line(line_id=_line(number).id, actor=HERE, at=now())
    typer.echo(f"{reading.condition.value} {reading.plan} {reading.iccid} {reading.said}".strip())


@app.command("usage")
def usage(number: Number, from_on: Day, until_on: Day) -> None:
    """Ask a carrier's machine for the sums that a line used; never for calls."""
    used = read_usage(
        line_id=_line(number).id,
        from_on=from_on.date(),
        until_on=until_on.date(),
        actor=HERE,
        at=now(),
    )
    typer.echo(json.dumps(asdict(used)))


def _line(number: str) -> Line:
    found = Line.objects.filter(number=phone_number(number), status__in=LIVE).first()
    if found is None:
        raise NotFound("There is no such line.")
    return found
