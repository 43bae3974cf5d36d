"""What the demo city lost, gave back and let go: a case in each stage, and a lot with its paper."""

from datetime import datetime, timedelta

from django.db.models import QuerySet
from django.utils.timezone import localdate

from quartermaster.inventory.models import Device, DeviceClass, DeviceStatus, Ownership
from quartermaster.kernel.permits import Actor
from quartermaster.lifecycle.actions import disposals, losses, returns
from quartermaster.lifecycle.models import Loss
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.lifecycle.rules.losses import LossKind, Responsibility
from quartermaster.lifecycle.rules.returns import Condition, ItemState, ReturnReason
from quartermaster.lifecycle.rules.sanitising import NextPlace, Technique
from quartermaster.org.models import Person, Standing
from quartermaster.org.queries import actor_for

WEEK, HOUR = timedelta(days=7), timedelta(hours=1)
ITMD, DESK = "2001", "2002"
KEPT = ("2001", "2003", "2004", "2005", "2006")  # those who log in keep what they have


def befall(at: datetime) -> None:
    """Let some of the staff lose and give back what they have, each in a stage of its own."""
    devices = list(_staff(Ownership.CITY).order_by("asset_tag")[:6])
    if len(devices) < 6:  # noqa: PLR2004 (a case for each stage)
        return
    wanted, stolen, found, broken, asked, given = devices
    _lost(wanted, at)
    _stolen(stolen, at)
    _found(found, at)
    _broken(broken, at)
    returns.open_return(device_id=asked.id, reason=ReturnReason.NOT_NEEDED, actor=_itmd(at), at=at)
    _given_back(given, at)


def _staff(ownership: str) -> QuerySet[Device]:
    rows = Device.objects.filter(
        ownership=ownership, status=DeviceStatus.ASSIGNED, device_class=DeviceClass.SMARTPHONE
    )
    there = rows.filter(holder__standing=Standing.ACTIVE)
    return there.exclude(holder__number__in=KEPT).select_related("holder")


def _itmd(at: datetime, number: str = ITMD) -> Actor:
    return actor_for(Person.objects.get(number=number), at)


def _report(device: Device, kind: LossKind, place: str, story: str, at: datetime) -> Loss:
    assert device.holder is not None
    said = losses.LossReport.of(
        kind=kind, happened_at=at - 3 * HOUR, place=place, story=story, records_pending=True
    )
    holder = actor_for(device.holder, at)
    return losses.report_loss(device_id=device.id, report=said, actor=holder, at=at)


def _lost(device: Device, at: datetime) -> None:
    """Not found yet: everything is still to be decided."""
    _report(device, LossKind.LOST, "Bus line 7", "I left it on the seat when I got off.", at)


def _stolen(device: Device, at: datetime) -> None:
    """Stolen, with the police report; somebody else at ITMD must agree to the write-off."""
    story = "A window of the truck was broken while I was in the basement."
    loss = _report(device, LossKind.STOLEN, "Third Street", story, at)
    ida = _itmd(at)
    losses.enter_police_report(
        loss=loss, number="MPD-26-44102", reported_on=localdate(at), actor=ida, at=at
    )
    assert device.holder is not None
    side = "The phone lay in the glove box, which was locked."
    losses.state_side(loss=loss, text=side, actor=actor_for(device.holder, at), at=at)
    losses.decide_responsibility(
        loss=loss,
        responsibility=Responsibility.NONE,
        reason="It was locked away; the police has the report.",
        actor=ida,
        at=at,
    )
    desk = _itmd(at, DESK)
    disposals.ask_write_off(loss=loss, reason="Not found in two weeks", actor=desk, at=at)


def _found(device: Device, at: datetime) -> None:
    """Found before anything was erased."""
    loss = _report(device, LossKind.LOST, "City Hall", "Gone after the meeting.", at)
    assert device.holder is not None
    holder = actor_for(device.holder, at)
    losses.mark_found(loss=loss, where="Under a chair in room 201", actor=holder, at=at)


def _broken(device: Device, at: datetime) -> None:
    """In repair, back next week."""
    loss = _report(device, LossKind.DAMAGED, "Pump station", "It fell, the screen broke.", at)
    losses.send_to_repair(
        loss=loss,
        vendor="Lakeside Device Repair",
        cost_cents=89_00,
        due_on=localdate(at + WEEK),
        actor=_itmd(at),
        at=at,
    )


def _given_back(device: Device, at: datetime) -> None:
    """Given back, sanitised by one, verified by another, and auctioned in a lot."""
    ida, desk = _itmd(at), _itmd(at, DESK)
    assert device.holder is not None
    row = returns.open_return(device_id=device.id, reason=ReturnReason.REPLACED, actor=ida, at=at)
    holder = actor_for(device.holder, at)
    returns.state_nothing_left(row=row, confirmed=True, actor=holder, at=at)
    for item in row.items.filter(state=ItemState.OPEN):
        missing = item.code == "charger"
        state = ItemState.MISSING if missing else ItemState.DONE
        returns.answer_item(item=item, state=state, actor=desk, at=at)
    returns.receive_return(row=row, condition=Condition.WORN, actor=desk, at=at)
    details = returns.SanitisationDetails.of(
        technique=Technique.RESET,
        tool="Erase all content and settings",
        tool_version="18.1",
        next_place=NextPlace.SURPLUS,
    )
    log = f"{device.asset_tag} {device.serial}\nErase all content and settings: done\n".encode()
    done = returns.record_sanitisation(
        device_id=device.id,
        details=details,
        evidence=[returns.Evidence("erase-log.txt", log, "text/plain")],
        actor=desk,
        at=at,
    )
    how = "It starts with the setup assistant and asks for a language"
    returns.verify_sanitisation(row=done, passed=True, how=how, actor=ida, at=at)
    lot = disposals.open_lot(title="Phones replaced this year", actor=desk, at=at)
    disposals.add_to_lot(lot=lot, device_id=device.id, actor=desk, at=at)
    disposals.approve_lot(lot=lot, actor=ida, at=at)
    disposals.dispose_lot(
        lot=lot,
        way=Way.AUCTIONED,
        document="SO-2026-0319",
        disposed_on=localdate(at),
        proceeds_cents=64_50,
        actor=desk,
        at=at,
    )
