"""Whatever happens in whatever order: a recovery closes only when nothing is owed."""

from contextlib import suppress
from datetime import date, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from quartermaster.inventory import actions as inventory
from quartermaster.kernel.errors import HouseError
from quartermaster.lifecycle import recovery_schedule as schedule
from quartermaster.lifecycle.actions import recoveries
from quartermaster.lifecycle.actions.recoveries.closing import owed_of
from quartermaster.lifecycle.models import Recovery, RecoveryItem
from quartermaster.lifecycle.rules import recoveries as rules
from quartermaster.lifecycle.rules.recoveries import (
    OWED,
    RECOVERY,
    Days,
    ItemKind,
    OwedState,
    RecoveryState,
    StepKind,
)
from tests.factories import recoveries as make

DAY = timedelta(days=1)
pytestmark = pytest.mark.clause("C-4")
dates = st.dates(date(2026, 1, 1), date(2027, 12, 31))
numbers = st.integers(0, 180)
periods = st.builds(
    Days, remind=numbers, lock=numbers, wipe=numbers, suspend=numbers, demand=numbers
)
instants = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.timezones())


def test_every_state_is_reached_and_what_ended_stays_ended():
    assert RECOVERY.reachable() == frozenset(RecoveryState)
    assert OWED.reachable() == frozenset(OwedState)
    assert RECOVERY.terminal == {RecoveryState.CANCELLED}
    assert OWED.terminal == {OwedState.LET_GO}


@given(dates, instants, periods)
def test_nothing_is_asked_of_the_past(on, at, days):
    for when in rules.steps_of_case(on, at, days).values():
        assert when >= at or when >= rules.opening(on) - days.remind * DAY


@given(instants, periods, st.sampled_from(ItemKind))
def test_things_are_acted_on_after_the_last_day_alone(begins, days, kind):
    steps = rules.steps_of_item(kind, begins, days)
    assert all(when >= begins for when in steps.values())
    assert StepKind.LOCK not in steps or kind is ItemKind.DEVICE


@given(dates, dates, dates)
def test_only_the_time_after_is_charged(from_on, until_on, separated_on):
    allowed = not rules.chargeable(from_on, until_on, separated_on)
    assert allowed == (separated_on <= from_on <= until_on)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(
            ["back", "records", "ask", "agree", "keep", "charge", "paid", "close", "letter", "tick"]
        ),
        st.sampled_from(["ida", "ian", "cole", "ana", "rex"]),
        st.integers(0, 5),
    ),
    max_size=14,
)


class Undone(Exception):  # noqa: N818 (it is no fault)
    """Takes an example back, so that the next begins anew."""


@pytest.mark.django_db
def test_no_order_of_acts_closes_what_is_owed(cast, at):
    people = {name: cast.acting(getattr(cast, name)) for name in ("ida", "cole", "ana", "rex")}
    people["ian"] = cast.acting(make.second_administrator(cast))
    make.equipped(cast.ana)

    @settings(max_examples=30)
    @given(ACTS)
    def play(acts):
        with pytest.raises(Undone), transaction.atomic():
            _play(cast, people, acts, at)
            raise Undone

    play()


def _play(cast, people, acts, at):
    recovery = make.begun(cast.ana, at)
    for act, who, which in acts:
        at += timedelta(hours=30)
        with suppress(HouseError), transaction.atomic():
            _try(act, recovery, people[who], which, at)
        recovery.refresh_from_db()
        assert not (recovery.state == RecoveryState.CLOSED and owed_of(recovery))
    for item in RecoveryItem.objects.filter(state=OwedState.LET_GO):
        assert item.kind not in {ItemKind.DEVICE, ItemKind.LINE}
        assert item.asked_by_id != item.agreed_by_id
    assert Recovery.objects.filter(closed_at=None).count() <= 1


def _try(act, recovery, actor, which, at):
    """One act by one person, on one of the things; legal or not."""
    items, charges = list(recovery.items.all()), list(recovery.charges.all())
    things = [*items, *charges]
    item, thing = items[which % len(items)], things[which % len(things)]
    more = {"actor": actor, "at": at}
    if act == "back" and item.device is not None:
        inventory.unassign(device_id=item.device_id, **more)
    elif act == "back" and item.accessory is not None:
        inventory.unassign_accessory(accessory_id=item.accessory_id, **more)
    elif act == "back" and item.line is not None:
        inventory.assign_line(line_id=item.line_id, holder_id=None, **more)
    elif act == "records":
        recoveries.confirm_records(item=item, reason="Looked at.", **more)
    elif act == "ask":
        recoveries.ask_to_let_go(thing=thing, reason="Small.", **more)
    elif act == "agree":
        recoveries.agree_to_let_go(thing=thing, **more)
    elif act == "keep":
        recoveries.keep_due(thing=thing, **more)
    elif act == "charge":
        first = recovery.separated_on
        recoveries.add_charge(
            recovery=recovery,
            title="Data",
            amount_cents=which + 1,
            from_on=first,
            until_on=first + which * DAY,
            source=f"invoice:{which}",
            **more,
        )
    elif act == "paid" and charges:
        recoveries.note_paid(charge=charges[which % len(charges)], reference="R-1", **more)
    elif act == "close":
        recoveries.close(recovery=recovery, reason="Done.", **more)
    elif act == "letter":
        until = at.date() + 10 * DAY
        recoveries.demand(recovery=recovery, address="12 Lake Street", pay_until=until, **more)
    else:
        schedule.follow_recoveries(at)
