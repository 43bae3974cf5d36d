"""How a line stands with its carrier, and how that carrier is reached."""

from quartermaster.billing.models import CarrierAccess, LineOrder
from quartermaster.billing.rules.line_orders import (
    WITH_CARRIER,
    LineOrderKind,
    LineOrderState,
    Standing,
)
from quartermaster.inventory import carriers
from quartermaster.inventory.carriers import BY_HAND, Adapter, Subscriber
from quartermaster.inventory.models import Line


def access_for(line: Line) -> CarrierAccess | None:
    """How the line's carrier is reached: by the access of its account, or of the carrier."""
    rows = CarrierAccess.objects.filter(carrier__iexact=line.carrier)
    return rows.filter(account__in={"", line.account}).order_by("-account").first()


def adapter_for(order: LineOrder, access: CarrierAccess | None) -> Adapter:
    """The adapter for an order: a person's where it must be, or where no other can do it."""
    if order.by_hand or access is None or not carriers.known(access.adapter):
        return carriers.adapter(BY_HAND)
    if access.locked and not order.with_carrier:
        return carriers.adapter(BY_HAND)  # nobody waits for a password to be mended
    found = carriers.adapter(access.adapter)
    if order.by_itself and not found.abilities.reads:
        return carriers.adapter(BY_HAND)
    return found if order.kind in found.abilities.verbs else carriers.adapter(BY_HAND)


def subscriber_of(line: Line) -> Subscriber:
    """By what the carrier knows the line."""
    sim = line.sims.select_related("device").filter(retired=False).first()
    device = sim.device if sim else None
    return Subscriber(
        number=line.number,
        iccid=sim.iccid if sim else "",
        imei=device.imei if device else "",
        account=line.account,
    )


def standing_of(line: Line) -> Standing:
    """What is known of the line, for the rules."""
    last = suspension_in_force(line)
    asked = LineOrder.objects.filter(line=line, kind=LineOrderKind.SUSPEND.value)
    return Standing(
        status=line.status,
        comes_back=last is not None and last.restores_on is not None,
        suspending=asked.filter(state__in=[item.value for item in WITH_CARRIER]).exists(),
    )


def suspension_in_force(line: Line) -> LineOrder | None:
    """The order by which the line is suspended, where it is."""
    rows = LineOrder.objects.filter(line=line, state=LineOrderState.CONFIRMED.value)
    last = rows.filter(kind__in=["suspend", "restore"]).order_by("-settled_at", "-id").first()
    return last if last is not None and last.kind == LineOrderKind.SUSPEND else None
