"""Verbs on SIMs: which line, which device, and the swap that keeps the line."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory import guards
from quartermaster.inventory.actions.common import (
    lock,
    require_free,
    the_device,
    the_line,
    the_sim,
)
from quartermaster.inventory.custody import NO_CAUSE, Cause, follow
from quartermaster.inventory.models import Device, DeviceStatus, Line, Sim
from quartermaster.inventory.permits import LINE_MANAGE
from quartermaster.inventory.rules.details import SimDetails
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require


def add_sim(
    *,
    details: SimDetails,
    line_id: UUID | None = None,
    device_id: UUID | None = None,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Sim:
    """Enter a SIM card or eSIM profile, loose or in a line without one and in a device."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        same = Sim.objects.filter(iccid=details.iccid)
        require_free(same, "The ICCID", field="iccid")
        sim = Sim(**details.model_dump())
        if line_id is not None:
            sim.line = the_line(line_id)
            require_line_fits(sim, sim.line)
            if sim.line.sims.filter(retired=False).exists():
                raise Conflict(f"The line {sim.line} has a SIM in use. Swap it instead.")
        if device_id is not None:
            sim.device = the_device(device_id)
            require_device_fits(sim, sim.device)
        with guards.told():
            sim.save()
        _ask_guards(sim, at)
        doing.record(
            "inventory.sim.added",
            sim,
            iccid=sim.iccid,
            line=_key(sim.line_id),
            device=_key(sim.device_id),
        )
        follow(sim, doing, "enter", cause)
    return sim


def swap_sim(
    *, line_id: UUID, sim_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Sim:
    """Give a line another SIM; the old one is retired, the line and the device stay."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        line, fresh = the_line(line_id), the_sim(sim_id)
        if fresh.retired or fresh.line_id is not None:
            raise Conflict(f"The SIM {fresh} is in use or retired. Choose a fresh one.")
        require_line_fits(fresh, line)
        old = line.sims.select_for_update().filter(retired=False).first()
        if old is not None:
            fresh.device = old.device if fresh.device is None else fresh.device
            old.retired, old.device = True, None
            old.save(update_fields=["retired", "device"])
            doing.record("inventory.sim.retired", old, line=str(line.id), why="swapped")
            follow(old, doing, "retire", cause)
        if fresh.device is not None:
            require_device_fits(fresh, fresh.device)
        fresh.line = line
        with guards.told():
            fresh.save(update_fields=["line", "device"])
        _ask_guards(fresh, at)
        doing.record(
            "inventory.sim.swapped",
            fresh,
            line=str(line.id),
            before=old.iccid if old else None,
            after=fresh.iccid,
        )
        follow(fresh, doing, "swap", cause)
    return fresh


def put_sim(
    *, sim_id: UUID, device_id: UUID | None, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Sim:
    """Put a SIM into a device, out of whichever it was in; None takes it out."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        sim = the_sim(sim_id)
        device = the_device(device_id) if device_id else None
        if sim.retired:
            raise Conflict(f"The SIM {sim} is retired.")
        if device is not None:
            require_device_fits(sim, device)
        before, sim.device = sim.device_id, device
        with guards.told():
            sim.save(update_fields=["device"])
        _ask_guards(sim, at)
        doing.record("inventory.sim.moved", sim, device=[_key(before), _key(device_id)])
        follow(sim, doing, "put in" if device else "take out", cause)
    return sim


def retire_sim(*, sim_id: UUID, cause: Cause = NO_CAUSE, actor: Actor, at: datetime) -> Sim:
    """Put a SIM out of use for good; its line stays, without one."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        sim = the_sim(sim_id)
        if sim.retired:
            return sim
        sim.retired, sim.device = True, None
        sim.save(update_fields=["retired", "device"])
        doing.record("inventory.sim.retired", sim, line=_key(sim.line_id), why="by hand")
        follow(sim, doing, "retire", cause)
    return sim


def require_line_fits(sim: Sim, line: Line) -> None:
    """Raise `Conflict` unless the line lives and is of the SIM's carrier."""
    if not line.live:
        raise Conflict(f"The line {line} has ended and takes no SIM.")
    if sim.carrier.casefold() != line.carrier.casefold():
        raise Conflict(f"The SIM is of {sim.carrier}, the line {line} of {line.carrier}.")


def require_device_fits(sim: Sim, device: Device) -> None:
    """Raise `Conflict` where the device is no place for a SIM of the City's (G-2)."""
    if device.personal:
        raise Conflict("A SIM of the City does not go into a personal device.")
    if device.status == DeviceStatus.RETIRED:
        raise Conflict(f"{device} is retired and takes no SIM.")
    if sim.eid and device.eid and sim.eid != device.eid:
        raise Conflict(f"The profile is in another chip than that of {device} ({device.eid}).")


def _ask_guards(sim: Sim, at: datetime) -> None:
    if sim.device is not None and sim.device.status == DeviceStatus.ASSIGNED:
        guards.ask(sim.device, sim.device.holder, at)


def _key(key: UUID | None) -> str | None:
    return str(key) if key else None
