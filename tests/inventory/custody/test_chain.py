"""The database keeps the chain of custody, whatever writes."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from quartermaster.inventory import actions
from quartermaster.inventory.models import Accessory, CustodyPeriod, Device, Line, Sim
from quartermaster.inventory.rules.details import DeviceDetails
from quartermaster.kernel.ids import new_id
from tests.factories import inventory as make

HOUR = timedelta(hours=1)


def check_now():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def refused(constraint, work):
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        work()
        check_now()
    assert refusal.value.__cause__.diag.constraint_name == constraint


@pytest.fixture
def moved(cast, at):
    """A phone that was registered and assigned, an hour later."""
    ida = cast.acting(cast.ida)
    details = DeviceDetails.of(device_class="smartphone", platform="ios")
    made = actions.register(details=details, department_id=cast.water.id, actor=ida, at=at)
    return actions.assign(device_id=made.id, holder_id=cast.ana.id, actor=ida, at=at + HOUR)


def periods(thing):
    return CustodyPeriod.objects.filter(thing_id=thing.id).order_by("position")


@pytest.mark.clause("C-3")
def test_periods_meet_without_a_gap(moved, cast, at):
    told = [(p.custodian, p.person, p.since, p.until, p.verb, p.by) for p in periods(moved)]
    assert told == [
        ("stock", None, at, at + HOUR, "register", "Ida Lindqvist"),
        ("person", cast.ana, at + HOUR, None, "assign", "Ida Lindqvist"),
    ]


def test_a_closed_period_stays_as_it_was_written(moved, cast, at):
    first, second = periods(moved)
    for values in ({"until": at}, {"until": None}, {"person": cast.rex}, {"since": at - HOUR}):
        refused(
            "inventory_custody_kept",
            lambda values=values: CustodyPeriod.objects.filter(id=first.id).update(**values),
        )
    for values in ({"person": cast.rex}, {"person": cast.rex, "until": at + 2 * HOUR}):
        refused(
            "inventory_custody_kept",
            lambda values=values: CustodyPeriod.objects.filter(id=second.id).update(**values),
        )
    refused("inventory_custody_kept", lambda: CustodyPeriod.objects.filter(id=first.id).delete())


def following(last, **more):
    """A period after the last one; the same custodian again."""
    return CustodyPeriod(
        **{
            "thing_id": last.thing_id,
            "device_id": last.device_id,
            "position": last.position + 1,
            "before": last.position,
            "custodian": last.custodian,
            "person_id": last.person_id,
            "department_id": last.department_id,
            "verb": "x",
            "by": "x",
            "entered_at": last.entered_at,
            **more,
        }
    )


@pytest.mark.clause("C-3")
def test_no_gap_no_overlap_and_no_second_chain(moved, at):
    last = periods(moved).last()
    end = at + 3 * HOUR

    def close_and(**more):
        def work():
            CustodyPeriod.objects.filter(id=last.id).update(until=end)
            following(last, **more).save(force_insert=True)

        return work

    refused("inventory_custody_chained", close_and(since=end + HOUR))
    refused("inventory_custody_chained", close_and(since=end - HOUR))
    refused("inventory_custody_numbered", close_and(since=end, position=9))
    refused("inventory_custody_position_once", close_and(since=end, position=1, before=None))
    refused("inventory_custody_one_open", lambda: following(last, since=end).save())
    refused(
        "inventory_custody_ends_after_it_begins",
        lambda: CustodyPeriod.objects.filter(id=last.id).update(until=at),
    )
    refused(
        "inventory_custody_agrees",
        lambda: CustodyPeriod.objects.filter(id=last.id).update(until=end),
    )
    with transaction.atomic():
        close_and(since=end)()
        check_now()


@pytest.mark.parametrize(
    ("factory", "model", "change"),
    [
        (make.DeviceFactory, Device, {"status": "lost"}),
        (make.LineFactory, Line, {"status": "cancelled"}),
        (make.AccessoryFactory, Accessory, {"retired": True}),
        (make.SimFactory, Sim, {"retired": True}),
    ],
)
@pytest.mark.clause("C-3")
def test_nothing_moves_without_its_custody(db, factory, model, change):
    thing = factory()
    refused("inventory_custody_agrees", lambda: model.objects.filter(id=thing.id).update(**change))
    values = {f.name: getattr(thing, f.name) for f in model._meta.fields}
    twin = {
        "id": new_id(),
        **({"asset_tag": "T-NEW"} if "asset_tag" in values else {}),
        **({"serial": "", "imei": ""} if "imei" in values else {}),
        **({"number": "+14142869999"} if "number" in values else {}),
        **({"iccid": make.iccid(9)} if "iccid" in values else {}),
    }
    refused("inventory_custody_agrees", lambda: model.objects.create(**{**values, **twin}))


def test_custody_that_belies_the_thing_is_refused(moved, cast, at):
    last = periods(moved).last()

    def to_rex():
        CustodyPeriod.objects.filter(id=last.id).update(until=at + 2 * HOUR)
        following(last, since=at + 2 * HOUR, person_id=cast.rex.id).save()

    refused("inventory_custody_agrees", to_rex)


def test_a_period_is_of_one_thing(moved, at):
    line = make.LineFactory()
    last = periods(moved).last()
    refused(
        "inventory_custody_of_one_thing",
        lambda: following(last, since=at, position=1, before=None, line=line).save(),
    )
    refused(
        "inventory_custody_cause_whole",
        lambda: following(last, since=at, position=1, before=None, cause_kind="loan").save(),
    )
