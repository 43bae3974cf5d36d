"""What somebody tries who knows exactly which promise they want to break, and has some power."""

import inspect
from datetime import timedelta

from django.utils.timezone import localdate

from quartermaster.billing.actions import invoices, services
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import Accessory, Device, Line
from quartermaster.lifecycle.actions import disposals, handovers, loans, losses, requests, returns
from quartermaster.lifecycle.actions.handovers import Given, Signature
from quartermaster.lifecycle.actions.requests import TO_ORDER
from quartermaster.lifecycle.models import (
    HandoverItem,
    Loan,
    Loss,
    Replacement,
    Request,
    Reservation,
    Return,
    Sanitisation,
    SurplusLot,
    WriteOff,
)
from quartermaster.lifecycle.queries.handovers import shown_digest
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.lifecycle.rules.loans import Condition as Brought
from quartermaster.lifecycle.rules.returns import Condition, ItemState, ReturnReason
from tests.factories import losses as lost
from tests.factories import returns as back
from tests.factories.loans import EVERY_STEP
from tests.lifecycle.whole_life.world import UNTOLD

EARLIER = timedelta(days=3)


def _some(model, **given):
    return lambda: model.objects.filter(**given).exists()


# what an attack is aimed at; where there is nothing of it, another one is tried
AIMED_AT = {
    "snatch": lambda: (
        _some(Reservation, ended_at=None, device__isnull=False)()
        or _some(HandoverItem, live=True)()
        or _some(Replacement, state="chosen")()
    ),
    "give_as_it_was": _some(Device, status="in_stock", needs_sanitising=True),
    "clear_alone": _some(Device, status="in_stock", needs_sanitising=True),
    "lend_twice": _some(Loan, state__in=["reserved", "lent"]),
    "write_off_alone": _some(Loss, closed_at=None),
    "receive_unsettled": _some(Return, state="expected"),
    "skip_steps": _some(Request, state__in=["asked", "recommended"]),
}


