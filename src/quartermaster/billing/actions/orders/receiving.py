"""Receiving by scanning: what is good goes into stock, what is wrong goes back."""

from datetime import datetime
from typing import Any
from uuid import UUID

from quartermaster.billing.actions.common import (
    HOUSE,
    bounded,
    lines_of,
    move,
    one,
    the_order,
    today,
)
from quartermaster.billing.errors import NotReceivable
from quartermaster.billing.events import PieceReceived
from quartermaster.billing.models import Order, OrderLine, Piece, Service
from quartermaster.billing.permits import ORDER_RECEIVE
from quartermaster.billing.queries.orders import outstanding
from quartermaster.billing.queries.receiving import Row, Verdict, checked
from quartermaster.billing.rules.orders import ORDER, LineKind, OrderState, PieceState
from quartermaster.billing.rules.scans import Scan
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Accessory, Device, Line, Ownership, Sim
from quartermaster.inventory.rules.details import (
    AccessoryDetails,
    DeviceDetails,
    LineDetails,
    SimDetails,
)
from quartermaster.jobs.acts import Act, act
from quartermaster.kernel.permits import Actor, require


def receive(
    *,
    order_id: UUID,
    line_id: UUID,
    pieces: str,
    return_wrong: bool = False,
    actor: Actor,
    at: datetime,
) -> list[Row]:
    """Take pieces of one line in as they were scanned, all of them or none (G-12).

    What is wrong (known already, another model, more than ordered, unreadable) stops the whole,
    or with ``return_wrong`` goes back to the vendor and is kept with the reason.

    Raises:
        NotReceivable: something is wrong, and is not to go back.
    """
    with act(actor, at) as doing:
        require(actor, ORDER_RECEIVE)
        order = the_order(order_id)
        ORDER.target("receive", OrderState(order.state))
        line = one(lines_of(order), line_id, "line of this order")
        rows = checked(line, pieces)
        wrong = [row for row in rows if row.verdict is Verdict.WRONG]
        if wrong and not return_wrong:
            first = wrong[0]
            raise NotReceivable(f"Row {first.scan.row}, {first.scan.text}: {first.said}")
        for row in rows:
            if row.verdict is Verdict.GOOD:
                _take(line, row.scan, doing)
            else:
                _send_back(line, row, doing)
        _step(order, doing)
        doing.record(
            "billing.order.received",
            order,
            number=order.number,
            line=line.place,
            taken=[row.scan.text for row in rows if row.verdict is Verdict.GOOD],
            returned=[f"{row.scan.text}: {row.said}" for row in wrong],
        )
    return rows


def _step(order: Order, doing: Act) -> None:
    lines = list(order.lines.filter(live=True))
    if all(outstanding(line) == 0 for line in lines):
        move(order, "receive", doing)
    elif Piece.objects.filter(line__order=order, state=PieceState.KEPT.value).exists():
        move(order, "receive in part", doing)


def _send_back(line: OrderLine, row: Row, doing: Act) -> None:
    Piece.objects.create(
        line=line,
        scanned=bounded(row.scan.text, 300, "pieces") or "—",
        state=PieceState.RETURNED.value,
        reason=row.said[:300],
        received_at=doing.at,
        received_by=doing.actor.label,
    )


def _take(line: OrderLine, scan: Scan, doing: Act) -> None:
    kind = LineKind(line.kind)
    device = _device(line, scan, doing) if kind is LineKind.DEVICE else None
    accessory = _accessory(line, scan, doing) if kind is LineKind.ACCESSORY else None
    service, sim = None, None
    if line.plan is not None:
        service, sim = _line_and_sim(line, scan, device or line.for_device, doing)
    Piece.objects.create(
        line=line,
        scanned=bounded(scan.text, 300, "pieces"),
        device=device,
        accessory=accessory,
        sim=sim,
        received_at=doing.at,
        received_by=doing.actor.label,
    )
    doing.emit(
        PieceReceived(
            order_id=line.order_id,
            request_item_id=line.request_item_id,
            device_id=device.id if device else None,
            accessory_id=accessory.id if accessory else None,
            line_id=service.id if service else None,
            received_by_id=doing.actor.person_id,
        )
    )


def _device(line: OrderLine, scan: Scan, doing: Act) -> Device:
    assert line.item is not None  # constraints say so
    assert line.item.model is not None
    model = line.item.model
    numbers = {name: scan.found.get(name, "") for name in ("serial", "imei", "imei2", "eid")}
    return inventory.register(
        details=DeviceDetails.of(
            device_class=model.device_class,
            platform=model.platform,
            ownership=Ownership.CITY,
            acquired_on=today(doing.at),
            note=f"Ordered by {line.order.number}",
            **numbers,
        ),
        department_id=line.department_id,
        model_id=model.id,
        actor=HOUSE,
        at=doing.at,
    )


def _accessory(line: OrderLine, scan: Scan, doing: Act) -> Accessory:
    assert line.item is not None  # a constraint says so
    return inventory.add_accessory(
        details=AccessoryDetails.of(
            asset_tag=scan.found.get("serial", ""),
            kind=line.item.accessory_kind,
            name=line.item.name,
        ),
        department_id=line.department_id,
        actor=HOUSE,
        at=doing.at,
    )


def _line_and_sim(
    line: OrderLine, scan: Scan, device: Device | None, doing: Act
) -> tuple[Line | None, Sim | None]:
    """The line and the SIM of a piece, as far as their numbers are known yet."""
    assert line.plan is not None
    contract = line.order.contract
    number, iccid = scan.found.get("number"), scan.found.get("iccid")
    by: dict[str, Any] = {"actor": HOUSE, "at": doing.at}
    subscription = None
    if number:
        subscription = inventory.add_line(
            details=LineDetails.of(
                number=number, carrier=contract.vendor, account=line.account, plan=line.plan.name
            ),
            department_id=line.department_id,
            **by,
        )
    sim = None
    if iccid:
        sim = inventory.add_sim(
            details=SimDetails.of(iccid=iccid, carrier=contract.vendor),
            line_id=subscription.id if subscription else None,
            device_id=device.id if device else None,
            **by,
        )
    if subscription is not None or sim is not None:
        Service.objects.create(
            line=subscription,
            sim=sim,
            plan=line.plan,
            order_line=line,
            account=line.account,
            from_on=today(doing.at),
            entered_at=doing.at,
            entered_by=doing.actor.label,
        )
    return subscription, sim
