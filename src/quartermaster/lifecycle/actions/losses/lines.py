"""The lines of a lost device: suspended after the erasure could arrive, restored when found.

The order matters: a device whose line is suspended first never hears that it is to erase itself.
What is asked of the carrier, and its word, are orders of the room billing.
"""

from django.conf import settings

from quartermaster.billing.actions import line_orders
from quartermaster.billing.queries.line_orders import line_orders_for
from quartermaster.billing.rules.line_orders import LineOrderKind, LineOrderState
from quartermaster.inventory.models import LineStatus
from quartermaster.inventory.queries import sims_in
from quartermaster.inventory.rules.custody import Cause
from quartermaster.jobs.acts import Act
from quartermaster.lifecycle.actions.losses.common import HOUSE
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.rules.losses import suspend_at

BLOCK = "Please put the IMEI on the list of blocked devices, as well."


def cause_of(loss: Loss) -> Cause:
    """What an order to a carrier comes of."""
    return Cause(f"{loss}", "lifecycle.loss", loss.id)


def plan_stops(loss: Loss, doing: Act, *, erasable: bool) -> None:
    """Have the lines in the device suspended: at once, or after the erasure, or after a span."""
    when = suspend_at(doing.at, settings.LOSS_HOURS["line"], erasable=erasable)
    for sim in sims_in(loss.device).filter(retired=False, line__status=LineStatus.ACTIVE):
        assert sim.line_id is not None  # asked for above
        kind = loss.get_kind_display().lower()
        order = line_orders.ask_line_order(
            line_id=sim.line_id,
            kind=LineOrderKind.SUSPEND,
            reason=f"{loss.device.asset_tag} is {kind}.",
            terms=line_orders.Terms(
                due_at=when,
                waits_for="the erasure of the device",
                note=f"The device with this line is {kind}. {BLOCK}",
                cause=cause_of(loss),
            ),
            actor=HOUSE,
            at=doing.at,
        )
        doing.record(
            "lifecycle.loss.line-stop-asked",
            loss,
            line=order.line.number,
            order=str(order.id),
            at_the_latest=when.isoformat(),
        )


def suspend_waiting(loss: Loss, doing: Act) -> None:
    """Suspend what waited for the erasure."""
    waiting = line_orders_for(cause_of(loss)).filter(
        kind=LineOrderKind.SUSPEND.value, state=LineOrderState.ASKED.value
    )
    for order in waiting:
        line_orders.hasten_line_order(
            order_id=order.id,
            reason="The erasure arrived, or was waited for long enough.",
            actor=HOUSE,
            at=doing.at,
        )
        doing.record("lifecycle.loss.line-stop-sent", loss, line=order.line.number)


def release(loss: Loss, doing: Act) -> None:
    """The device is found: lines that were to be suspended for it are in use again."""
    restored = line_orders.undo_for(
        cause=cause_of(loss),
        reason=f"{loss.device.asset_tag} was found.",
        actor=HOUSE,
        at=doing.at,
    )
    for order in restored:
        doing.record("lifecycle.loss.line-restore-asked", loss, line=order.line.number)
