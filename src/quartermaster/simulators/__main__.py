"""Simulated devices on the command line: ``python -m quartermaster.simulators apple ADDRESS``."""

from enum import StrEnum
from typing import Annotated

import httpx
import typer

from quartermaster.simulators.apple import SimulatedDevice, State, ipad, iphone, mac

app = typer.Typer(no_args_is_help=True, help="Simulated devices that speak to the devices' door.")


class Kind(StrEnum):
    """What can be simulated."""

    IPHONE = "iphone"
    IPAD = "ipad"
    MAC = "mac"


_MAKERS = {Kind.IPHONE: iphone, Kind.IPAD: ipad, Kind.MAC: mac}


def _made(kind: Kind, name: str, serial: str, passcode: str) -> State:
    return _MAKERS[kind](name=name, serial=serial, passcode=passcode)


@app.callback()
def simulators() -> None:
    """Simulated devices that speak to the devices' door."""


@app.command()
def apple(
    profile_address: Annotated[str, typer.Argument(help="Address of the enrolment profile.")],
    kind: Kind = Kind.IPHONE,
    name: str = "Simulated device",
    serial: str = "",
    passcode: Annotated[str, typer.Option(help="Empty: the device has none.")] = "",
    connects: Annotated[int, typer.Option(min=0, help="How often to work off the queue.")] = 1,
) -> None:
    """Enrol one simulated Apple device and work off its queue."""
    with httpx.Client(timeout=30) as client:
        device = SimulatedDevice(client, _made(kind, name, serial, passcode))
        device.enrol(profile_address)
        typer.echo(f"Enrolled as {device.enrollment_id or device.state.udid}.")
        for _ in range(connects):
            typer.echo(f"Answered: {', '.join(device.connect()) or 'nothing was asked'}.")


if __name__ == "__main__":
    app()
