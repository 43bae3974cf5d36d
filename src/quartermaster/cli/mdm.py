"""Commands on devices under management."""

import json
from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import typer
from django.conf import settings
from rich.console import Console
from rich.table import Table
from rich.text import Text

from quartermaster.cli.mdm_ade import ade
from quartermaster.cli.mdm_app import application
from quartermaster.cli.mdm_credentials import credential
from quartermaster.cli.mdm_erase import erase
from quartermaster.cli.mdm_identities import certificate
from quartermaster.cli.mdm_move import move
from quartermaster.cli.mdm_secrets import secret
from quartermaster.inventory.models import Device
from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.posture import TITLES
from quartermaster.mdm.progress import progress_of
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState
from quartermaster.mdm.verbs import VERBS

app = typer.Typer(help="Enrolment, commands and posture of devices.", no_args_is_help=True)
app.add_typer(credential, name="credential")
app.add_typer(erase, name="erase")
app.add_typer(ade, name="ade")
app.add_typer(certificate, name="certificate")
app.command("move")(move)
app.add_typer(secret, name="secret")
app.add_typer(application, name="app")
HERE = system("command line")

Tag = Annotated[str, typer.Argument(help="Asset tag, serial number or IMEI of the device.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON.")]
Row = dict[str, str | None]


@app.command("invite")
def invite(
    tag: Tag,
    person: Annotated[
        str, typer.Option(help="Refuse unless this person (by number) holds the device.")
    ] = "",
    consent: Annotated[
        bool,
        typer.Option(
            "--consent", help="The owner of a personal device saw the disclosure and agreed to it."
        ),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Invite a device to enrol. Its address is shown this once; an earlier one stops working."""
    device = _device(tag)
    holder = device.holder.number if device.holder else ""
    if person and person != holder:
        raise Conflict(f"{device.asset_tag} is not held by {person}; nobody was invited.")
    made = actions.invite(device=device, consent=consent, actor=HERE, at=now())
    report = {
        "device": device.asset_tag,
        "person": holder,
        "address": f"{settings.DEVICES_URL}/enrol/{made.token}",
        "expires_at": made.invitation.expires_at.isoformat(),
    }
    if as_json:
        typer.echo(json.dumps(report, ensure_ascii=False))
        return
    typer.echo(f"Open this on {device.asset_tag} before {report['expires_at']}:")
    typer.echo(report["address"])


@app.command("enrolments")
def enrolments(
    state: Annotated[EnrolmentState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: AsJson = False,
) -> None:
    """List enrolments, the newest first."""
    found = queries.enrolments_visible_to(HERE)
    if state is not None:
        found = found.filter(state=state)
    _print([_enrolment(row) for row in found], as_json=as_json)


@app.command("queue")
def queue(
    tag: Tag,
    answered: Annotated[
        bool, typer.Option("--all", help="Those that are answered or withdrawn, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show what waits for a device, and with --all what became of earlier commands."""
    found = queries.commands_visible_to(HERE).filter(enrolment__device=_device(tag))
    if not answered:
        found = found.filter(state__in=sorted(OPEN_COMMANDS))
    _print([_command(row) for row in found], as_json=as_json)


@app.command("posture")
def posture(tag: Tag, as_json: AsJson = False) -> None:
    """Show what is known of a device: each fact with its source and its time."""
    facts = queries.posture_of(_device(tag).id)
    rows: list[dict[str, object]] = [
        {
            "fact": key,
            "value": fact.value,
            "source": fact.source,
            "observed_at": fact.observed_at.isoformat(),
        }
        for key, fact in sorted(facts.items())
    ]
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False))
        return
    _print([_shown(row) for row in rows], as_json=False)


@app.command("declarations")
def declarations(tag: Tag, as_json: AsJson = False) -> None:
    """Show what a device must have, by what means, and how far each part has come."""
    enrolment = _enrolled(tag)
    compiled = queries.wanted_for(enrolment.device, now())
    rows: list[Row] = [
        {
            "what": item.title,
            "means": item.means.value,
            "settings": ", ".join(item.settings) or None,
            "stage": item.stage.value,
            "since": item.since.isoformat() if item.since else None,
            "reason": item.reason or None,
        }
        for item in progress_of(enrolment, compiled)
    ]
    _print(rows, as_json=as_json)


