"""Bringing a device to what is required of it: the difference, and nothing twice."""

from dataclasses import dataclass
from datetime import datetime

from quartermaster.kernel.permits import Actor
from quartermaster.mdm.actions.commands import queue_orders
from quartermaster.mdm.driver import Compiled, Order, driver_named
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.queries import context_of, wanted_for
from quartermaster.mdm.states import INSTALL, OPEN_COMMANDS, CommandState


@dataclass(frozen=True)
class Configured:
    """What was queued, and what this platform cannot be made to do."""

    commands: list[Command]
    compiled: Compiled


def configure_device(
    *, enrolment: Enrolment, again: bool = False, actor: Actor, at: datetime
) -> Configured:
    """Queue what differs between what is required and what was last sent (G-3, G-10, C-5).

    What a device refused is not sent again by itself; ``again`` is a person's wish to try.
    """
    driver = driver_named(enrolment.driver)
    compiled = wanted_for(enrolment.device, at)
    present = _present(enrolment, again=again)
    orders = [
        _install(driver.install(payload), payload.key, payload.digest)
        for payload in compiled.payloads
        if present.get(payload.key) != payload.digest
    ]
    wanted = {payload.key for payload in compiled.payloads}
    orders += [
        _install(driver.remove(key), key, "")
        for key, digest in present.items()
        if key not in wanted and digest
    ]
    if not orders:
        return Configured([], compiled)
    # what the device says of itself changes with what it is told: ask it again at the end
    asked = [*orders, *driver.inventory(context_of(enrolment.device))]
    commands = queue_orders(enrolment=enrolment, orders=asked, actor=actor, at=at)
    return Configured(commands, compiled)


def _install(order: Order, key: str, digest: str) -> Order:
    return Order(order.kind, order.render, key=f"{INSTALL}{key}", digest=digest)


def _present(enrolment: Enrolment, *, again: bool) -> dict[str, str]:
    """What was last sent or installed, by payload.

    What a device had before it started over (its enrolment is dated anew) counts no longer.
    """
    kept = {*OPEN_COMMANDS, CommandState.ACKNOWLEDGED}
    if not again:
        kept.add(CommandState.FAILED)
    rows = Command.objects.filter(
        enrolment=enrolment,
        key__startswith=INSTALL,
        state__in=kept,
        queued_at__gte=enrolment.enrolled_at or enrolment.created_at,
    ).order_by("queued_at", "id")
    return {row.key.removeprefix(INSTALL): row.digest for row in rows}
