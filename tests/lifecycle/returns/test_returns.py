"""Coming back: a checklist, the holder's statement, a receipt, quarantine (C-2, C-3)."""

import io
from datetime import timedelta

import pytest
from pypdf import PdfReader

from quartermaster.audit.queries import entries_about
from quartermaster.files.queries import read_file
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.errors import NotSanitised
from quartermaster.inventory.models import CustodyPeriod
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.lifecycle.actions import returns
from quartermaster.lifecycle.models import Return
from quartermaster.lifecycle.queries.returns import returns_visible_to
from quartermaster.lifecycle.return_errors import ChecklistOpen
from quartermaster.lifecycle.rules.returns import (
    RETURN,
    Condition,
    ItemCode,
    ItemState,
    ReturnState,
    checklist,
)
from quartermaster.mdm.actions.facts import keep_facts
from quartermaster.mdm.posture import Fact
from quartermaster.notify.models import Message
from tests.factories import inventory as make
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def text_of(stored):
    content = io.BytesIO(read_file(stored.digest))
    return "\n".join(page.extract_text() for page in PdfReader(content).pages)


def item(row, code):
    return row.items.get(code=code)


@pytest.mark.clause("C-2", "C-3")
def test_a_phone_comes_back_by_its_checklist_with_a_receipt(phone, cast, ida, ana, at):
    kit = make.AccessoryFactory(department=cast.water, holder=cast.ana)
    row = back.asked(phone, ida, at)
    assert list(row.items.values_list("code", flat=True)) == [
        "records",
        "accounts",
        "activation_lock",
        "sim",
        "accessory",
        "charger",
    ]
    asked = Message.objects.get(recipient=cast.ana.email)
    assert "Nothing of the City is left on it" in asked.text
    with pytest.raises(ChecklistOpen, match="Not settled yet: Nothing of the City"):
        returns.receive_return(row=row, condition=Condition.GOOD, actor=ida, at=at)
    back.settled(row, ana, ida, at)
    returns.receive_return(
        row=row, condition=Condition.WORN, differences="A scratch", actor=ida, at=at + DAY
    )
    phone.refresh_from_db()
    kit.refresh_from_db()
    assert (phone.status, phone.holder, phone.quarantined) == ("in_stock", None, True)
    move = CustodyPeriod.objects.filter(device=phone).latest("position")
    assert (move.by, move.by_person) == ("Ida Lindqvist, for returns", cast.ida)
    assert (kit.holder, phone.sims.count()) == (None, 0)
    row.refresh_from_db()
    assert row.receipt.digest == entries_about(row).first().data["receipt"]
    said = text_of(row.receipt)
    for words in (phone.asset_tag, "Ana Reyes", "Ida Lindqvist", "Worn", "A scratch", "I state"):
        assert words in said
    mail = Message.objects.get(template="lifecycle/returns/received")
    assert [a.file for a in mail.attachments.all()] == [row.receipt]
    with pytest.raises(NotSanitised):
        inventory.assign(device_id=phone.id, holder_id=cast.sue.id, actor=ida, at=at)


@pytest.mark.clause("C-2")
def test_only_the_holder_states_that_nothing_is_left(phone, cast, ida, ana, at):
    row = back.asked(phone, ida, at)
    with pytest.raises(Refused, match="with their own log-in"):
        returns.answer_item(item=item(row, "records"), state=ItemState.DONE, actor=ida, at=at)
    for who in (cast.sue, cast.cole, cast.rex, cast.ida):
        with pytest.raises(Refused):
            returns.state_nothing_left(row=row, confirmed=True, actor=cast.acting(who), at=at)
    with pytest.raises(InvalidInput, match="only where it is so"):
        returns.state_nothing_left(row=row, confirmed=False, actor=ana, at=at)
    returns.state_nothing_left(row=row, confirmed=True, note="Photos moved", actor=ana, at=at)
    row.refresh_from_db()
    assert row.statement.endswith("Photos moved")
    assert item(row, "accounts").state == "done"
    with pytest.raises(Conflict, match="stated it already"):
        returns.state_nothing_left(row=row, confirmed=True, actor=ana, at=at)


@pytest.mark.clause("C-3")
def test_a_device_that_says_it_is_locked_is_not_received_as_unlocked(phone, ida, ana, at):
    row = back.asked(phone, ida, at)
    keep_facts(phone.id, {"activation.locked": Fact(True, "test", at)})
    lock = item(row, "activation_lock")
    with pytest.raises(Conflict, match="locked to an account"):
        returns.answer_item(item=lock, state=ItemState.DONE, actor=ida, at=at)
    with pytest.raises(InvalidInput, match="why it is not possible"):
        returns.answer_item(item=lock, state=ItemState.WAIVED, actor=ida, at=at)
    returns.answer_item(
        item=lock, state=ItemState.WAIVED, note="Lifted with the code", actor=ida, at=at
    )
    back.settled(row, ana, ida, at)
    returns.receive_return(row=row, condition=Condition.GOOD, actor=ida, at=at)
    row.refresh_from_db()
    assert "Lifted with the code" in row.differences


