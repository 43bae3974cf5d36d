"""Commands on contracts, orders and ordered lines."""

import json
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.timezone import localdate
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.billing import queries
from quartermaster.billing.actions import contracts, orders, services
from quartermaster.billing.actions.contracts import ContractDetails
from quartermaster.billing.models import Contract, Order
from quartermaster.billing.queries.orders import outstanding
from quartermaster.billing.rules.orders import OVER_STATES
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.money import cents, dollars
from quartermaster.kernel.permits import system

app = typer.Typer(help="Contracts, purchase orders and ordered lines.", no_args_is_help=True)
HERE = system("command line")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
ContractNumber = Annotated[str, typer.Argument(help="The contract's number.")]
Day = Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As 2026-11-24.")]


@app.command("add-contract")
def add_contract(
    number: ContractNumber,
    vendor: Annotated[str, typer.Argument(help="Carrier or vendor.")],
    starts_on: Annotated[datetime, typer.Option("--from", formats=["%Y-%m-%d"])],
    carrier: Annotated[bool, typer.Option("--carrier", help="It provides lines.")] = False,
    account: Annotated[str, typer.Option(help="Account number.")] = "",
    email: Annotated[str, typer.Option(help="Where orders are mailed to.")] = "",
) -> None:
    """Enter a contract with a carrier or vendor."""
    details = ContractDetails(
        number=number,
        vendor=vendor,
        starts_on=starts_on.date(),
        carrier=carrier,
        account=account,
        email=email,
    )
    made = contracts.add_contract(details=details, actor=HERE, at=now())
    typer.echo(f"{made} was added.")


@app.command("add-plan")
def add_plan(
    number: ContractNumber,
    name: Annotated[str, typer.Argument(help="As invoices write it.")],
    monthly: Annotated[str, typer.Argument(help="Such as 39.99.")],
) -> None:
    """Enter a plan of a contract with its rate."""
    made = contracts.add_plan(
        contract_id=_contract(number).id,
        name=name,
        monthly_cents=cents(monthly),
        actor=HERE,
        at=now(),
    )
    typer.echo(f"The plan {made} was added at {dollars(cents(monthly))} a month.")


@app.command("orders")
def list_orders(
    ended: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List purchase orders, the newest first."""
    found = queries.orders_visible_to(HERE)
    if not ended:
        found = found.exclude(state__in=sorted(OVER_STATES))
    rows = [
        {
            "number": row.number,
            "vendor": row.contract.vendor,
            "state": row.state,
            "total": dollars(row.total_cents),
            "monthly": dollars(row.monthly_cents),
            "to come": str(sum(outstanding(line) for line in row.lines.filter(live=True))),
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    table = Table("Number", "Vendor", "State", "Price", "A month", "To come")
    for row in rows:
        table.add_row(*(Text(value) for value in row.values()))
    Console().print(table)


@app.command("receive")
def receive(
    number: Annotated[str, typer.Argument(help="Such as PO-000012.")],
    line: Annotated[int, typer.Argument(help="Which line of it.", min=1)],
    file: Annotated[Path, typer.Argument(help="One piece a line.", exists=True, dir_okay=False)],
    return_wrong: Annotated[
        bool, typer.Option("--return-wrong", help="What is wrong goes back to the vendor.")
    ] = False,
) -> None:
    """Receive pieces of an order: all of them, or none where one is wrong."""
    order = _order(number)
    place = order.lines.filter(place=line).first()
    if place is None:
        raise NotFound(f"{number} has no line {line}.")
    rows = orders.receive(
        order_id=order.id,
        line_id=place.id,
        pieces=file.read_text(encoding="utf-8-sig"),
        return_wrong=return_wrong,
        actor=HERE,
        at=now(),
    )
    for row in rows:
        typer.echo(f"{row.scan.row}: {row.scan.text}: {row.said or 'taken into stock'}")


@app.command("lines")
def list_lines(
    on: Day = None,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the lines that were ordered, on a day: what invoices are held against."""
    rows = queries.ordered_lines(on.date() if on else localdate(now()))
    if as_csv:
        typer.echo(queries.as_csv(rows), nl=False)
    elif as_json:
        typer.echo(json.dumps([_plain(asdict(row)) for row in rows], ensure_ascii=False))
    else:
        table = Table("Number", "Carrier", "Plan", "A month", "Account", "For", "From", "Order")
        for row in rows:
            rate = "—" if row.monthly_cents is None else dollars(row.monthly_cents)
            values = (row.number or row.iccid or "on its way", row.carrier, row.plan, rate)
            more = (row.account, row.department, row.from_on.isoformat(), row.order)
            table.add_row(*(Text(value or "—") for value in (*values, *more)))
        Console().print(table)


@app.command("enter-lines")
def enter_lines(
    number: ContractNumber,
    reason: Annotated[str, typer.Option("--reason", help="How it is known; it is kept.")],
) -> None:
    """Enter the live lines of a contract's carrier that were there before orders were kept."""
    entered, left = services.enter_services(
        contract_id=_contract(number).id, reason=reason, actor=HERE, at=now()
    )
    typer.echo(f"{entered} lines were entered; {left} have a plan that the contract does not.")


def _contract(number: str) -> Contract:
    found = queries.contracts_visible_to(HERE).filter(number__iexact=number).first()
    if found is None:
        raise NotFound(f"There is no contract {number}.")
    return found


def _order(number: str) -> Order:
    found = queries.orders_visible_to(HERE).filter(number__iexact=number).first()
    if found is None:
        raise NotFound(f"There is no order {number}.")
    return found


def _plain(values: dict[str, object]) -> dict[str, object]:
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in values.items()
        if name != "line_id"
    }
