"""Random moves, legal and not, over people, devices, lines, SIMs and accessories."""

import contextlib
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from quartermaster.inventory import actions
from quartermaster.inventory.custody import at_instant
from quartermaster.inventory.models import Accessory, CustodyPeriod, Device, Line, Sim
from quartermaster.inventory.rules.custody import custody_in, custody_of
from quartermaster.kernel.errors import HouseError
from tests.factories import inventory as make
from tests.factories.returns import let_go

DEVICE_VERBS = {
    "assign": actions.assign,
    "take back": actions.unassign,
    "report lost": actions.report_lost,
    "repair": actions.send_to_repair,
    "hand back": actions.hand_back,
    "retire": actions.retire,
}
LINE_VERBS = ("activate", "suspend", "restore", "cancel", "port out")
few = st.integers(0, 1)


def machine(cast, at):
    ida = cast.acting(cast.ida)
    people = [cast.ana, cast.sue, cast.rex]

    class Custody(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.now = at
            self.devices = [
                make.DeviceFactory(department=cast.water),
                make.PersonalDeviceFactory(holder=cast.ana),
            ]
            let_go(self.devices[0], cast.ida, at)
            self.lines = [make.LineFactory(department=cast.water, status="ordered")]
            self.lines.append(make.LineFactory(holder=cast.sue))
            self.sims = [make.SimFactory(), make.SimFactory(line=self.lines[1])]
            self.kits = [make.AccessoryFactory(), make.AccessoryFactory()]

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        def attempt(self, work, **given):
            """Do it or not; the clock may go on, stand, or be said to be earlier."""
            with contextlib.suppress(HouseError):
                work(**given, actor=ida, at=self.now)

        @rule(minutes=st.integers(-90, 90))
        def time_passes(self, minutes):
            self.now += timedelta(minutes=minutes)

        @rule(index=few, verb=st.sampled_from(sorted(DEVICE_VERBS)), who=st.sampled_from(people))
        def move_device(self, index, verb, who):
            given = {"holder_id": who.id} if verb == "assign" else {}
            self.attempt(DEVICE_VERBS[verb], device_id=self.devices[index].id, **given)

        @rule(index=few, who=st.sampled_from([None, *people]))
        def assign_line(self, index, who):
            self.attempt(
                actions.assign_line, line_id=self.lines[index].id, holder_id=who and who.id
            )

        @rule(index=few, verb=st.sampled_from(LINE_VERBS))
        def move_line(self, index, verb):
            self.attempt(actions.move_line, line_id=self.lines[index].id, verb=verb)

        @rule(sim=few, line=few)
        def swap(self, sim, line):
            self.attempt(actions.swap_sim, sim_id=self.sims[sim].id, line_id=self.lines[line].id)

        @rule(sim=few, device=st.sampled_from([None, 0, 1]))
        def put(self, sim, device):
            key = None if device is None else self.devices[device].id
            self.attempt(actions.put_sim, sim_id=self.sims[sim].id, device_id=key)

        @rule(sim=few)
        def retire_sim(self, sim):
            self.attempt(actions.retire_sim, sim_id=self.sims[sim].id)

        @rule(index=few, who=st.sampled_from(people))
        def hand_out_kit(self, index, who):
            self.attempt(
                actions.assign_accessory, accessory_id=self.kits[index].id, holder_id=who.id
            )

        @rule(
            index=few, verb=st.sampled_from([actions.unassign_accessory, actions.retire_accessory])
        )
        def end_kit(self, index, verb):
            self.attempt(verb, accessory_id=self.kits[index].id)

        @rule(index=few, who=st.sampled_from(people))
        def behind_the_back(self, index, who):
            """Code that forgets custody is refused by the database."""
            rows = Accessory.objects.filter(id=self.kits[index].id, retired=False)
            rows = rows.exclude(holder=who)
            if not rows.exists():
                return
            with pytest.raises(IntegrityError), transaction.atomic():
                rows.update(holder=who)
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

        @invariant()
        def each_thing_has_one_custodian(self):
            for model in (Device, Line, Sim, Accessory):
                for thing in model.objects.all():
                    chain = list(
                        CustodyPeriod.objects.filter(thing_id=thing.id).order_by("position")
                    )
                    assert [row.position for row in chain] == list(range(1, len(chain) + 1))
                    ends = [row.until for row in chain]
                    assert ends == [*(row.since for row in chain[1:]), None]
                    assert custody_in(chain[-1]) == custody_of(thing)
                    for row in chain:
                        held = CustodyPeriod.objects.filter(thing_id=thing.id)
                        assert held.filter(at_instant(row.since)).count() == 1

    return Custody


@pytest.mark.clause("C-3")
def test_exactly_one_custodian_at_any_instant(cast, at):
    run_state_machine_as_test(
        machine(cast, at),
        settings=settings(max_examples=25, stateful_step_count=20, deadline=None),
    )