@app.command("refresh")
def refresh(tag: Tag) -> None:
    """Ask a device for its posture at its next check-in."""
    queued = actions.refresh_posture(enrolment=_enrolled(tag), actor=HERE, at=now())
    typer.echo(f"{len(queued)} commands wait for the device.")


@app.command("wake")
def wake(tag: Tag) -> None:
    """Wake a device now, though nothing waits for it."""
    actions.wake_now(enrolment=_enrolled(tag), actor=HERE, at=now())
    typer.echo("The device is being woken.")


@app.command("configure")
def configure(tag: Tag) -> None:
    """Queue what a device still lacks of what is required, and say what cannot be enforced."""
    done = actions.configure_device(enrolment=_enrolled(tag), again=True, actor=HERE, at=now())
    typer.echo(f"{len(done.commands)} commands wait for the device.")
    for setting, reason in done.compiled.unenforceable:
        typer.echo(f"{setting} cannot be enforced: {reason}")


@app.command("do")
def do(
    tag: Tag,
    verb: Annotated[str, typer.Argument(help=f"One of: {', '.join(VERBS)}.")],
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    said: Annotated[
        list[str] | None, typer.Option("--set", help="What is said with it: name=value.")
    ] = None,
) -> None:
    """Have something done to a device: lock it, find it, restart it."""
    pairs = dict(item.partition("=")[::2] for item in said or [])
    made = actions.perform(
        enrolment=_enrolled(tag), verb=verb, arguments=pairs, reason=reason, actor=HERE, at=now()
    )
    typer.echo(f"{VERBS[verb].title}: {len(made)} command waits for the device.")


@app.command("cancel")
def cancel(command: Annotated[UUID, typer.Argument(help="The id of the command.")]) -> None:
    """Withdraw a command that the device has not answered."""
    row = queries.commands_visible_to(HERE).filter(id=command).first()
    if row is None:
        raise NotFound("There is no command with this id.")
    actions.cancel_command(command=row, actor=HERE, at=now())
    typer.echo(f"{row.kind} was withdrawn.")


@app.command("retry")
def retry(command: Annotated[UUID, typer.Argument(help="The id of the command.")]) -> None:
    """Send a command again that failed, expired or was withdrawn."""
    row = queries.commands_visible_to(HERE).filter(id=command).first()
    if row is None:
        raise NotFound("There is no command with this id.")
    fresh = actions.retry_command(command=row, actor=HERE, at=now())
    typer.echo(f"{fresh.kind} waits again, as {fresh.id}.")


@app.command("end")
def end(
    tag: Tag, reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")]
) -> None:
    """End the enrolment of a device: its certificate is refused from now on."""
    enrolment = _enrolled(tag)
    actions.end_enrolment(enrolment=enrolment, reason=reason, actor=HERE, at=now())
    typer.echo(f"The enrolment of {enrolment.device.asset_tag} has ended.")


def _device(tag: str) -> Device:
    device = device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    return device


def _enrolled(tag: str) -> Enrolment:
    device = _device(tag)
    enrolment = queries.enrolment_now(device.id)
    if enrolment is None:
        raise Conflict(f"{device.asset_tag} is not enrolled; invite it first.")
    return enrolment


def _enrolment(row: Enrolment) -> Row:
    return {
        "device": row.device.asset_tag,
        "person": row.person.number,
        "driver": row.driver,
        "way": row.way,
        "state": row.state,
        "last_seen_at": row.last_seen_at.isoformat() if row.last_seen_at else None,
        "end_reason": row.end_reason or None,
    }


def _command(row: Command) -> Row:
    return {
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "attempts": str(row.attempts),
        "queued_at": row.queued_at.isoformat(),
        "queued_by": row.queued_by,
        "error": row.error or None,
    }


def _shown(row: dict[str, object]) -> Row:
    """A fact for people: long lists by their length."""
    value = row["value"]
    text = f"{len(value)} in the list" if isinstance(value, list) else str(value)
    title = TITLES.get(str(row["fact"]), str(row["fact"]))
    return {
        "fact": title,
        "value": text,
        "source": str(row["source"]),
        "observed_at": str(row["observed_at"]),
    }


def _print(rows: Sequence[Row], *, as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(list(rows), ensure_ascii=False))
        return
    if not rows:
        typer.echo("There is nothing to show.")
        return
    table = Table(*(name.replace("_", " ") for name in rows[0]))
    for row in rows:
        table.add_row(*(Text(value or "—") for value in row.values()))
    Console().print(table)
