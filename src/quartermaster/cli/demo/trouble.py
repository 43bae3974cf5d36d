"""What goes wrong in the demo city: a device is lost and found, and an update finds no room."""

import time
from collections.abc import Callable

import httpx

from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.states import OPEN_COMMANDS, EnrolmentState
from quartermaster.simulators.apple import SimulatedDevice
from quartermaster.simulators.apple.state import Update

HELP_DESK = system("help desk of the demo")
ROUNDS = 60  # seconds, where a device comes when it is woken
PLACE = (44.51330, -88.01326, 18.0)
UPDATE = Update("18.2", "22C152", "iOSUpdate22C152")


def befall(devices: list[SimulatedDevice], say: Callable[[str], None]) -> None:
    """Let the first two supervised phones or tablets have something to tell."""
    able = [item for item in devices if item.state.supervised and not item.state.is_mac]
    for device, happen in zip(able, (_is_lost, _is_full), strict=False):
        try:
            _settle(device)
            happen(device)
        except HouseError as problem:
            say(f"{device.state.name}: {problem.message}")


def _is_lost(device: SimulatedDevice) -> None:
    device.state.position, device.state.positioned_at = PLACE, now().isoformat()
    reason = "Left on the bus of line 7, reported by its holder"
    said = {"message": "Please call the City of this device.", "phone": "+1 555 0100"}
    _do(device, "lost-mode-on", reason, **said)
    _do(device, "locate", reason)


def _is_full(device: SimulatedDevice) -> None:
    device.state.updates, device.state.short_of_space = [UPDATE], True
    _do(device, "update-system", "Closes a hole that is being used", version=UPDATE.version)


def _do(device: SimulatedDevice, verb: str, reason: str, **said: str) -> None:
    enrolment = Enrolment.objects.select_related("device").get(
        external_id=device.state.udid, state=EnrolmentState.ENROLLED
    )
    actions.perform(
        enrolment=enrolment, verb=verb, arguments=said, reason=reason, actor=HELP_DESK, at=now()
    )
    _settle(device)


def _settle(device: SimulatedDevice) -> None:
    """The device answers what it is asked, and the house learns from it, until both are done.

    A device that listens to a push service comes by itself; another one is made to come.
    """
    waiting = Command.objects.filter(
        enrolment__external_id=device.state.udid, state__in=sorted(OPEN_COMMANDS)
    )
    for _ in range(ROUNDS):
        outbox.deliver_due(now())
        if not waiting.exists():
            break
        if device.on_token is None:
            with httpx.Client(timeout=30) as client:
                device.client = client
                device.connect()
        else:
            time.sleep(1)
    outbox.deliver_due(now())
