"""What was suspended before orders to carriers were kept goes on as orders, each as it stood."""

from datetime import timedelta
from importlib import import_module

import pytest
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from quartermaster.billing.models import LineOrder
from quartermaster.lifecycle.models import Loan, Loss, LossStep
from tests.factories import loans as pool
from tests.factories import losses as lost
from tests.factories.inventory import LineFactory

migration = import_module("quartermaster.lifecycle.migrations.0013_lines_by_orders")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-11", "G-8")]


@pytest.fixture
def before():
    """The tables as they were, with that of the suspensions, which is empty still."""
    loader = MigrationLoader(connection)
    then = loader.project_state(("lifecycle", "0012_accessories_leave_by_a_lot"))
    state = loader.project_state()
    state.add_model(then.models["lifecycle", "linestop"].clone())
    with connection.schema_editor() as editor:
        editor.create_model(state.apps.get_model("lifecycle", "LineStop"))
    return state.apps


@pytest.fixture
def stopped(before, cast, at):
    """Make a loss whose line stood like this: ``stopped("asked", asked_at=at)``."""

    def make(state, **more):
        device = lost.phone(cast.ana, at, line=False)
        loss = lost.reported(device, cast.acting(cast.ana), at)
        row = {"state": state, "loss_id": loss.id, "line_id": LineFactory().id, **more}
        before.get_model("lifecycle", "LineStop").objects.create(**row)
        return loss

    return make


def carried_over(before):
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    with connection.schema_editor() as editor:
        migration.carry_over(before, editor)


def told(order):
    return (order.cause_kind, order.cause_id, order.kind, order.state, order.due_at)


def test_what_waits_for_the_erasure_waits_on(before, stopped, at):
    loss = stopped("waiting", suspend_at=at + DAY)
    carried_over(before)
    order = LineOrder.objects.get()
    assert told(order) == ("lifecycle.loss", loss.id, "suspend", "asked", at + DAY)
    assert (order.waits_for, order.reason) == (
        "the erasure of the device",
        "Its device is lost.",
    )


def test_what_the_carrier_was_asked_waits_for_its_word(before, stopped, at):
    loss = stopped("asked", asked_at=at, mailed_to="rep@carrier.example")
    row = {"opened_at": at, "due_at": at + DAY, "remind_at": at + DAY}
    step = LossStep.objects.create(loss=loss, kind="carrier", **row)
    carried_over(before)
    order = LineOrder.objects.get()
    assert told(order) == ("lifecycle.loss", loss.id, "suspend", "sent", at + DAY)
    assert (order.sent_at, order.mailed_to) == (at, "rep@carrier.example")
    step.refresh_from_db()
    assert (step.state, step.remind_at) == ("called_off", None)  # the order asks from now on


def test_the_carriers_word_is_kept(before, stopped, at):
    stopped(
        "confirmed",
        asked_at=at,
        confirmed_at=at + HOUR,
        confirmed_by="Ida Lindqvist",
        reference="LW-1",
    )
    carried_over(before)
    order = LineOrder.objects.get()
    assert (order.state, order.reference, order.settled_by, order.settled_at, order.due_at) == (
        "confirmed",
        "LW-1",
        "Ida Lindqvist",
        at + HOUR,
        None,
    )


def test_what_was_called_off_stays_in_the_ledger_alone(before, stopped):
    stopped("called_off")
    carried_over(before)
    assert not LineOrder.objects.exists()


def test_of_two_for_one_line_one_order_is_open(before, stopped, at):
    loss = stopped("waiting", suspend_at=at + DAY)
    stops = before.get_model("lifecycle", "LineStop").objects
    other = Loss.objects.get(id=loss.id)
    other.pk, other.state, other.closed_at = None, "found", at
    other._state.adding, other.found_at, other.found_where = True, at, "Desk"
    other.save()
    stops.create(loss_id=other.id, line_id=stops.get().line_id, state="asked", asked_at=at)
    carried_over(before)
    assert [order.state for order in LineOrder.objects.all()] == ["asked"]


def test_a_hot_spot_that_is_overdue_keeps_its_suspension(before, cast, at):
    pooled = pool.hotspot(cast, at)
    line = lost.line_of(pooled.device)
    loan = pool.lent(cast, at)
    Loan.objects.filter(id=loan.id).update(
        state="overdue", warned_at=at, suspended_at=at + DAY, suspended_line=line
    )
    carried_over(before)
    order = LineOrder.objects.get()
    assert told(order) == ("lifecycle.loan", loan.id, "suspend", "confirmed", None)
    assert (order.line, order.done_at) == (line, at + DAY)
