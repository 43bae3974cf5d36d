"""Bringing a device to what is required of it: the difference, and nothing twice."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor
from quartermaster.mdm.abilities import Declares
from quartermaster.mdm.actions.commands import queue_orders
from quartermaster.mdm.actions.declaring import announce, withdraw
from quartermaster.mdm.driver import Compiled, Driver, Means, Order, driver_named
from quartermaster.mdm.models import Command, DeclaredState, Enrolment, StoredFact
from quartermaster.mdm.posture import REFUSED
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

    What a device refused is not sent again by itself; ``again`` is a person's wish to try. What a
    declaration replaces stays until the device says that the declaration stands: at no moment is
    a setting carried by neither.
    """
    driver = driver_named(enrolment.driver)
    if again:
        StoredFact.objects.filter(device_id=enrolment.device_id, key=REFUSED).delete()
    compiled = wanted_for(enrolment.device, at)
    present = _present(enrolment, again=again)
    with act(actor, at):
        orders = [
            *_installs(enrolment, driver, compiled, present, at),
            *_removals(enrolment, driver, compiled, present),
        ]
        if not orders:
            return Configured([], compiled)
        # what the device says of itself changes with what it is told: ask it again at the end
        asked = [*orders, *driver.inventory(context_of(enrolment.device))]
        commands = queue_orders(enrolment=enrolment, orders=asked, actor=actor, at=at)
    return Configured(commands, compiled)


def _installs(
    enrolment: Enrolment,
    driver: Driver,
    compiled: Compiled,
    present: Mapping[str, str],
    at: datetime,
) -> Iterator[Order]:
    waits = _profiles_to_come(enrolment, driver, compiled)
    for payload in compiled.payloads:
        if present.get(payload.key) != payload.digest:
            if payload.means is Means.DECLARATION and waits:
                continue
            if payload.means is Means.DECLARATION:
                announce(enrolment, payload, at)
            yield _install(driver.install(payload), payload.key, payload.digest)


def _removals(
    enrolment: Enrolment, driver: Driver, compiled: Compiled, present: Mapping[str, str]
) -> Iterator[Order]:
    wanted = {payload.key for payload in compiled.payloads}
    waiting = _not_replaced_yet(enrolment, compiled)
    if isinstance(driver, Declares) and _profiles_to_come(enrolment, driver, compiled):
        waiting |= {driver.declared_key}
    for key, digest in present.items():
        if key in wanted or not digest or key in waiting:
            continue
        if isinstance(driver, Declares) and key == driver.declared_key:
            withdraw(enrolment)
        yield _install(driver.remove(key), key, "")


def _not_replaced_yet(enrolment: Enrolment, compiled: Compiled) -> frozenset[str]:
    """The payloads that stay for now: what is to replace them does not stand yet."""
    parts = [part for payload in compiled.payloads for part in payload.parts if part.replaces]
    if not parts:
        return frozenset()
    rows = DeclaredState.objects.filter(enrolment=enrolment, active=True, valid="valid")
    standing = dict(rows.values_list("identifier", "token"))
    return frozenset(part.replaces for part in parts if standing.get(part.key) != part.token)


def _profiles_to_come(enrolment: Enrolment, driver: Driver, compiled: Compiled) -> bool:
    """Whether a part that stands is to come by a payload that the device has not taken yet.

    Until it has, nothing else is declared: the part would go before the payload is there.
    """
    if not isinstance(driver, Declares):
        return False
    rows = DeclaredState.objects.filter(enrolment=enrolment, active=True, valid="valid")
    instead = {driver.stands_for(name) for name in rows.values_list("identifier", flat=True)}
    payloads = [payload for payload in compiled.payloads if payload.key in instead]
    return any(
        not Command.objects.filter(
            enrolment=enrolment,
            key=f"{INSTALL}{payload.key}",
            digest=payload.digest,
            state=CommandState.ACKNOWLEDGED,
        ).exists()
        for payload in payloads
    )


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
