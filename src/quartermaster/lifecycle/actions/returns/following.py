"""Returns of devices that came back by another way, or are another's by now (C-3)."""

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from quartermaster.inventory.models import DeviceStatus
from quartermaster.jobs.acts import act
from quartermaster.kernel.permits import Actor, require
from quartermaster.lifecycle.actions.returns.common import move, tell
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.return_permits import RETURN_KEEP
from quartermaster.lifecycle.rules.returns import ReturnState

OTHERWISE = "It is not with you any longer: it came back by another way."


def follow_device(*, device_id: UUID, actor: Actor, at: datetime) -> int:
    """Ask nobody any longer for a device that they do not have; how many returns end (C-3).

    A count that finds it on the shelf, or a loss that ends in stock, moves it without a checklist.
    What records may lie on it stays announced.
    """
    with act(actor, at) as doing:
        require(actor, RETURN_KEEP)
        rows = Return.objects.select_for_update(of=("self",)).filter(
            Q(device__status=DeviceStatus.IN_STOCK)
            | Q(device__holder__isnull=False) & ~Q(device__holder=F("holder")),
            device_id=device_id,
            state=ReturnState.EXPECTED,
        )
        ended = 0
        for row in rows.select_related("device", "holder"):
            move(row, "cancel", at, closing=OTHERWISE)
            doing.record("lifecycle.return.cancelled", row, reason=OTHERWISE)
            tell(row, "elsewhere", "elsewhere", [row.holder], doing)
            ended += 1
    return ended
