"""Whatever people and the clock do, in whatever order: what is held is not destroyed."""

from contextlib import suppress
from datetime import timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import HouseError, NotFound
from quartermaster.mdm import actions as mdm_actions
from quartermaster.mdm import schedule, settling
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.org import accounts
from quartermaster.records import schedule as records
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import Hold, HoldKeeper
from tests.factories import mdm
from tests.factories.destruction import REASON, account, approved, devices, second_person
from tests.factories.records import WHY, paul, terms
from tests.factories.returns import let_go

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.clause("G-2"),
    pytest.mark.clause("C-2"),
    pytest.mark.clause("G-10"),
]


def first(rows):
    found = rows.first()
    if found is None:
        raise NotFound("There is none.")
    return found


class World:
    """Ana and Rex with a phone each, and one in stock; holds and wipes of all kinds.

    What is held is reckoned apart from the house: ``open`` has the people under each hold, and
    ``seen`` on each device the pairs of a hold and a person through whom it came under it.
    """

    def __init__(self, cast, at):
        self.cast, self.at = cast, at
        self.ida, self.paul = cast.acting(cast.ida), paul(cast)
        self.ben = cast.acting(second_person(cast))
        account(cast.ida)
        account(cast.ana)
        self.devices = [*devices(cast, 1), *devices(cast, 1, holder=cast.rex), *devices(cast, 1)]
        self.enrolments = [mdm.enrolled(item, at) for item in self.devices]
        inventory.unassign(device_id=self.devices[2].id, actor=self.ida, at=at)
        for device in self.devices:
            let_go(device, cast.ida, at)
        self.open, self.agreed = {}, {}
        self.seen = {item.id: set() for item in self.devices}

    def _look(self):
        for device in self.devices:
            device.refresh_from_db()
            now = {hold for hold, people in self.open.items() if device.holder in people}
            self.seen[device.id] |= {(hold, device.holder) for hold in now}

    def _holds(self, device):
        return {hold for hold, one in self.seen[device.id] if one in self.open.get(hold, ())}

    def _hold(self, person):
        made = actions.open_hold(terms=terms(), people=[person.id], actor=self.paul, at=self.at)
        self.open[made.id] = {person}

    def hold_ana(self):
        self._hold(self.cast.ana)

    def hold_rex(self):
        self._hold(self.cast.rex)

    def widen(self):
        hold, rex = first(Hold.objects.filter(state="open")), self.cast.rex
        actions.add_people(hold_id=hold.id, people=[rex.id], actor=self.paul, at=self.at)
        self.open[hold.id].add(rex)

    def let_go(self):
        row = first(HoldKeeper.objects.filter(released_at=None).order_by("added_at", "id"))
        actions.release_keeper(keeper_id=row.id, reason=WHY, actor=self.paul, at=self.at)
        self.open[row.hold_id].discard(row.person)
        for pairs in self.seen.values():
            pairs.discard((row.hold_id, row.person))

    def release(self):
        hold = first(Hold.objects.filter(state="open").order_by("opened_at", "id"))
        actions.release_hold(hold_id=hold.id, reason=WHY, actor=self.paul, at=self.at)
        del self.open[hold.id]

    def hand_over(self):
        device, ana = self.devices[2], self.cast.ana
        inventory.assign(device_id=device.id, holder_id=ana.id, actor=self.ida, at=self.at)

    def take_back(self):
        device = first(Device.objects.filter(status="assigned").order_by("id"))
        inventory.unassign(device_id=device.id, actor=self.ida, at=self.at)

    def retire(self):
        device = first(Device.objects.filter(status="in_stock").order_by("id"))
        inventory.retire(device_id=device.id, actor=self.ida, at=self.at)
        assert not self._holds(device)

    def close(self):
        accounts.close_account(person_id=self.cast.ana.id, actor=self.ida, at=self.at)
        assert not any(self.cast.ana in people for people in self.open.values())

    def ask_ana(self):
        self._ask(0)

    def ask_rex(self):
        self._ask(1)

    def ask_stock(self):
        self._ask(2)

    def ask_in_spite(self):
        self._ask(0, despite=True)

    def _ask(self, number, *, despite=False):
        mdm_actions.request_destruction(
            kind=Kind.WIPE,
            enrolments=[self.enrolments[number]],
            reason=REASON,
            despite_hold=despite,
            actor=self.ida,
            at=self.at,
        )

    def _asked(self):
        rows = DestructiveRequest.objects.filter(state="requested")
        return first(rows.order_by("requested_at", "id"))

    def approve(self):
        approved(self._asked(), self.ben, self.at)

    def agree(self):
        request = self._asked()
        approved(request, self.paul, self.at)
        self.agreed[request.id] = self._holds(request.targets.get().enrolment.device)

    def wait(self):
        self.at += timedelta(minutes=20)

    def tick(self):
        records.take_steps(self.at)
        schedule.look_at_requests(self.at)

    def send(self):
        """What the devices' door asks just before the bytes leave."""
        for command in Command.objects.filter(target__isnull=False, state="queued"):
            if settling.may_go(command.id, self.at):
                self._check(command)
                Command.objects.filter(id=command.id).update(state="sent", sent_at=self.at)

    def _check(self, command):
        passed = self.agreed.get(command.target.request_id, set())
        assert self._holds(command.enrolment.device) <= passed


STEPS = sorted(name for name in vars(World) if not name.startswith("_"))
LIKELY = ["hold_ana", "ask_ana", "approve", "wait", "tick", "ask_in_spite", "agree", "send"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.sampled_from([*STEPS, *LIKELY]), max_size=30))
def test_no_order_of_acts_destroys_what_is_held(cast, at, steps):
    with transaction.atomic():
        world = World(cast, at)
        for step in steps:
            before = set(Command.objects.values_list("id", flat=True))
            with suppress(HouseError):
                getattr(world, step)()
            world._look()
            made = Command.objects.filter(target__isnull=False).exclude(id__in=before)
            for command in made.select_related("enrolment__device", "target"):
                world._check(command)
        transaction.set_rollback(True)
