"""What somebody at ITMD tries who knows exactly which promise they want to break."""

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Device
from quartermaster.lifecycle.actions import disposals, handovers, loans, requests, returns
from quartermaster.lifecycle.actions.handovers import Given
from quartermaster.lifecycle.models import (
    HandoverItem,
    Loan,
    Replacement,
    Request,
    Reservation,
    Return,
    Sanitisation,
)
from quartermaster.lifecycle.rules.returns import Condition
from tests.factories import returns as back


class Attacks:
    """Each is tried on everything there is, with all the power that one person has."""

    def __init__(self, world):
        self.world = world

    def snatch(self, who, person):
        """What is kept, made ready or chosen for one is given to another."""
        rows = [
            *Reservation.objects.filter(ended_at=None).values_list("device", flat=True),
            *HandoverItem.objects.filter(live=True).values_list("device", flat=True),
            *Replacement.objects.filter(state="chosen").values_list("device", flat=True),
        ]
        for key in filter(None, rows):
            self._give(key, who, person)

    def give_twice(self, who, person):
        """What somebody has is given to another."""
        for device in Device.objects.filter(status="assigned", ownership="city"):
            self._give(device.id, who, person)

    def give_as_it_was(self, who, person):
        """What came back is given on without its sanitisation."""
        for device in Device.objects.filter(status="in_stock", needs_sanitising=True):
            self._give(device.id, who, person)

    def give_to_who_left(self, who):
        """Whatever is free goes to somebody who has left."""
        for person in self.world.left():
            for device in Device.objects.filter(status="in_stock", ownership="city"):
                self.world.force(
                    inventory.assign,
                    device_id=device.id,
                    holder_id=person.id,
                    actor=self.world.actor(who),
                )

    def lend_twice(self, who, person):
        """A hot-spot that is promised is lent to another for the same days."""
        for loan in Loan.objects.filter(state__in=["reserved", "lent"]):
            self.world.attempt(
                loans.reserve_hotspot,
                person_id=self.world.people[person].id,
                starts_on=loan.starts_on,
                ends_on=loan.ends_on,
                purpose="The same festival.",
                hotspot_id=loan.hotspot_id,
                actor=self.world.actor(who),
            )

    def throw_away(self, who, second):
        """What is in stock leaves without having been sanitised, or by one person alone."""
        world = self.world
        actor = world.actor(who)
        lot = world.attempt(disposals.open_lot, title="All of it", actor=actor)
        for device in Device.objects.filter(status="in_stock", ownership="city"):
            if lot is not None:
                world.attempt(disposals.add_to_lot, lot=lot, device_id=device.id, actor=actor)
            world.force(inventory.retire, device_id=device.id, actor=actor)
        for one in (who, second):
            if lot is not None:
                world.attempt(disposals.approve_lot, lot=lot, actor=world.actor(one))

    def clear_alone(self, who):
        """One person sanitises, and verifies what they did."""
        world = self.world
        for device in Device.objects.filter(status="in_stock", needs_sanitising=True):
            world.attempt(
                returns.record_sanitisation,
                device_id=device.id,
                details=back.details(),
                actor=world.actor(who),
            )
        for row in Sanitisation.objects.filter(state="done"):
            world.attempt(
                returns.verify_sanitisation,
                row=row,
                passed=True,
                how="I know it",
                actor=world.actor(who),
            )

    def receive_unsettled(self, who):
        """A device is received before its checklist is settled."""
        for row in Return.objects.filter(state="expected"):
            self.world.attempt(
                returns.receive_return,
                row=row,
                condition=Condition.GOOD,
                actor=self.world.actor(who),
            )

    def skip_steps(self, who):
        """A request is authorised that nobody recommended, and by who recommended it."""
        for request in Request.objects.filter(state__in=["asked", "recommended"]):
            self.world.attempt(requests.recommend, request=request, actor=self.world.actor(who))
            self.world.attempt(
                requests.authorise, request=request, supplies={}, actor=self.world.actor(who)
            )

    def buy_for_an_own_phone(self, who):
        """A line is ordered for a person's own phone, and a SIM of the City goes into it."""
        world = self.world
        world.buy(world.actor(who), own=True)
        world.directly("own sim", 0, "ana", world.actor(who))

    def _give(self, key, who, person):
        world = self.world
        world.attempt(
            handovers.prepare_handover,
            holder_id=world.people[person].id,
            things=[Given(device_id=key)],
            actor=world.actor(who),
        )
        world.force(
            inventory.assign,
            device_id=key,
            holder_id=world.people[person].id,
            actor=world.actor(who),
        )
