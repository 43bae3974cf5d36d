"""What people try in a whole life, each an act of the house, whether they may or not."""

from datetime import timedelta

from django.utils.timezone import localdate

from quartermaster.billing.actions import invoices
from quartermaster.lifecycle.actions import disposals, handovers, loans, losses, requests, returns
from quartermaster.lifecycle.actions.handovers import Given, Signature
from quartermaster.lifecycle.actions.requests import TO_ORDER, Supply
from quartermaster.lifecycle.models import (
    Handover,
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
from quartermaster.lifecycle.queries.losses import candidates_for
from quartermaster.lifecycle.queries.requests import free_for
from quartermaster.lifecycle.rules.disposals import Way
from quartermaster.lifecycle.rules.loans import Condition as Brought
from quartermaster.lifecycle.rules.returns import Condition, ItemState, ReturnReason
from tests.factories import losses as lost
from tests.factories import returns as back
from tests.factories.loans import EVERY_STEP

DAY = timedelta(days=1)


class Acts:
    """Each method takes what it needs of: person, who, second, device, kind, flag, verb, way."""

    def __init__(self, world):
        self.world = world

    # -- from the request to the signature

    def ask_for(self, person, who, flag):
        wanted = "tablet" if flag else "smartphone"
        self.world.ask_for(person, self.world.actor(who), device_class=wanted)

    def recommend(self, who):
        for request in Request.objects.filter(state="asked"):
            self.world.attempt(requests.recommend, request=request, actor=self.world.actor(who))

    def authorise(self, who, flag):
        for request in Request.objects.filter(state="recommended"):
            supplies = {}
            for item in request.items.all():
                thing = free_for(item).first() if flag else None
                supplies[item.id] = Supply(thing.pk) if thing else TO_ORDER
            self.world.attempt(
                requests.authorise,
                request=request,
                supplies=supplies,
                actor=self.world.actor(who),
            )

    def order(self, who):
        self.world.buy(self.world.actor(who))

    def approve_and_send(self, who):
        self.world.push_orders(self.world.actor(who))

    def receive(self, who):
        self.world.take_in(self.world.actor(who))
        self.world.settle()

    def make_ready(self, device, person, who):
        world = self.world
        world.attempt(
            handovers.prepare_handover,
            holder_id=world.people[person].id,
            things=[Given(device_id=world.device(device).id)],
            actor=world.actor(who),
        )

    def enrol(self, person, flag):
        """What is made ready is enrolled in its holder's name; or in whose it comes to be."""
        world = self.world
        for item in HandoverItem.objects.filter(live=True, device__platform="ios"):
            holder = item.handover.holder if flag else world.people[person]
            world.enrol(item.device, holder)

    def as_found(self, device, person, who):
        world = self.world
        world.attempt(
            handovers.device_as_found,
            device_id=world.device(device).id,
            holder_id=world.people[person].id,
            reason="It was in the former list",
            actor=world.actor(who),
        )

    def sign(self, who, flag):
        world = self.world
        for row in Handover.objects.filter(state="prepared"):
            world.attempt(
                handovers.sign_handover,
                handover_id=row.id,
                signature=Signature(consent=True, typed_name=row.holder.name),
                replies={},
                shown=shown_digest(row),
                actor=world.actor(who) if flag else self._holder(row),
            )

    def _holder(self, row):
        name = next(n for n, p in self.world.people.items() if p.id == row.holder_id)
        return self.world.actor(name)

    def holder_of(self, given):
        """Who has the device that is meant; somebody at ITMD where nobody has it."""
        device = self.world.device(given["device"])
        names = {person.id: name for name, person in self.world.people.items()}
        return names.get(device.holder_id, "ida")

    def hand_out_what_is_kept(self, who):
        """What was reserved for somebody, or chosen instead, is made ready for them."""
        world = self.world
        kept = [
            (row.item.request.person_id, row.device_id)
            for row in Reservation.objects.filter(ended_at=None, device__isnull=False)
        ] + list(Replacement.objects.filter(state="chosen").values_list("loss__held_by", "device"))
        for person, device in kept:
            world.attempt(
                handovers.prepare_handover,
                holder_id=person,
                things=[Given(device_id=device)],
                actor=world.actor(who),
            )

    # -- the pool

    def lend(self, person, who):
        world = self.world
        loan = world.attempt(
            loans.reserve_hotspot,
            person_id=world.people[person].id,
            starts_on=localdate(world.now),
            ends_on=localdate(world.now + 2 * DAY),
            purpose="A street festival.",
            actor=world.actor(person),
        )
        if loan is not None:
            world.attempt(
                loans.lend, loan=loan, signed_name=loan.person.name, actor=world.actor(who)
            )

    def bring_back(self, who):
        for loan in Loan.objects.filter(state__in=["lent", "overdue"]):
            self.world.attempt(
                loans.give_back,
                loan=loan,
                condition=Brought.GOOD,
                reset_steps=EVERY_STEP,
                actor=self.world.actor(who),
            )

    # -- loss and damage

    def report(self, device, who, kind):
        world, thing = self.world, self.world.device(device)
        own = thing.holder_id == world.people[who].id
        said = lost.report(kind, world.now, caller_check="" if own else "Called back")
        world.attempt(losses.report_loss, device_id=thing.id, report=said, actor=world.actor(who))

    def find(self, who, flag):
        where = losses.Whither.STOCK if flag else losses.Whither.HOLDER
        for loss in Loss.objects.filter(closed_at=None):
            self.world.attempt(
                losses.mark_found,
                loss=loss,
                where="Desk",
                whither=where,
                actor=self.world.actor(who),
            )

    def write_off(self, who, second):
        world = self.world
        for loss in Loss.objects.filter(closed_at=None):
            world.attempt(disposals.ask_write_off, loss=loss, reason="Gone", actor=world.actor(who))
        for row in WriteOff.objects.filter(state="asked"):
            world.attempt(
                disposals.approve_write_off,
                write_off=row,
                decision="Yes",
                actor=world.actor(second),
            )

    def replace(self, who, flag):
        world = self.world
        for loss in Loss.objects.filter(held_by__isnull=False):
            free = candidates_for(loss, [])
            more = {"loss": loss, "needs": [], "actor": world.actor(who)}
            if flag or not free:
                world.attempt(losses.order_replacement, reason="None will do", **more)
            else:
                key = free[0].offer.device_id
                world.attempt(losses.choose_replacement, device_id=key, reason="x", **more)
        world.settle()

    def after_damage(self, who, flag):
        world = self.world
        for loss in Loss.objects.filter(state__in=["damaged", "in_repair"]):
            more = {"loss": loss, "actor": world.actor(who)}
            if flag:
                world.attempt(losses.mark_repaired, note="It was dirty", **more)
            else:
                world.attempt(losses.give_up, reason="The board is broken", **more)

    # -- back, sanitised, and out

    def ask_back(self, device, who):
        self.world.attempt(
            returns.open_return,
            device_id=self.world.device(device).id,
            reason=ReturnReason.NOT_NEEDED,
            actor=self.world.actor(who),
        )

    def receive_back(self, who):
        world = self.world
        for row in Return.objects.filter(state="expected"):
            actor = world.actor(who)
            world.attempt(
                returns.state_nothing_left, row=row, confirmed=True, actor=self._holder(row)
            )
            for item in row.items.filter(state="open"):
                state = ItemState.WAIVED if item.code == "records" else ItemState.DONE
                world.attempt(returns.answer_item, item=item, state=state, note="Dead", actor=actor)
            world.attempt(returns.receive_return, row=row, condition=Condition.GOOD, actor=actor)

    def sanitise(self, device, who, second):
        world = self.world
        world.attempt(
            returns.record_sanitisation,
            device_id=world.device(device).id,
            details=back.details(),
            actor=world.actor(who),
        )
        for row in Sanitisation.objects.filter(state="done"):
            world.attempt(
                returns.verify_sanitisation,
                row=row,
                passed=True,
                how="Seen",
                actor=world.actor(second),
            )

    def dispose(self, device, who, second):
        world = self.world
        actor = world.actor(who)
        lot = world.attempt(disposals.open_lot, title="Lot", actor=actor)
        if lot is None:
            return
        more = {"lot": lot, "actor": actor}
        world.attempt(disposals.add_to_lot, device_id=world.device(device).id, **more)
        world.attempt(disposals.add_accessory_to_lot, accessory_id=world.kit.id, **more)
        world.attempt(disposals.approve_lot, lot=lot, actor=world.actor(second))
        day = localdate(world.now)
        world.attempt(
            disposals.dispose_lot,
            way=Way.RECYCLED,
            document="SO-1",
            disposed_on=day,
            proceeds_cents=0,
            **more,
        )
        if SurplusLot.objects.get(id=lot.id).state in {"collecting", "approved"}:
            world.attempt(disposals.cancel_lot, reason="Not so", **more)

    # -- people and time

    def leave(self, person, who):
        self.world.leaves(person, self.world.actor(who))
        self.world.settle()

    def wait(self, device):
        self.world.later(1 + 2 * device)

    # -- past the rules

    def directly(self, verb, device, person, who):
        self.world.directly(verb, device, person, self.world.actor(who))

    def forge(self, way, device, person):
        self.world.forged(way, device, person)

    def approve_invoice(self, who):
        world = self.world
        world.attempt(invoices.approve_invoice, invoice_id=world.invoice.id, actor=world.actor(who))

    def pay(self, device, who):
        self.world.pay_for(self.world.actor(who), device)