class Attacks:
    """Each is tried on everything there is, with all the power that one person has."""

    def __init__(self, world):
        self.world = world

    @classmethod
    def with_an_aim(cls):
        """The names of those that have something to be tried on."""
        return [n for n in ATTACKS if n not in AIMED_AT or AIMED_AT[n]()]

    # -- issued twice, or to whom it may not go

    def snatch(self, who, person):
        """What is kept, made ready or chosen for one is given to another."""
        world, other = self.world, "eve" if person != "eve" else "fay"
        rows = [
            *Reservation.objects.filter(ended_at=None).values_list("device", flat=True),
            *HandoverItem.objects.filter(live=True).values_list("device", flat=True),
            *Replacement.objects.filter(state="chosen").values_list("device", flat=True),
        ]
        kept = [key for key in rows if key is not None]
        for key in kept:
            self._give(key, who, person)
        for device in self._free().exclude(id__in=kept)[:2]:
            made = {"things": [Given(device_id=device.id)], "actor": world.actor(who)}
            holder = world.people[other].id
            if world.attempt(handovers.prepare_handover, holder_id=holder, **made):
                self._give(device.id, who, person)

    def give_twice(self, who, person):
        """What somebody has is given to another."""
        for device in Device.objects.filter(status="assigned", ownership="city"):
            self._give(device.id, who, person)

    def give_a_second(self, who):
        """Who has a device with a line gets another one."""
        for holder in {d.holder_id for d in Device.objects.filter(status="assigned")}:
            name = next((n for n, p in self.world.people.items() if p.id == holder), None)
            for device in self._free().filter(sims__line__isnull=False):
                if name is not None:
                    self._give(device.id, who, name)

    def give_as_it_was(self, who, person):
        """What came back is given on without its sanitisation."""
        for device in self._free().filter(needs_sanitising=True):
            self._give(device.id, who, person)

    def give_to_who_may_not(self, who):
        """Whatever is free goes to who left, has not acknowledged, or is of an excluded department.

        A kit takes no guard of a device, a line none either.
        """
        world, gone = self.world, {person.id for person in self.world.left()}
        names = [n for n, p in world.people.items() if n in {UNTOLD, "pia"} or p.id in gone]
        for name in names:
            for device in self._free()[:2]:
                self._give(device.id, who, name)
            self._give_kit(who, name)
            self._lend(who, name)

    def give_to_who_leaves(self, who, person):
        """Somebody leaves; what they asked for is authorised, and what is free goes to them."""
        world, actor = self.world, self.world.actor(who)
        world.ask_for(person, world.actor(person))
        self._recommend(person, "cole")
        world.ask_for(person, world.actor(person))
        if not world.leaves(person, actor):
            return
        world.ask_for(person, actor)
        self._authorise(person, who)
        self._recommend(person, "cole")
        for device in self._free()[:2]:
            self._give(device.id, who, person)
        self._give_kit(who, person)
        self._lend(who, person)

    def hand_out_unenrolled(self, who, person):
        """What has a channel is signed for while it is not enrolled in the holder's name."""
        world, given = self.world, {"ready": False, "directly": False}
        self._give(world.tablet.id, who, person, **given)
        if Device.objects.get(id=world.tablet.id).status == "in_stock":
            world.enrol(world.tablet, world.people["cole" if person == "rex" else "rex"])
            self._give(world.tablet.id, who, person, **given)

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

    def give_out_of_the_pool(self, who, person):
        """A hot-spot that is for lending is given for good."""
        self._give(self.world.pooled.device_id, who, person)

    # -- two custodians

    def backdate(self, who):
        """What is taken back is entered as of a day on which somebody else had it."""
        more = {"actor": self.world.actor(who), "earlier": EARLIER}
        for device in Device.objects.filter(status="assigned", ownership="city"):
            self.world.force(inventory.unassign, device_id=device.id, **more)
        for kit in Accessory.objects.filter(holder__isnull=False):
            self.world.force(inventory.unassign_accessory, accessory_id=kit.id, **more)

    # -- out of the City's hands

    def throw_away(self, who):
        """What is in stock leaves without having been sanitised, or by one person alone."""
        self._lot(who, (who, "ben" if who == "ida" else "ida"), self._free())
        for device in self._free():
            self.world.force(inventory.retire, device_id=device.id, actor=self.world.actor(who))

    def sell_from_the_department(self):
        """A coordinator and a supervisor do what ITMD and the surplus office do."""
        world, actor = self.world, self.world.actor("cole")
        self._lot("cole", ("sue",), self._free())
        for device in self._free():
            more = {"device_id": device.id, "actor": actor}
            world.attempt(disposals.correct_mistake, reason="Never ours", **more)
            world.force(inventory.retire, **more)
        for kit in Accessory.objects.filter(holder=None, retired=False):
            world.force(inventory.retire_accessory, accessory_id=kit.id, actor=actor)
        self._write_off("cole", "sue")

    def write_off_alone(self, who):
        """One person asks that what is lost be written off, and agrees."""
        self._write_off(who, who)

    def clear_alone(self, who):
        """One person sanitises, and verifies what they did."""
        world = self.world
        for device in self._free().filter(needs_sanitising=True):
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

    # -- the City's money

    def pay_for_an_own_phone(self, who):
        """A line is ordered for a person's own phone, a SIM of the City goes in, a bill is paid."""
        world, actor = self.world, self.world.actor(who)
        world.order_for(actor, for_device_id=world.own.id)
        world.order_for(actor, department_id=world.police.id)
        world.directly("own sim", 0, "ana", actor)
        for line in Line.objects.filter(sims__device=world.own):
            more = {"line_id": line.id, "plan_id": world.plan.id, "actor": actor}
            world.attempt(services.enter_service, reason="It is hers", **more)
        world.attempt(invoices.approve_invoice, invoice_id=world.invoice.id, actor=actor)

    # -- past the house

    def cheat_at_the_database(self, person):
        """Somebody at the database writes, one after the other, what no action writes."""
        for way in self.world.WAYS:
            self.world.forged(way, 0, person)

    # -- one's own judge

    def be_ones_own_judge(self, who):
        """Somebody at ITMD does for themselves what takes another person."""
        world, actor = self.world, self.world.actor(who)
        other = "ben" if who == "ida" else "ida"
        world.ask_for(who, actor)
        for one in (who, "cole"):
            self._recommend(who, one)
        self._authorise(who, who)
        self._lend(who, who)
        self._lend(other, who)
        for loan in Loan.objects.filter(state="lent", person=world.people[who]):
            given = {"condition": Brought.GOOD, "reset_steps": EVERY_STEP, "actor": actor}
            world.attempt(loans.give_back, loan=loan, **given)
        for device in self._free()[:2]:
            self._give(device.id, other, who)
        mine = Device.objects.filter(holder=world.people[who], status="assigned")
        for device in mine.exclude(pool_place__isnull=False):
            self._receive_ones_own(device, who)
        for device in mine.exclude(pool_place__isnull=False):
            said = lost.report("lost", world.now)
            world.attempt(losses.report_loss, device_id=device.id, report=said, actor=actor)
        self._write_off(other, who)

    def _receive_ones_own(self, device, who):
        world, actor = self.world, self.world.actor(who)
        more = {"device_id": device.id, "reason": ReturnReason.NOT_NEEDED, "actor": actor}
        row = world.attempt(returns.open_return, **more)
        if row is None:
            return
        world.attempt(returns.state_nothing_left, row=row, confirmed=True, actor=actor)
        for item in row.items.filter(state="open"):
            state = ItemState.WAIVED if item.code == "records" else ItemState.DONE
            world.attempt(returns.answer_item, item=item, state=state, note="x", actor=actor)
        world.attempt(returns.receive_return, row=row, condition=Condition.GOOD, actor=actor)

    def _recommend(self, person, who):
        for request in Request.objects.filter(state="asked", person=self.world.people[person]):
            self.world.attempt(requests.recommend, request=request, actor=self.world.actor(who))

    def _authorise(self, person, who):
        for request in Request.objects.filter(
            state="recommended", person=self.world.people[person]
        ):
            self.world.attempt(
                requests.authorise,
                request=request,
                supplies={item.id: TO_ORDER for item in request.items.all()},
                actor=self.world.actor(who),
            )

    # -- what they have in common

    def _free(self):
        return Device.objects.filter(status="in_stock", ownership="city").order_by("asset_tag")

    def _give(self, key, who, person, *, ready=True, directly=True):
        """By every way that leads to a person: made ready and signed, as found, straight."""
        world, holder = self.world, self.world.people[person]
        actor = world.actor(who)
        given = {"holder_id": holder.id, "things": [Given(device_id=key)], "actor": actor}
        made = world.attempt(handovers.prepare_handover, **given)
        if made is not None:
            if ready and made.items.filter(device__platform="ios").exists():
                world.enrol(Device.objects.get(id=key), holder)
            self._sign(made, person)
        if not directly:
            return
        more = {"device_id": key, "holder_id": holder.id, "actor": actor}
        world.attempt(handovers.device_as_found, reason="She has it", **more)
        world.force(inventory.assign, **more)

    def _lend(self, who, person):
        world, today = self.world, localdate(self.world.now)
        loan = world.attempt(
            loans.reserve_hotspot,
            person_id=world.people[person].id,
            starts_on=today,
            ends_on=today,
            purpose="A street festival.",
            actor=world.actor(who),
        )
        if loan is not None:
            name = loan.person.name
            world.attempt(loans.lend, loan=loan, signed_name=name, actor=world.actor(who))

    def _give_kit(self, who, person):
        world, key = self.world, self.world.people[person].id
        more = {"holder_id": key, "actor": world.actor(who)}
        kit = world.kit.id
        given = [Given(accessory_id=kit)]
        made = world.attempt(handovers.prepare_handover, things=given, **more)
        if made is not None:
            self._sign(made, person)
        world.attempt(handovers.accessory_as_found, accessory_id=kit, reason="So it is", **more)
        world.force(inventory.assign_accessory, accessory_id=kit, **more)
        world.force(inventory.assign_line, line_id=world.spare_sim.line_id, **more)

    def _sign(self, made, person):
        """Somebody else signs in their name, then they themselves."""
        world = self.world
        for name in ("cole" if person != "cole" else "sue", person):
            world.attempt(
                handovers.sign_handover,
                handover_id=made.id,
                signature=Signature(consent=True, typed_name=made.holder.name),
                replies={},
                shown=shown_digest(made),
                actor=world.actor(name),
            )
        world.attempt(
            handovers.cancel_handover,
            handover_id=made.id,
            reason="Not so",
            actor=world.actor("ida"),
        )

    def _lot(self, who, seconds, devices):
        world, actor = self.world, self.world.actor(who)
        lot = world.attempt(disposals.open_lot, title="All of it", actor=actor)
        if lot is None:
            return
        for device in devices:
            world.attempt(disposals.add_to_lot, lot=lot, device_id=device.id, actor=actor)
        kit = {"lot": lot, "accessory_id": world.kit.id, "actor": actor}
        world.attempt(disposals.add_accessory_to_lot, **kit)
        for one in seconds:
            world.attempt(disposals.approve_lot, lot=lot, actor=world.actor(one))
        world.attempt(
            disposals.dispose_lot,
            lot=lot,
            way=Way.RECYCLED,
            document="SO-2",
            disposed_on=localdate(world.now),
            proceeds_cents=0,
            actor=actor,
        )
        if SurplusLot.objects.get(id=lot.id).state == "collecting":
            world.attempt(disposals.cancel_lot, lot=lot, reason="Not so", actor=world.actor("ida"))

    def _write_off(self, who, second):
        world = self.world
        for loss in Loss.objects.filter(closed_at=None):
            asked = {"loss": loss, "reason": "Gone", "actor": world.actor(who)}
            world.attempt(disposals.ask_write_off, **asked)
        for row in WriteOff.objects.filter(state="asked"):
            decided = {"write_off": row, "decision": "Yes", "actor": world.actor(second)}
            world.attempt(disposals.approve_write_off, **decided)


ATTACKS = sorted(
    name for name, _ in inspect.getmembers(Attacks, inspect.isfunction) if not name.startswith("_")
)
