"""Commands on what destroys: ``quartermaster mdm erase``. Approving is not among them."""

import json
from typing import Annotated
from uuid import UUID

import typer

from quartermaster.cli.terminal import person_at_terminal
from quartermaster.inventory.queries import device_named
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import Conflict, NotFound
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions, queries
from quartermaster.mdm.models import DestructiveRequest, Enrolment
from quartermaster.mdm.rules.destruction import Kind, RequestState

erase = typer.Typer(
    help="Erasing and letting go: ask, look, stop. A second person approves on the page.",
    no_args_is_help=True,
)
HERE = system("command line")


@erase.command("request")
def request(
    tags: Annotated[list[str], typer.Argument(help="Asset tags, serial numbers or IMEIs.")],
    reason: Annotated[str, typer.Option(help="Why; the second person reads it.")],
    email: Annotated[str, typer.Option(help="Who asks; the password is asked for.")],
    kind: Annotated[Kind, typer.Option(help="What is asked for.")] = Kind.WIPE,
    said: Annotated[
        list[str] | None, typer.Option("--with", help="Such as return_to_service.")
    ] = None,
    despite_hold: Annotated[
        bool,
        typer.Option(
            "--despite-hold", help="In spite of a hold: the records custodian alone can agree."
        ),
    ] = False,
) -> None:
    """Ask that devices be erased or let go, as a person who types their password."""
    found = [_enrolled(tag) for tag in tags]
    made = actions.request_destruction(
        kind=kind,
        enrolments=found,
        arguments=dict.fromkeys(said or [], "yes"),
        reason=reason,
        despite_hold=despite_hold,
        actor=person_at_terminal(email),
        at=now(),
    )
    typer.echo(f"Request {made.id} needs a second person. It removes:")
    for line in made.statement.splitlines():
        typer.echo(f"- {line}")


@erase.command("list")
def list_requests(
    state: Annotated[RequestState | None, typer.Option(help="Only those in this state.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
) -> None:
    """List requests, the newest first."""
    rows = queries.destructive_requests_visible_to(HERE)
    if state is not None:
        rows = rows.filter(state=state)
    lines = [_line(row) for row in rows]
    if as_json:
        typer.echo(json.dumps(lines, ensure_ascii=False))
        return
    for line in lines:
        typer.echo(
            f"{line['id']}  {line['kind']}, {line['state']}: {line['devices'] or 'no device'}"
        )
        second = line["second_person"] or "nobody yet"
        typer.echo(f"    asked by {line['requester']}, second person {second}: {line['reason']}")
    if not lines:
        typer.echo("There is nothing to show.")


@erase.command("stop")
def stop(
    reason: Annotated[str, typer.Option(help="Why; it stays in the ledger.")],
    one: Annotated[UUID | None, typer.Argument(help="The id of the request.")] = None,
    everything: Annotated[
        bool, typer.Option("--everything", help="All requests that are not done.")
    ] = False,
) -> None:
    """Stop one request, or everything that is not done yet."""
    if everything == (one is not None):
        raise Conflict("Name one request, or say --everything.")
    if one is not None:
        actions.stop_destruction(request_id=one, reason=reason, actor=HERE, at=now())
        typer.echo("The request was stopped.")
        return
    stopped = actions.stop_everything(reason=reason, actor=HERE, at=now())
    typer.echo(f"Stopped: {len(stopped)}.")


def _enrolled(tag: str) -> Enrolment:
    device = device_named(HERE, tag)
    if device is None:
        raise NotFound(f"There is no device that goes by {tag}.")
    enrolment = queries.enrolment_now(device.id)
    if enrolment is None:
        raise Conflict(f"{device.asset_tag} is not enrolled; nothing can be sent to it.")
    return enrolment


def _line(row: DestructiveRequest) -> dict[str, str | None]:
    tags = row.targets.order_by("id").values_list("enrolment__device__asset_tag", flat=True)
    approval = getattr(row, "approval", None)
    return {
        "id": str(row.id),
        "kind": row.kind,
        "state": row.state,
        "devices": ", ".join(tags),
        "requester": row.requester.name,
        "second_person": approval.approver.name if approval else None,
        "due_at": row.due_at.isoformat() if row.due_at else None,
        "reason": row.reason,
        "note": row.note or None,
    }
