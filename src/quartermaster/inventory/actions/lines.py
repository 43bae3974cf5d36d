"""Verbs on lines. A line outlives its SIMs and devices; they change within it."""

from datetime import datetime
from uuid import UUID

from django.utils.timezone import localdate

from quartermaster.inventory.actions.common import (
    lock,
    require_acknowledged,
    require_free,
    the_department,
    the_holder,
    the_line,
)
from quartermaster.inventory.custody import NO_CAUSE, Cause, follow
from quartermaster.inventory.models import LIVE, Line, LineStatus
from quartermaster.inventory.permits import LINE_MANAGE
from quartermaster.inventory.rules.details import LineDetails
from quartermaster.inventory.rules.lives import LINE
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.errors import Conflict
from quartermaster.kernel.permits import Actor, require


def add_line(
    *,
    details: LineDetails,
    department_id: UUID,
    holder_id: UUID | None = None,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Line:
    """Enter a line that was ordered; the carrier's word activates it (G-12)."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        _free(details.number)
        holder = the_holder(holder_id) if holder_id else None
        if holder is not None:
            require_acknowledged(holder, at)
        made = Line.objects.create(
            **details.model_dump(), department=the_department(department_id), holder=holder
        )
        tell_added(made, doing)
        follow(made, doing, "order", cause)
    return made


def change_line(*, line_id: UUID, details: LineDetails, actor: Actor, at: datetime) -> Line:
    """Correct a line's number, carrier, account or plan."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        lock()
        line = the_line(line_id)
        _require_live(line)
        _free(details.number, but=line.id)
        values = details.model_dump()
        fields = [name for name, value in values.items() if getattr(line, name) != value]
        if not fields:
            return line
        before = {name: getattr(line, name) for name in fields}
        for name in fields:
            setattr(line, name, values[name])
        line.save(update_fields=fields)
        after = {name: values[name] for name in fields}
        doing.record("inventory.line.changed", line, before=before, after=after)
    return line


def assign_line(
    *,
    line_id: UUID,
    holder_id: UUID | None,
    department_id: UUID | None = None,
    cause: Cause = NO_CAUSE,
    actor: Actor,
    at: datetime,
) -> Line:
    """Say whose line it is: a person who has acknowledged the policy (S-2), or a department's."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        line = the_line(line_id)
        _require_live(line)
        holder = the_holder(holder_id) if holder_id else None
        if holder is not None:
            require_acknowledged(holder, at)
        before, line.holder = line.holder_id, holder
        place = department_id or (holder.department_id if holder else line.department_id)
        line.department = the_department(place)
        line.save(update_fields=["holder", "department"])
        doing.record(
            "inventory.line.assigned",
            line,
            holder=[str(key) if key else None for key in (before, holder_id)],
            department=str(place),
        )
        follow(line, doing, "assign" if holder else "take back", cause)
    return line


def move_line(
    *, line_id: UUID, verb: str, cause: Cause = NO_CAUSE, actor: Actor, at: datetime
) -> Line:
    """Take one step of a line's life; a line that ends gives up its SIM (G-11, G-12)."""
    with act(actor, at) as doing:
        require(actor, LINE_MANAGE)
        if verb not in LINE.transitions:
            raise Conflict(f"There is no verb “{verb}” for a line.", verb=verb)
        line = the_line(line_id)
        step(line, verb, doing, cause)
    return line


def step(line: Line, verb: str, doing: Act, cause: Cause = NO_CAUSE) -> None:
    """Take one step of the line's life, from exactly the state that was read."""
    was = LineStatus(line.status)
    line.status = LINE.target(verb, was)
    changes: dict[str, object] = {"status": line.status}
    if verb == "activate":
        line.activated_on = changes["activated_on"] = localdate(doing.at)
    if Line.objects.filter(id=line.id, status=was).update(**changes) != 1:
        raise Conflict(f"The line {line} was changed in the meantime. Look at it again.")
    follow(line, doing, verb, cause)
    tell_moved(line, doing, verb, was)


def tell_added(line: Line, doing: Act) -> None:
    doing.record(
        "inventory.line.added",
        line,
        number=line.number,
        carrier=line.carrier,
        status=str(line.status),
        department=str(line.department_id),
        holder=str(line.holder_id) if line.holder_id else None,
    )


def tell_moved(line: Line, doing: Act, verb: str, was: LineStatus) -> None:
    """Write a step of the line's life, and retire the SIM of a line that has ended."""
    doing.record("inventory.line.moved", line, verb=verb, status=[was.value, str(line.status)])
    if line.status in LIVE:
        return
    for sim in line.sims.select_for_update().filter(retired=False):
        sim.retired, sim.device = True, None
        sim.save(update_fields=["retired", "device"])
        doing.record("inventory.sim.retired", sim, line=str(line.id), why="the line has ended")
        follow(sim, doing, "retire", Cause("The line has ended."))


def _require_live(line: Line) -> None:
    if not line.live:
        raise Conflict(f"The line {line} has ended; its record stays as it is.")


def _free(number: str, *, but: UUID | None = None) -> None:
    same = Line.objects.filter(number=number, status__in=LIVE)
    require_free(same, "The number", field="number", but=but)
