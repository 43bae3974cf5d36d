"""What is in the pool."""

from datetime import datetime
from uuid import UUID

from quartermaster.inventory.models import DeviceClass, DeviceStatus
from quartermaster.inventory.queries import device_for_update
from quartermaster.jobs.acts import act
from quartermaster.kernel.errors import Conflict, InvalidInput
from quartermaster.kernel.permits import Actor, require
from quartermaster.kernel.worded import values
from quartermaster.kernel.words import said
from quartermaster.lifecycle.models import Loan, PoolHotspot, Reservation
from quartermaster.lifecycle.request_permits import POOL_MANAGE
from quartermaster.lifecycle.rules.loans import LIVE_LOANS


def add_to_pool(
    *, device_id: UUID, label: str, department_id: UUID | None = None, actor: Actor, at: datetime
) -> PoolHotspot:
    """Put a hot-spot out of stock into the pool: of the city, or of a department (G-8)."""
    with act(actor, at) as doing:
        require(actor, POOL_MANAGE)
        device = device_for_update(device_id)
        if device.device_class != DeviceClass.HOTSPOT or device.personal:
            raise InvalidInput("Only a hot-spot of the City's is lent out of the pool.")
        if device.status != DeviceStatus.IN_STOCK:
            raise Conflict(f"{device} is not in stock. Take it back first.")
        if Reservation.objects.filter(device=device, ended_at=None).exists():
            raise Conflict(f"{device} is kept for somebody.")
        name = said(
            " ".join(label.split()),
            "Give it a name that people know it by",
            field="label",
            longest=60,
        )
        others = PoolHotspot.objects.filter(removed_at=None)
        if others.filter(device=device).exists():
            raise Conflict(f"{device} is in the pool already.")
        if others.filter(label=name).exists():
            raise InvalidInput("Another hot-spot of the pool has this name.", field="label")
        made, _ = PoolHotspot.objects.update_or_create(
            device=device,
            defaults={
                "label": name,
                "department_id": department_id,
                "home_id": department_id or device.department_id,
                "added_at": at,
                "removed_at": None,
            },
        )
        doing.record("lifecycle.pool.added", made, device=device.asset_tag, label=name)
    return made


def remove_from_pool(*, hotspot: PoolHotspot, actor: Actor, at: datetime) -> PoolHotspot:
    """Take a hot-spot out of the pool; not while somebody has or has reserved it (G-8)."""
    with act(actor, at) as doing:
        require(actor, POOL_MANAGE)
        device_for_update(hotspot.device_id)
        if Loan.objects.filter(hotspot=hotspot, state__in=values(LIVE_LOANS)).exists():
            raise Conflict(f"{hotspot} is lent or reserved. Wait, or call those loans off first.")
        rows = PoolHotspot.objects.filter(id=hotspot.id, removed_at=None)
        if rows.update(removed_at=at) != 1:
            raise Conflict(f"{hotspot} is not in the pool any longer.")
        hotspot.refresh_from_db()
        doing.record("lifecycle.pool.removed", hotspot, label=hotspot.label)
    return hotspot
