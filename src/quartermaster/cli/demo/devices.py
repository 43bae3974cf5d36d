"""The demo city's Apple devices: simulated, enrolled through the devices' door, and kept alive."""

import time
from collections.abc import Callable

import httpx
from django.conf import settings

from quartermaster.cli.demo import push, software
from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Enrolment
from quartermaster.mdm.states import EnrolmentState
from quartermaster.simulators.apple import App, Refused, SimulatedDevice, ipad, iphone, mac
from quartermaster.simulators.apple.services.apns import PushService
from quartermaster.simulators.apple.state import new_recovery_key

HOUSE = system("the demo")
PATIENCE = 60  # seconds for the devices' door to open
APPS = (
    App("com.apple.mobilesafari", "Safari", "26.1"),
    App("com.city.inspect", "Inspections", "4.2", managed=True),
)
ODD_APP = App("com.freeplay.casino", "Lucky Casino", "1.0")
Say = Callable[[str], None]


def wait_for_door() -> bool:
    """Whether the devices' door is open, after waiting for it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{settings.DEVICES_URL}/readyz", timeout=2).is_success:
                return True
        except httpx.HTTPError:
            time.sleep(0.5)
    return False


def enrol(limit: int, say: Say, service: PushService | None = None) -> list[SimulatedDevice]:
    """Enrol simulated devices until ``limit`` are enrolled; those enrolled now.

    With a push service they listen there, and come when they are woken.
    """
    waiting = (
        Device.objects.filter(platform__in=["ios", "ipados", "macos"], status="assigned")
        .exclude(enrolments__state="enrolled")
        .select_related("model", "holder")
    )
    limit -= Enrolment.objects.filter(state=EnrolmentState.ENROLLED).count()
    # tags are numbered from the people who log in onwards, whatever the kind of device
    chosen = sorted(waiting, key=lambda device: device.asset_tag.rpartition("-")[2])[
        : max(limit, 0)
    ]
    enrolled = []
    with httpx.Client(timeout=30) as client:
        for number, device in enumerate(chosen):
            phone = _simulated(client, device, number)
            if service is not None:
                push.listen(phone, service)
            try:
                invited = actions.invite(device=device, consent=True, actor=HOUSE, at=now())
                phone.enrol(f"{settings.DEVICES_URL}/enrol/{invited.token}")
            except (Refused, httpx.HTTPError) as problem:
                say(f"{device.asset_tag} could not enrol: {problem}")
                continue
            enrolled.append(phone)
            say(f"{device.asset_tag} enrolled")
    return enrolled


def live(phones: list[SimulatedDevice], rounds: int, pause: float) -> None:
    """Let the devices wake up now and then and answer what they are asked."""
    for _ in range(rounds):
        with httpx.Client(timeout=30) as client:
            for phone in phones:
                phone.client = client
                try:
                    phone.connect()
                except (Refused, httpx.HTTPError):
                    continue
        time.sleep(pause)


def _simulated(client: httpx.Client, device: Device, number: int) -> SimulatedDevice:
    """Every fifth has no passcode, every seventh an old system, every second Mac is unprotected."""
    holder = device.holder.given_name if device.holder else "City"
    personal = device.ownership == "personal"
    model = device.model.name if device.model else "iPhone"
    product = device.model.identifier if device.model else "iPhone17,3"
    state = _KINDS[device.platform](
        product=product,
        model_name=model,
        name=model if personal else f"{holder}'s {model}",
        serial=device.serial,
        imei=device.imei,
        supervised=not personal and number % 3 == 0,
        passcode="" if number % 5 == 1 else "402913",
        file_vault=True,
        integrity_protected=number % 2 == 0,
        apps=[*APPS, *([ODD_APP] if number % 9 == 4 else [])],  # noqa: PLR2004 (any place will do)
    )
    software.make_known(state, asks_holder=number % 4 == 2)  # noqa: PLR2004 (some do)
    if number % 7 == 3:  # noqa: PLR2004
        state.os_version, state.build = OLD_MAC if state.is_mac else OLD_PHONE
    state.bypass_code = new_recovery_key() if state.supervised else ""
    if state.is_mac:
        state.recovery_key = new_recovery_key()
    return SimulatedDevice(client, state)


OLD_PHONE, OLD_MAC = ("16.7.12", "20H364"), ("14.7.6", "23H626")
_KINDS = {"ios": iphone, "ipados": ipad, "macos": mac}
