"""What was on record before custody was kept gets its history out of the ledger, or none."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection

from quartermaster.audit.models import Entry
from quartermaster.inventory import actions
from quartermaster.inventory.models import CustodyPeriod, Device
from quartermaster.inventory.rules.details import DeviceDetails, SimDetails
from tests.factories import inventory as make

migration = import_module("quartermaster.inventory.migrations.0006_custody_from_the_ledger")
HOUR = timedelta(hours=1)


def replayed():
    """The periods as the migration makes them, in the place of those that were kept."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("DELETE FROM inventory_custodyperiod")
        cursor.execute("SET LOCAL session_replication_role = origin")
    migration.forward(apps, None)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def told():
    rows = CustodyPeriod.objects.order_by("thing_id", "position")
    return [
        (r.thing_id, r.position, r.custodian, r.person_id, r.department_id, r.since, r.until)
        for r in rows
    ]


@pytest.fixture
def lives(cast, at):
    """A phone, a line, a SIM and a kit that have moved."""
    ida = cast.acting(cast.ida)
    details = DeviceDetails.of(device_class="smartphone", platform="ios")
    phone = actions.register(details=details, department_id=cast.water.id, actor=ida, at=at)
    for verb in (actions.report_lost, actions.unassign, actions.send_to_repair, actions.unassign):
        verb(device_id=phone.id, actor=ida, at=at + HOUR)
    actions.assign(device_id=phone.id, holder_id=cast.ana.id, actor=ida, at=at + 2 * HOUR)
    sim = actions.add_sim(details=SimDetails.of(iccid=make.iccid(1), carrier="X"), actor=ida, at=at)
    actions.put_sim(sim_id=sim.id, device_id=phone.id, actor=ida, at=at + HOUR)
    return phone


@pytest.mark.clause("C-3")
def test_history_comes_out_of_the_ledger(lives):
    kept = told()
    replayed()
    assert told() == kept


def only_period():
    row = CustodyPeriod.objects.get()
    return row.position, row.custodian, row.verb, row.since > lives_until(row)


def lives_until(row):
    return row.entered_at - timedelta(minutes=1)


def test_without_a_ledger_it_is_known_from_now_on(db):
    make.DeviceFactory()
    replayed()
    assert only_period() == (1, "stock", "first recorded", True)


def test_an_altered_or_incomplete_ledger_tells_nothing(cast, lives, at):
    entry = Entry.objects.filter(tag="inventory.device.moved").first()
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute("UPDATE audit_entry SET actor_label = 'Eve' WHERE seq = %s", [entry.seq])
        cursor.execute("SET LOCAL session_replication_role = origin")
    replayed()
    rows = CustodyPeriod.objects.filter(thing_id=lives.id)
    assert [(row.verb, row.person) for row in rows] == [("first recorded", cast.ana)]


def test_a_ledger_that_ends_elsewhere_tells_nothing(cast, lives):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        Device.objects.filter(id=lives.id).update(status="lost")
        cursor.execute("SET LOCAL session_replication_role = origin")
    replayed()
    rows = CustodyPeriod.objects.filter(thing_id=lives.id)
    assert [(row.verb, row.custodian) for row in rows] == [("first recorded", "lost")]
