"""What is in stock, by what it can do."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from quartermaster.inventory.models import Accessory, Device, DeviceStatus, Line, LineStatus
from quartermaster.inventory.models.devices import Ownership


def devices_in_stock(
    device_class: str, capabilities: Iterable[str] = (), department_id: UUID | None = None
) -> QuerySet[Device]:
    """The City's devices in stock of a class that can do all of this; the department's own first.

    A capability counts where the model names it.
    """
    rows = Device.objects.select_related("model", "department").filter(
        device_class=device_class,
        status=DeviceStatus.IN_STOCK,
        ownership=Ownership.CITY,
        needs_sanitising=False,
    )
    for name in capabilities:
        rows = rows.filter(model__capabilities__contains=[name])
    return rows.order_by(*_own_first(department_id), "acquired_on", "asset_tag")


def accessories_in_stock(kind: str, department_id: UUID | None = None) -> QuerySet[Accessory]:
    """The accessories of a kind that nobody has."""
    rows = Accessory.objects.select_related("department")
    rows = rows.filter(kind=kind, holder=None, retired=False)
    return rows.order_by(*_own_first(department_id), "asset_tag")


def lines_in_stock(department_id: UUID | None = None) -> QuerySet[Line]:
    """The lines that are nobody's, with no device in use behind them."""
    rows = Line.objects.select_related("department").filter(
        holder=None, status__in=[LineStatus.ORDERED, LineStatus.ACTIVE]
    )
    in_use = Q(sims__retired=False) & ~Q(sims__device=None)
    return rows.exclude(in_use).order_by(*_own_first(department_id), "number")


def _own_first(department_id: UUID | None) -> tuple[Case, ...]:
    if department_id is None:
        return ()
    own = When(department_id=department_id, then=Value(0))
    return (Case(own, default=Value(1), output_field=IntegerField()),)
