"""Asking holders whether they have their devices."""

from datetime import timedelta

import pytest

from quartermaster.inventory.actions import confirmations
from quartermaster.inventory.events import HolderDenied
from quartermaster.inventory.models import Confirmation
from quartermaster.inventory.stocktaking import confirmations_visible_to
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.events import on
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from tests.factories import inventory as make
from tests.factories.custody import keep

HOUSE = system("inventory")
WEEK = timedelta(days=7)
HEARD = []


@on(HolderDenied)
def hear(event, at):
    HEARD.append(event)


def ask(cast, at, *devices, who=None):
    actor = cast.acting(who or cast.ida)
    return confirmations.ask_holders(device_ids=[d.id for d in devices], actor=actor, at=at)


@pytest.fixture
def phone(cast):
    return make.DeviceFactory(holder=cast.ana, asset_tag="T-1")


def mails():
    return list(Message.objects.order_by("id").values_list("recipient", "subject"))


@pytest.mark.clause("C-3")
def test_asked_and_answered(cast, at, phone):
    (row,) = ask(cast, at, phone)
    assert mails() == [("ana@city.example", "Do you have the smartphone T-1?")]
    ana = {"actor": cast.acting(cast.ana), "at": at + WEEK}
    done = confirmations.answer(confirmation_id=row.id, said="have", **ana)
    phone.refresh_from_db()
    assert (done.state, done.answer, phone.confirmed_at) == ("answered", "have", at + WEEK)
    assert len(mails()) == 1
    with pytest.raises(Conflict, match="already"):
        confirmations.answer(confirmation_id=row.id, said="not", **ana)


def test_whom_it_passes_over(cast, at, phone):
    spare = make.DeviceFactory(department=cast.water)
    own = make.PersonalDeviceFactory(holder=cast.ana)
    lost = make.DeviceFactory(holder=cast.ana, status="lost")
    assert [row.device for row in ask(cast, at, phone, spare, own, lost)] == [phone]
    assert ask(cast, at, phone) == []


@pytest.mark.clause("G-11")
def test_i_do_not_have_it_is_told_to_itmd_and_upwards(cast, at, phone):
    (row,) = ask(cast, at, phone)
    HEARD.clear()
    confirmations.answer(
        confirmation_id=row.id,
        said="not",
        note="Left on the bus.",
        actor=cast.acting(cast.ana),
        at=at,
    )
    outbox.deliver_due(at)
    assert [HolderDenied(phone.id, cast.ana.id, row.id)] == HEARD
    told = Message.objects.get(recipient="ida@city.example")
    assert "Left on the bus." in told.text
    phone.refresh_from_db()
    assert phone.confirmed_at is None


def test_damaged_is_had_and_told(cast, at, phone):
    (row,) = ask(cast, at, phone)
    confirmations.answer(confirmation_id=row.id, said="damaged", actor=cast.acting(cast.ana), at=at)
    phone.refresh_from_db()
    assert phone.confirmed_at == at
    assert Message.objects.filter(recipient="ida@city.example").count() == 1


@pytest.mark.clause("C-3")
def test_reminded_twice_and_then_the_coordinator_is_told(cast, at, phone):
    (row,) = ask(cast, at, phone)
    for week, whom in enumerate(("ana", "ana", "cole"), 1):
        assert confirmations.take_steps(actor=HOUSE, at=at + week * WEEK - WEEK / 2) == 0
        assert confirmations.take_steps(actor=HOUSE, at=at + week * WEEK) == 1
        assert Message.objects.order_by("id").last().recipient == f"{whom}@city.example"
    row.refresh_from_db()
    assert (row.state, row.due_at) == ("overdue", None)
    late = {"actor": cast.acting(cast.ana), "at": at + 5 * WEEK}
    assert confirmations.answer(confirmation_id=row.id, said="have", **late).state == "answered"


def test_a_device_that_moved_is_no_longer_asked_for(cast, at, phone):
    (row,) = ask(cast, at, phone)
    type(phone).objects.filter(id=phone.id).update(holder=None, status="in_stock")
    keep(phone)
    with pytest.raises(Conflict, match="somebody else"):
        confirmations.answer(
            confirmation_id=row.id, said="have", actor=cast.acting(cast.ana), at=at
        )
    confirmations.take_steps(actor=HOUSE, at=at + WEEK)
    assert Confirmation.objects.get().state == "moot"
    assert len(mails()) == 1


def test_who_asks_and_who_answers(cast, at, phone):
    with pytest.raises(Refused):
        ask(cast, at, phone, who=cast.ana)
    assert len(ask(cast, at, phone, who=cast.cole)) == 1
    row = Confirmation.objects.get()
    for person in (cast.rex, cast.ida, cast.cole):
        with pytest.raises(Refused):
            confirmations.answer(
                confirmation_id=row.id, said="have", actor=cast.acting(person), at=at
            )
    ana = {"actor": cast.acting(cast.ana), "at": at}
    with pytest.raises(InvalidInput):
        confirmations.answer(confirmation_id=row.id, said="perhaps", **ana)
    with pytest.raises(NotFound):
        confirmations.answer(confirmation_id=new_id(), said="have", **ana)
    seen = {
        name: confirmations_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "ida", "rex")
    }
    assert seen == {"ana": 1, "cole": 1, "ida": 1, "rex": 0}
