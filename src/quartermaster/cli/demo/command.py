"""The command ``demo``: fills an empty ledger with an invented city and lets its devices live."""

import threading
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from quartermaster.cli.demo import bought, city, devices, fairness, push, story, trouble
from quartermaster.kernel.clock import now

console = Console(stderr=True)


def fill() -> bool:
    """Fill the ledger where it is empty; whether it was."""
    if not story.is_empty():
        return False
    columns = (SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        task = bar.add_task("The demo city")
        story.tell(now(), lambda what: bar.update(task, description=f"The demo city: {what}"))
    return True


def show_log_ins() -> None:
    typer.echo(f"\nThe demo city is at {story.where()}. Everybody's password: {city.PASSWORD}")
    for email, what in story.log_ins():
        typer.echo(f"  {email:36} {what}")
    typer.echo("")


def demo(
    devices_only: Annotated[
        bool, typer.Option("--devices-only", help="Leave the ledger and enrol devices alone.")
    ] = False,
    enrol: Annotated[
        int, typer.Option(min=0, max=500, help="How many simulated Apple devices to enrol.")
    ] = 24,
    rounds: Annotated[
        int, typer.Option(min=0, help="How often they wake up and answer afterwards.")
    ] = 6,
    pause: Annotated[float, typer.Option(min=0, help="Seconds between two rounds.")] = 20,
) -> None:
    """Fill an empty ledger with a demo city and enrol simulated devices through the door.

    The devices' door must be open for the second part (“quartermaster serve --demo” does both).
    """
    if not devices_only:
        made = fill()
        kept = "The ledger is not empty; nothing was added."
        typer.echo("The demo city was made." if made else kept)
        show_log_ins()
    if not enrol:
        return
    with bought.running():
        _live(enrol, rounds, pause)


def _live(enrol: int, rounds: int, pause: float) -> None:
    """Let devices enrol through the door and answer, for some rounds or until this ends."""
    if not devices.wait_for_door():
        typer.echo("The devices' door is not open, so no device was enrolled.", err=True)
        raise typer.Exit(1)
    with push.running() as service:
        phones = devices.enrol(enrol, lambda what: typer.echo(what, err=True), service)
        typer.echo(f"{len(phones)} simulated devices enrolled; they answer for a while now.")
        trouble.befall(phones, lambda what: typer.echo(what, err=True))
        fairness.befall(lambda what: typer.echo(what, err=True))
        if service is None:
            devices.live(phones, rounds, pause)
        else:
            threading.Event().wait()  # they come whenever they are woken, until this ends


def register(root: typer.Typer) -> None:
    root.command()(demo)
