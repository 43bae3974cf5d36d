"""Whatever people try, in whatever order: nothing leaves but by the procedure (C-3, G-11)."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils.timezone import localdate
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import HouseError
from quartermaster.lifecycle.actions import disposals, losses, returns
from quartermaster.lifecycle.models import (
    DisposalLine,
    Loss,
    Return,
    Sanitisation,
    SurplusLot,
    WriteOff,
)
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.lifecycle.rules.returns import Condition, ReturnReason
from quartermaster.mdm import destruction
from quartermaster.mdm.models import Command
from tests.factories import destruction as erase
from tests.factories import losses as make
from tests.factories import returns as back

HOUR = timedelta(hours=1)
few = st.integers(0, 1)
OPEN_ERASURES = ["queued", "sent", "deferred"]


def machine(cast, at):
    erase.account(cast.ida)
    ida, ana = cast.acting(cast.ida), cast.acting(cast.ana)
    ben = cast.acting(erase.second_person(cast))
    people = st.sampled_from([ida, ben, ana, cast.acting(cast.cole), cast.acting(cast.rex)])

    class Life(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.savepoint = transaction.atomic()
            self.savepoint.__enter__()
            self.now = at
            self.devices = [make.phone(cast.ana, at), make.hotspot(cast.ana)]

        def teardown(self):
            transaction.set_rollback(True)
            self.savepoint.__exit__(None, None, None)

        def attempt(self, work, **given):
            self.now += HOUR
            try:
                return work(**given, at=self.now)
            except HouseError:
                return None

        @rule(which=few, who=people)
        def lose(self, which, who):
            report = make.report("lost", self.now, caller_check="" if who is ana else "Called")
            device = self.devices[which]
            self.attempt(losses.report_loss, device_id=device.id, report=report, actor=who)

        @rule(who=people)
        def erase_it(self, who):
            for loss in Loss.objects.filter(closed_at=None):
                self.attempt(losses.ask_erasure, loss=loss, reason="Gone for long", actor=who)

        @rule()
        def agree_and_release(self):
            for loss in Loss.objects.filter(state="erasing", erasure__state="requested"):
                self.now += HOUR
                erase.approved(loss.erasure, ben, self.now)
            self.now += HOUR
            destruction.release_due(self.now)

        @rule(who=people)
        def find(self, who):
            for loss in Loss.objects.filter(closed_at=None):
                self.attempt(losses.mark_found, loss=loss, where="Desk", actor=who)

        @rule(who=people, second=people)
        def write_off(self, who, second):
            for loss in Loss.objects.filter(closed_at=None):
                self.attempt(disposals.ask_write_off, loss=loss, reason="Gone", actor=who)
            for row in WriteOff.objects.filter(state="asked"):
                self.attempt(
                    disposals.approve_write_off, write_off=row, decision="Yes", actor=second
                )

        @rule(which=few, who=people)
        def give_back(self, which, who):
            self.attempt(
                returns.open_return,
                device_id=self.devices[which].id,
                reason=ReturnReason.NOT_NEEDED,
                actor=who,
            )
            for row in Return.objects.filter(state="expected"):
                back.settled(row, ana, ida, self.now)
                self.attempt(returns.receive_return, row=row, condition=Condition.GOOD, actor=who)

        @rule(which=few, who=people, second=people)
        def sanitise(self, which, who, second):
            device = self.devices[which]
            self.attempt(
                returns.record_sanitisation,
                device_id=device.id,
                details=back.details(),
                actor=who,
            )
            for row in Sanitisation.objects.filter(state="done"):
                self.attempt(
                    returns.verify_sanitisation, row=row, passed=True, how="Seen", actor=second
                )

        @rule(which=few)
        def hand_out(self, which):
            device = self.devices[which]
            self.attempt(inventory.assign, device_id=device.id, holder_id=cast.ana.id, actor=ida)

        @rule(which=few, who=people, second=people)
        def dispose(self, which, who, second):
            lot = self.attempt(disposals.open_lot, title="Lot", actor=who)
            if lot is None:
                return
            device = self.devices[which]
            self.attempt(disposals.add_to_lot, lot=lot, device_id=device.id, actor=who)
            self.attempt(disposals.approve_lot, lot=lot, actor=second)
            self.attempt(
                disposals.dispose_lot,
                lot=lot,
                way=Way.RECYCLED,
                document="SO-1",
                disposed_on=localdate(self.now),
                proceeds_cents=0,
                actor=who,
            )
            if SurplusLot.objects.get(id=lot.id).state != "disposed":
                self.attempt(disposals.cancel_lot, lot=lot, reason="Not so", actor=ida)

        @invariant()
        def nothing_leaves_by_another_way(self):
            for device in Device.objects.filter(status="retired"):
                lines = DisposalLine.objects.filter(device=device, lot__state="disposed")
                written = WriteOff.objects.filter(device=device, state="approved")
                assert lines.exists() or written.exists()
                for line in lines:
                    assert device.device_class == "hotspot" or line.sanitisation.state == "verified"
                    assert line.lot.approved_by_id != line.lot.opened_by_id
                for row in written:
                    assert row.asked_by_id != row.decided_by_id

        @invariant()
        def what_is_found_is_not_erased_after(self):
            found = Loss.objects.filter(state__in=["found", "found_late"])
            back_again = Device.objects.filter(losses__in=found, status="assigned")
            waiting = Command.objects.filter(
                kind="EraseDevice",
                state__in=OPEN_ERASURES,
                enrolment__device__in=back_again,
            )
            assert not waiting.exists()

        @invariant()
        def who_has_it_got_it_clean(self):
            for device in Device.objects.filter(status="assigned", device_class="smartphone"):
                assert device.needs_sanitising
                assert not Sanitisation.objects.filter(device=device, holds=True).exists()

    return Life


@pytest.mark.clause("C-3", "G-11")
@pytest.mark.django_db
def test_nothing_leaves_but_by_the_procedure(cast, at):
    run_state_machine_as_test(
        machine(cast, at),
        settings=settings(
            max_examples=4,
            stateful_step_count=10,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
