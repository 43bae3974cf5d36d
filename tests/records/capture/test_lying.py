"""What still lies on devices: announced, reminded, saved or explained; and under a hold, kept."""

from datetime import date, timedelta

import pytest

from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.kernel.permits import system
from quartermaster.notify.models import Message
from quartermaster.records import capture as queries
from quartermaster.records.actions import capture
from quartermaster.records.actions.holds import release_hold
from quartermaster.records.events import PersonLetGo
from quartermaster.records.handlers import ask_to_delete
from quartermaster.records.models import Announcement, Record
from quartermaster.records.rules.capture import Origin, Residue, Source
from quartermaster.records.schedule import take_steps
from tests.factories.custody import keep
from tests.factories.inventory import DeviceFactory
from tests.factories.records import WHY, announced, custodian, held, paul, saved

pytestmark = [pytest.mark.django_db, pytest.mark.clause("C-2")]
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


@pytest.fixture
def ana(cast):
    return cast.acting(cast.ana)


def mailed(template):
    return list(
        Message.objects.filter(template=f"records/capture/{template}")
        .order_by("created_at", "id")
        .values_list("recipient", flat=True)
    )


def test_announced_by_oneself_reminded_and_then_told_to_the_custodian(cast, at):
    custodian(cast)
    row = announced(cast, at)
    for number in range(1, 6):
        take_steps(at + 2 * number * DAY)
    take_steps(at + 90 * DAY)
    row.refresh_from_db()
    assert (row.state, row.reminders, row.due_at) == ("pending", 5, None)
    assert mailed("announced") == [cast.ana.email] * 6
    assert mailed("overdue") == ["ben1008@city.example"]


def test_itmd_announces_with_a_loss_and_nobody_for_a_stranger(cast, at):
    device = DeviceFactory(holder=cast.ana)
    ida = cast.acting(cast.ida)
    row = announced(cast, at, device_id=device.id, origin=Origin.LOSS, actor=ida)
    assert (row.device, row.announced_by, row.origin) == (device, cast.ida, "loss")
    for name in ("rex", "sue", "cole"):
        with pytest.raises(Refused):
            announced(cast, at, actor=cast.acting(getattr(cast, name)))
    other = DeviceFactory(holder=cast.rex)
    for key in (other.id, new_id()):
        with pytest.raises(InvalidInput):
            announced(cast, at, device_id=key)
    with pytest.raises(InvalidInput):
        capture.announce(
            person_id=new_id(), about="x", source=Source.OTHER, actor=system("x"), at=at
        )


@pytest.mark.clause("G-5")
def test_what_was_announced_is_saved_and_closed_by_that(cast, ana, at):
    device = DeviceFactory(holder=cast.ana)
    row = announced(cast, at, device_id=device.id)
    device.holder, device.status = None, "in_stock"  # it came back in the meantime
    device.save()
    keep(device)
    record = saved(ana, at + DAY, announcement_id=row.id)
    row.refresh_from_db()
    assert (row.state, row.record, record.device) == ("transferred", record, device)
    with pytest.raises(Conflict):
        saved(ana, at + DAY, announcement_id=row.id)
    with pytest.raises(NotFound):
        saved(ana, at + DAY, announcement_id=new_id())
    assert Record.objects.count() == 1
    assert not queries.pending().exists()


def test_nobody_saves_what_another_announced(cast, at):
    row = announced(cast, at)
    with pytest.raises(Refused):
        saved(cast.acting(cast.rex), at, announcement_id=row.id)


def test_it_ends_once_with_a_reason(cast, ana, at):
    row, other = announced(cast, at), announced(cast, at)
    with pytest.raises(InvalidInput):
        capture.give_up(announcement_id=row.id, reason="gone", actor=ana, at=at)
    capture.give_up(announcement_id=row.id, reason="The phone is broken", actor=ana, at=at)
    with pytest.raises(Conflict):
        capture.withdraw(announcement_id=row.id, reason="It was nothing", actor=ana, at=at)
    with pytest.raises(Refused):
        capture.withdraw(
            announcement_id=other.id,
            reason="It was nothing",
            actor=cast.acting(cast.rex),
            at=at,
        )
    capture.withdraw(
        announcement_id=other.id, reason="It was nothing", actor=cast.acting(cast.ida), at=at
    )
    ends = Announcement.objects.order_by("id").values_list("state", "reason")
    assert list(ends) == [("lost", "The phone is broken"), ("withdrawn", "It was nothing")]
    assert take_steps(at + 30 * DAY) == 0


