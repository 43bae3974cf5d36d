"""A report, and what protects the City at once (G-11)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.audit.queries import entries_about
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.loss_errors import ReportedAlready
from quartermaster.lifecycle.models import Loss, LossStep
from quartermaster.lifecycle.queries.losses import devices_to_report, losses_visible_to
from quartermaster.mdm.models import Command
from quartermaster.notify.models import Message
from tests.factories import inventory as make
from tests.factories import line_orders as carriers
from tests.factories import losses
from tests.factories.cases import Role, with_role

pytestmark = pytest.mark.django_db(transaction=True)
HOUR = timedelta(hours=1)


def owed(loss):
    return set(LossStep.objects.filter(loss=loss, state="open").values_list("kind", flat=True))


@pytest.mark.clause("G-11")
def test_a_lost_phone_is_locked_at_once_and_its_line_waits_for_the_erasure(phone, ana, cast, at):
    loss = losses.reported(phone, ana, at)
    phone.refresh_from_db()
    assert (loss.state, loss.intake, loss.held_by) == ("searching", "self", cast.ana)
    assert (phone.status, phone.holder) == ("lost", cast.ana)
    assert [command.kind for command in Command.objects.all()] == ["EnableLostMode"]
    assert (loss.locked, loss.lost_mode) == (True, "")
    assert losses.line_of(phone).status == "active"
    order = losses.order_for(loss)
    assert (order.state, order.due_at, order.waits_for) == (
        "asked",
        at + 24 * HOUR,
        "the erasure of the device",
    )
    assert owed(loss) == {"erase", "write_off", "replace", "side", "decide"}
    told = Message.objects.filter(about_id=str(loss.id))
    assert {cast.ana.email, cast.ida.email} == set(told.values_list("recipient", flat=True))


@pytest.mark.clause("G-11")
def test_a_hot_spot_has_no_erasure_so_its_line_is_suspended_at_once(ana, cast, at):
    carriers.access(at)
    device = losses.hotspot(cast.ana)
    loss = losses.reported(device, ana, at)
    order = losses.order_for(loss)
    assert (order.state, order.mailed_to, order.sent_at) == ("sent", "rep@carrier.example", at)
    letter = Message.objects.get(recipient="rep@carrier.example")
    assert letter.subject == f"Please suspend the line {order.line.number}"
    assert device.imei in letter.text
    assert "put the IMEI on the list of blocked devices" in letter.text
    assert losses.line_of(device).status == "active"  # until the carrier says so
    losses.carrier_says_so(loss, at + HOUR)
    assert losses.line_of(device).status == "suspended"
    assert owed(loss) == {"write_off", "replace", "side", "decide"}


@pytest.mark.clause("G-11")
def test_a_device_that_cannot_be_locked_says_why(ana, cast, at):
    loss = losses.reported(losses.phone(cast.ana, at, supervised=False), ana, at)
    assert not loss.locked
    assert "supervised" in loss.lost_mode
    assert not Command.objects.exists()


@pytest.mark.clause("G-11", "G-1")
def test_a_personal_device_is_neither_locked_nor_owed_a_write_off(ana, cast, at):
    device = make.PersonalDeviceFactory(holder=cast.ana)
    loss = losses.reported(device, ana, at)
    assert (loss.locked, owed(loss)) == (False, set())
    with pytest.raises(ReportedAlready):
        losses.reported(device, ana, at)


@pytest.mark.clause("G-11")
def test_who_may_report_whose(phone, cast, at):
    rex, desk = cast.acting(cast.rex), with_role(cast, Role.ITMD_HELPDESK, "Hugo Marsh")
    assert not devices_to_report(rex).exists()
    with pytest.raises(Refused):
        losses.reported(phone, rex, at)
    with pytest.raises(Refused, match="Only the help desk"):
        losses.reported(phone, cast.acting(cast.sue), at, caller_check="I know her")
    with pytest.raises(InvalidInput, match="how the caller was identified"):
        losses.reported(phone, cast.acting(desk), at)
    check = "Called back on the number of her personnel file"
    loss = losses.reported(phone, cast.acting(desk), at, caller_check=check)
    assert (loss.intake, loss.caller_check, loss.reported_by) == ("call", check, desk)
    assert entries_about(loss).last().data["caller_check"] == check
    seen = {
        who: losses_visible_to(cast.acting(getattr(cast, who))).count()
        for who in ("ana", "cole", "sue", "ida", "rex")
    }
    assert seen == {"ana": 1, "cole": 1, "sue": 1, "ida": 1, "rex": 0}


def test_a_supervisor_reports_for_somebody_below(phone, cast, at):
    assert losses.reported(phone, cast.acting(cast.sue), at).intake == "above"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("happened_at", timedelta(hours=1)),
        ("happened_at", timedelta(days=-500)),
        ("place", " "),
        ("story", ""),
        ("story", "x" * 4001),
        ("contents", "x" * 2001),
    ],
)
def test_a_report_says_what_when_and_where(phone, ana, at, field, value):
    given = {field: at + value if isinstance(value, timedelta) else value}
    with pytest.raises(InvalidInput):
        losses.reported(phone, ana, at, **given)
    assert not Loss.objects.exists()


def test_what_is_retired_or_in_repair_is_not_reported(ana, cast, at):
    for status in ("retired", "in_repair"):
        holder = None if status == "retired" else cast.ana
        device = make.DeviceFactory(department=cast.water, holder=holder, status=status)
        with pytest.raises(Conflict):
            losses.reported(device, cast.acting(cast.ida), at, caller_check="Seen")


def test_the_database_keeps_one_live_case_a_device(loss, at):
    with pytest.raises(IntegrityError, match="one_live_loss"), transaction.atomic():
        twin = Loss.objects.get(id=loss.id)
        twin.id = new_id()
        twin.save(force_insert=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Loss.objects.filter(id=loss.id).update(kind="damaged")
    with pytest.raises(IntegrityError), transaction.atomic():
        Loss.objects.filter(id=loss.id).update(state="written_off")
    with pytest.raises(IntegrityError), transaction.atomic():
        Loss.objects.filter(id=loss.id).update(state="erasing")


def test_the_house_itself_reports_with_how_it_is_known(phone, at):
    with pytest.raises(InvalidInput):
        losses.reported(phone, system("command line"), at)
    loss = losses.reported(phone, system("command line"), at, caller_check="On paper")
    assert (loss.intake, loss.reported_by) == ("call", None)
