"""What is beyond repair is asked back; accessories leave by a lot like devices."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from quartermaster.inventory.models import CustodyPeriod
from quartermaster.kernel.errors import Conflict, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions import disposals
from quartermaster.lifecycle.actions import losses as verbs
from quartermaster.lifecycle.models import DisposalLine, Return
from quartermaster.lifecycle.queries.returns import accessories_for_a_lot
from tests.factories import handovers, losses
from tests.factories import inventory as make
from tests.factories import returns as back

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.clause("G-11", "C-3")
def test_beyond_repair_opens_its_return(phone, ana, ida, at):
    broken = losses.reported(phone, ana, at, "damaged")
    verbs.send_to_repair(
        loss=broken,
        vendor="Fix It",
        cost_cents=0,
        due_on=(at + 7 * DAY).date(),
        actor=ida,
        at=at,
    )
    verbs.give_up(loss=broken, reason="The board is broken", actor=ida, at=at)
    row = Return.objects.get()
    assert (row.device, row.reason, row.note) == (phone, "beyond_repair", "The board is broken")
    assert row.state == "expected"


def test_where_it_is_expected_back_or_with_nobody_no_other_return_is_opened(cast, phone, ida, at):
    back.asked(phone, ida, at)
    broken = losses.reported(phone, ida, at, "damaged", caller_check="She is here")
    verbs.give_up(loss=broken, reason="Run over", actor=ida, at=at)
    assert Return.objects.count() == 1
    shelf = make.DeviceFactory(department=cast.water)
    fell = losses.reported(shelf, ida, at, "damaged", caller_check="Seen")
    verbs.give_up(loss=fell, reason="Fell down", actor=ida, at=at)
    assert Return.objects.count() == 1


@pytest.mark.clause("C-3")
def test_an_accessory_leaves_by_a_lot_with_its_part_of_the_proceeds(cast, ida, ben, at):
    case = make.AccessoryFactory(department=cast.water)
    hotspot = make.HotspotFactory(department=cast.library)
    lot = back.lot(ida, at, hotspot)
    disposals.add_accessory_to_lot(lot=lot, accessory_id=case.id, actor=ida, at=at)
    back.disposed(lot, ida, ben, at, cents=101)
    case.refresh_from_db()
    assert case.retired
    assert CustodyPeriod.objects.get(accessory=case, until=None).custodian == "disposed"
    parts = lot.lines.order_by("added_at", "id").values_list("proceeds_cents", flat=True)
    assert list(parts) == [51, 50]


@pytest.mark.clause("C-3")
def test_only_what_nobody_has_and_is_kept_for_nobody_goes_into_a_lot(cast, ida, ben, at):
    held = make.AccessoryFactory(holder=cast.ana, department=cast.water)
    kept, free = (make.AccessoryFactory(department=cast.water) for _ in range(2))
    handovers.prepared(cast.ana, at, kept)
    lot = back.lot(ida, at)
    assert list(accessories_for_a_lot(ida)) == [free]
    assert not accessories_for_a_lot(cast.acting(cast.cole)).exists()

    def put(key, actor=ida, into=lot):
        return disposals.add_accessory_to_lot(lot=into, accessory_id=key, actor=actor, at=at)

    for thing in (held, kept):
        with pytest.raises(Conflict):
            put(thing.id)
    with pytest.raises(NotFound):
        put(new_id())
    for who in (cast.cole, cast.sue, cast.ana, cast.rex):
        with pytest.raises(Refused):
            put(free.id, cast.acting(who))
    put(free.id)
    with pytest.raises(Conflict, match="in a lot already"):
        put(free.id, into=back.lot(ben, at))
    handovers.prepared(cast.ana, at, free)
    with pytest.raises(Conflict, match="kept for somebody"):
        disposals.approve_lot(lot=lot, actor=ben, at=at)


def test_the_database_knows_one_thing_a_line_and_only_what_is_free(cast, ida, at):
    held = make.AccessoryFactory(holder=cast.ana, department=cast.water)
    lot = back.lot(ida, at)
    plain = {"lot": lot, "department": cast.water, "added_at": at, "added_by": "x"}
    for wrong in ({"accessory": held}, {}):
        with pytest.raises(IntegrityError), transaction.atomic():
            DisposalLine.objects.create(**plain, **wrong)
