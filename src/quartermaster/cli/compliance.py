"""Commands on evaluations and findings."""

import json
from collections import Counter
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table
from rich.text import Text

from quartermaster.cli import compliance_actions, compliance_cases, compliance_fairness
from quartermaster.compliance import actions, queries
from quartermaster.compliance.rules.outcome import State
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import NotFound
from quartermaster.kernel.permits import system

app = typer.Typer(help="Evaluations, findings and cases.", no_args_is_help=True)
compliance_cases.register(app)
compliance_fairness.register(app)
app.add_typer(compliance_actions.actions, name="actions")
HERE = system("command line")
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
OfDevice = Annotated[str, typer.Option("--device", help="Only this device, by its asset tag.")]


@app.command("evaluate")
def evaluate(device: OfDevice = "", as_json: AsJson = False) -> None:
    """Judge the devices under management by what they reported last."""
    at, states = now(), Counter[str]()
    devices = [_device(device)] if device else list(queries.devices_to_evaluate())
    with Progress(console=Console(stderr=True), transient=True, disable=as_json) as bar:
        for item in bar.track(devices, description="Evaluating"):
            results = actions.evaluate_device(device=item, actor=HERE, at=at)
            states.update(result.state.value for result in results)
    counts = {state.value: states[state.value] for state in State}
    if as_json:
        typer.echo(json.dumps({"devices": len(devices), "checks": counts}))
        return
    said = ", ".join(
        f"{state.replace('_', ' ')} {number}" for state, number in counts.items() if number
    )
    many = "1 device" if len(devices) == 1 else f"{len(devices)} devices"
    typer.echo(f"{many} evaluated; {said or 'nothing is asked'}.")


@app.command("findings")
def findings(
    device: OfDevice = "",
    settled: Annotated[bool, typer.Option("--all", help="Those that are settled, too.")] = False,
    as_json: AsJson = False,
) -> None:
    """List findings, the newest first."""
    found = queries.findings_visible_to(HERE)
    if device:
        found = found.filter(device=_device(device))
    if not settled:
        found = queries.live_findings(found)
    rows = [
        {
            "id": str(row.id),
            "device": row.device.asset_tag,
            "holder": row.holder.number if row.holder else "",
            "check": row.check_name,
            "clause": row.clause,
            "severity": row.severity,
            "state": row.state,
            "opened_at": row.opened_at.isoformat(),
            "cure_until": row.cure_until.isoformat() if row.cure_until else "",
        }
        for row in found
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    titles = ("Device", "Holder", "Check", "Clause", "Severity", "State", "Put right by")
    table = Table(*titles)
    for row in rows:
        names = ("device", "holder", "check", "clause", "severity", "state", "cure_until")
        table.add_row(*(Text(row[name]) for name in names))
    Console().print(table)


def _device(tag: str) -> Device:
    device = device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    return device
