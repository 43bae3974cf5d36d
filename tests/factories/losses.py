"""Losses as people report them, and what becomes of them by the house's own steps."""

from datetime import date, timedelta
from typing import Any

from quartermaster.billing.actions.line_orders import confirm_line_order
from quartermaster.billing.models import LineOrder
from quartermaster.billing.queries.line_orders import line_orders_for
from quartermaster.inventory.models import Device, Line
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import losses
from quartermaster.lifecycle.actions.losses.lines import cause_of
from quartermaster.lifecycle.models import Loss, SecondDevice
from quartermaster.mdm import actions as mdm
from quartermaster.mdm import destruction, settling
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.models import Command, Enrolment
from quartermaster.mdm.poll import Answered, Outcome
from quartermaster.mdm.posture import Fact
from tests.cast import LONG_AGO
from tests.factories import inventory as make
from tests.factories import mdm as enrol
from tests.factories.destruction import approved
from tests.factories.org import PersonFactory

HOUSE = system("test")
HOUR = timedelta(hours=1)


def phone(holder: Any, at: Any, *, supervised: bool = True, line: bool = True) -> Device:
    """A City phone with a line, enrolled, that somebody holds."""
    _allow_another(holder, "smartphone")
    device = make.DeviceFactory(
        holder=holder,
        department=holder.department,
        model=make.DeviceModelFactory(capabilities=["5G", "camera", "eSIM"]),
    )
    keep_facts(device.id, {"supervised": Fact(supervised, "test", at)})
    enrol.enrolled(device, at)
    if line:
        number = make.LineFactory(holder=holder, department=holder.department)
        make.SimFactory(device=device, line=number)
    return device


def _allow_another(holder: Any, device_class: str) -> None:
    """Who has a cellular device already may hold one more (G-8)."""
    if not holder.devices.exists():
        return
    SecondDevice.objects.create(
        person=holder,
        device_class=device_class,
        reason="On call at two plants",
        authorised_by=PersonFactory(),
        authorised_at=LONG_AGO,
        until=date(2099, 1, 1),
    )


def hotspot(holder: Any) -> Device:
    """A hot-spot with its line."""
    _allow_another(holder, "hotspot")
    device = make.HotspotFactory(holder=holder, department=holder.department)
    line = make.LineFactory(holder=holder, department=holder.department)
    make.SimFactory(device=device, line=line)
    return device


def report(kind: str, at: Any, **more: Any) -> losses.LossReport:
    given = {
        "happened_at": at - HOUR,
        "place": "Bus line 7",
        "story": "I left it on the seat.",
        **more,
    }
    return losses.LossReport.of(kind=kind, **given)


def reported(device: Device, actor: Any, at: Any, kind: str = "lost", **more: Any) -> Loss:
    made = losses.report_loss(
        device_id=device.id, report=report(kind, at, **more), actor=actor, at=at
    )
    made.refresh_from_db()
    return made


def line_of(device: Device) -> Line:
    line = Line.objects.get(sims__device=device)
    line.refresh_from_db()
    return line


def order_for(loss: Loss, kind: str = "suspend") -> LineOrder:
    """What the carrier was asked because of the loss."""
    return line_orders_for(cause_of(loss)).filter(kind=kind).latest("asked_at")


def carrier_says_so(loss: Loss, at: Any, kind: str = "suspend") -> LineOrder:
    """The carrier's word, entered by ITMD."""
    order = order_for(loss, kind)
    return confirm_line_order(order_id=order.id, reference="LW-4711", actor=HOUSE, at=at)


def answered(device: Device, at: Any, outcome: Outcome = Outcome.ACKNOWLEDGED) -> None:
    """The device answers the order to erase, and the house learns of it."""
    command = Command.objects.get(target__isnull=False, enrolment__device=device)
    said = Answered(str(command.id), outcome, b"<plist/>", "")
    mdm.record_answer(enrolment=command.enrolment, answered=said, actor=HOUSE, at=at)
    settling.settle(at)


def sent(loss: Loss, second: Any, at: Any) -> None:
    """A second person agrees to the erasure, and it goes out once it has waited."""
    assert loss.erasure is not None
    approved(loss.erasure, second, at)
    destruction.release_due(at + HOUR)


def enrolment_of(device: Device) -> Enrolment:
    return Enrolment.objects.get(device=device, state="enrolled")