@pytest.mark.clause("C-3")
def test_what_is_missing_is_said_and_a_missing_sim_is_out_of_use(phone, ida, ana, at):
    row = back.asked(phone, ida, at)
    sim = phone.sims.get()
    for code in ("charger", "sim"):
        returns.answer_item(item=item(row, code), state=ItemState.MISSING, actor=ida, at=at)
    with pytest.raises(InvalidInput, match="Only a thing"):
        returns.answer_item(item=item(row, "records"), state=ItemState.MISSING, actor=ida, at=at)
    back.settled(row, ana, ida, at)
    returns.receive_return(row=row, condition=Condition.BROKEN, actor=ida, at=at)
    row.refresh_from_db()
    sim.refresh_from_db()
    assert (sim.retired, "Missing: The charger comes back" in row.differences) == (True, True)


def test_who_asks_receives_and_sees(phone, cast, ida, ana, at):
    for who in (cast.ana, cast.sue, cast.cole):
        row = back.asked(phone, cast.acting(who), at)
        for refused in (cast.ana, cast.sue, cast.cole, cast.rex):
            with pytest.raises(Refused):
                returns.cancel_return(row=row, reason="x", actor=cast.acting(refused), at=at)
            with pytest.raises(Refused):
                returns.receive_return(
                    row=row, condition=Condition.GOOD, actor=cast.acting(refused), at=at
                )
        returns.cancel_return(row=row, reason="She keeps it", actor=ida, at=at)
    with pytest.raises(Refused):
        back.asked(phone, cast.acting(cast.rex), at)
    seen = [returns_visible_to(cast.acting(p)).count() for p in (cast.ana, cast.cole, cast.rex)]
    assert seen == [3, 3, 0]
    own = make.DeviceFactory(holder=cast.ida)
    mine = back.settled(back.asked(own, ida, at), ida, ida, at)
    with pytest.raises(Refused, match="their own device"):
        returns.receive_return(row=mine, condition=Condition.GOOD, actor=ida, at=at)


def test_what_cannot_be_given_back(phone, cast, ida, at):
    with pytest.raises(Conflict, match="with nobody"):
        back.asked(make.DeviceFactory(), ida, at)
    with pytest.raises(Conflict, match="its owner's"):
        back.asked(make.PersonalDeviceFactory(holder=cast.ana), ida, at)
    for wrong in (at.date() - DAY, (at + 200 * DAY).date()):
        with pytest.raises(InvalidInput):
            back.asked(phone, ida, at, due_on=wrong)
    row = back.asked(phone, ida, at)
    with pytest.raises(Conflict, match="expected back already"):
        back.asked(phone, ida, at)
    with pytest.raises(InvalidInput):
        returns.cancel_return(row=row, reason=" ", actor=ida, at=at)
    row.id = new_id()
    with pytest.raises(NotFound):
        returns.cancel_return(row=row, reason="x", actor=ida, at=at)


def test_an_overdue_return_is_reminded_of_five_times(phone, ida, at):
    back.asked(phone, ida, at)
    house = system("returns")
    assert returns.remind_returns(actor=house, at=at + DAY) == 0
    for days in range(7, 60):
        returns.remind_returns(actor=house, at=at + days * DAY)
    row = Return.objects.get()
    assert (row.reminders, row.remind_at) == (5, None)
    sent = Message.objects.filter(template="lifecycle/returns/reminder")
    assert sent.count() == 10  # Ana, and Sue who supervises her


@pytest.mark.clause("C-3")
def test_the_checklist_follows_class_and_platform():
    codes = {
        key: [entry.code for entry in checklist(*key)]
        for key in (("hotspot", "none"), ("smartphone", "android"), ("laptop", "macos"))
    }
    own = [ItemCode.RECORDS, ItemCode.ACCOUNTS]
    assert codes == {
        ("hotspot", "none"): [ItemCode.SETTINGS, ItemCode.CHARGER],
        ("smartphone", "android"): [*own, ItemCode.CHARGER],
        ("laptop", "macos"): [*own, ItemCode.ACTIVATION_LOCK, ItemCode.CHARGER],
    }
    assert RETURN.reachable() == set(ReturnState)


@pytest.mark.clause("C-3")
def test_who_does_not_have_it_any_longer_is_not_asked_for_it(phone, cast, ida, at):
    row = back.asked(phone, ida, at)
    kept = back.asked(make.DeviceFactory(holder=cast.sue), ida, at)
    inventory.unassign(device_id=phone.id, actor=ida, at=at)  # found on a shelf by a count
    outbox.deliver_due(at)
    row.refresh_from_db()
    kept.refresh_from_db()
    assert (row.state, kept.state) == ("cancelled", "expected")
    assert "came back by another way" in row.closing
    mail = Message.objects.get(template="lifecycle/returns/elsewhere")
    assert (mail.recipient, phone.asset_tag in mail.text) == (cast.ana.email, True)
    with pytest.raises(Refused):
        returns.follow_device(device_id=phone.id, actor=ida, at=at)
    assert returns.follow_device(device_id=phone.id, actor=system("returns"), at=at) == 0