def test_who_sees_what_lies_on_devices(cast, at):
    announced(cast, at)
    announced(cast, at, cast.rex)
    counts = {
        name: queries.announcements_visible_to(cast.acting(getattr(cast, name))).count()
        for name in ("ana", "cole", "sue", "ida", "rex")
    }
    assert counts == {"ana": 1, "cole": 0, "sue": 0, "ida": 2, "rex": 1}
    assert queries.announcements_visible_to(paul(cast)).count() == 2


def test_what_stays_on_a_device_is_asked_for_after_its_day_until_it_is_gone(cast, ana, at):
    record = saved(ana, at, residue=Residue.STAYS, residue_by=date(2026, 11, 30))
    assert take_steps(at + 6 * DAY) == 0  # 30 November
    assert take_steps(at + WEEK) == 1
    assert mailed("record") == [cast.ana.email] * 2
    for name in ("rex", "ida"):
        with pytest.raises(Refused):
            capture.confirm_gone(record_id=record.id, actor=cast.acting(getattr(cast, name)), at=at)
    gone = capture.confirm_gone(record_id=record.id, actor=ana, at=at + WEEK)
    assert (gone.residue, gone.residue_by, gone.residue_said_at) == ("gone", None, at + WEEK)
    with pytest.raises(Conflict):
        capture.confirm_gone(record_id=record.id, actor=ana, at=at + WEEK)
    with pytest.raises(NotFound):
        capture.confirm_gone(record_id=new_id(), actor=ana, at=at)
    assert take_steps(at + 60 * DAY) == 0


@pytest.mark.clause("G-2")
def test_under_a_hold_nobody_is_asked_to_delete_and_after_it_they_are(cast, ana, at):
    before = saved(ana, at, residue=Residue.STAYS, residue_by=date(2026, 11, 30))
    hold = held(cast, at)
    with pytest.raises(InvalidInput, match="delete nothing"):
        saved(ana, at)
    during = saved(ana, at, residue=Residue.HELD)
    with pytest.raises(Conflict, match="asked to keep it"):
        capture.confirm_gone(record_id=before.id, actor=ana, at=at)
    Message.objects.all().delete()
    take_steps(at + WEEK)
    assert mailed("record") == []
    before.refresh_from_db()
    assert before.residue == "held"
    told = PersonLetGo(keeper_id=new_id(), person_id=cast.ana.id)
    ask_to_delete(told, at + WEEK)  # another hold is still there: nothing is asked
    assert mailed("record") == []
    release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at + WEEK)
    ask_to_delete(told, at + WEEK)
    for record in (before, during):
        record.refresh_from_db()
        assert (record.residue, record.residue_by) == ("stays", date(2026, 12, 15))
    assert mailed("record") == [cast.ana.email] * 2


def test_the_age_of_what_lies_on_devices_by_holder_and_device(cast, ana, at):
    device = DeviceFactory(holder=cast.ana)
    announced(cast, at - 3 * DAY, device_id=device.id)
    announced(cast, at, device_id=device.id)
    announced(cast, at, cast.rex)
    saved(ana, at, residue=Residue.STAYS, residue_by=date(2026, 11, 24), device_id=device.id)
    found = queries.lying_on_devices([cast.ana.id, cast.rex.id, cast.sue.id], WEEK)
    lying = found[cast.ana.id, device.id]
    assert (lying.count, lying.since) == (3, at - 3 * DAY)
    assert lying.due_at.date() == date(2026, 11, 25)  # the day after it was to be deleted
    assert found[cast.rex.id, None].due_at == at + WEEK
    assert len(found) == 2
    held(cast, at)
    still = queries.lying_on_devices([cast.ana.id], WEEK)[cast.ana.id, device.id]
    assert (still.count, still.due_at) == (2, at + 4 * DAY)
