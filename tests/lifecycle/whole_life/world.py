"""The people and things of a whole life, and what is tried: legal, illegal, past the rules."""

from contextlib import suppress
from datetime import timedelta

from django.db import DatabaseError, connection, transaction
from django.utils.timezone import localdate

from quartermaster.billing.actions import invoices, orders, services
from quartermaster.billing.actions.orders import Ordered
from quartermaster.billing.models import Order, OrderLine, Service
from quartermaster.billing.rules.orders import LineKind
from quartermaster.compliance.models import Evaluation
from quartermaster.inventory import actions as inventory
from quartermaster.inventory.models import CustodyPeriod, Device, Line, Sim
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import HouseError
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle import recovery_schedule, schedule
from quartermaster.lifecycle.actions import purchasing, requests
from quartermaster.lifecycle.actions.purchasing import Choice
from quartermaster.lifecycle.models import PoolHotspot, RequestItem
from quartermaster.mdm.models import Enrolment
from quartermaster.org.actions import separate
from quartermaster.org.models import Person
from quartermaster.org.queries import actor_for
from quartermaster.policy.actions.acknowledgements import acknowledge
from quartermaster.policy.models import PolicyVersion
from tests.factories import compliance as evaluations
from tests.factories import destruction, mdm, policy
from tests.factories import inventory as make
from tests.factories import invoices as bills
from tests.factories import loans as pool
from tests.factories import orders as buy
from tests.factories import requests as ask
from tests.factories.org import DepartmentFactory, PersonFactory

HOUR, LONG = timedelta(hours=1), timedelta(days=60)
HOLDERS = ("ana", "eve", "fay", "sue", "rex", "pia", "gus")
UNTOLD = "gus"  # who has not acknowledged the policy
OWN_NUMBER = "+14145550177"
PEOPLE = (*HOLDERS, "cole", "ida", "ben")


def check_now():
    """Check what is deferred, and defer again.

    In the same savepoint, or undoing the one around it would bring back the state in between.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _fits(name, device, *, clean):
    if name in {"report", "ask_back"}:
        return device.status == "assigned"
    return device.status == "in_stock" and (clean if name == "dispose" else device.needs_sanitising)


class World:
    """Water Works, the library, ITMD, an excluded police with Pia; Gus has not acknowledged."""

    def __init__(self, cast, at):
        self.now = at
        destruction.account(cast.ida)
        self.police = DepartmentFactory(coverage="excluded", exclusion_reason="Public safety")
        self.people = {name: getattr(cast, name) for name in ("ana", "sue", "rex", "cole", "ida")}
        for name in ("eve", "fay", "gus"):  # who have nothing yet
            self.people[name] = PersonFactory(department=cast.water, supervisor=cast.sue)
        self.people["ben"] = destruction.second_person(cast)
        self.people["pia"] = PersonFactory(department=self.police)
        self.left_at = {}
        policy.adopted(at=at - LONG, in_force_on=(at - LONG).date())
        self._acknowledge(set(self.people) - {UNTOLD, "pia"}, at - LONG)
        self.contract = buy.contract(at)
        self.plan = buy.plan(self.contract, at)
        model = make.DeviceModelFactory(platform="android")
        self.item = buy.phone(self.contract, at, model=model)
        phones = [
            make.DeviceFactory(department=cast.water, platform="android", model=model)
            for _ in range(3)
        ]
        phones.append(make.DeviceFactory(holder=cast.ana, platform="android", model=model))
        self.own = make.PersonalDeviceFactory(holder=cast.sue, platform="android")
        for phone, holder in zip(phones, (None, None, None, cast.ana), strict=True):
            line = make.LineFactory(holder=holder, department=cast.water)
            make.SimFactory(device=phone, line=line)
        self.tablet = make.DeviceFactory(
            department=cast.water, device_class="tablet", platform="ios", asset_tag="CITY-IOS"
        )
        ask.authorised(cast, at, {"kind": "line"})
        self.spare_sim = make.SimFactory(line=make.LineFactory(department=cast.water))
        self.kit = make.AccessoryFactory(department=cast.water)
        self.pooled = pool.hotspot(cast, at, department=None)
        self.scanned = 0
        self._bill()

    def _acknowledge(self, names, at):
        (version,) = PolicyVersion.objects.all()
        for name in sorted(names):
            acknowledge(
                version_id=version.id,
                text_digest=version.text_digest,
                actor=self.actor(name),
                at=at,
            )

    def _bill(self):
        """An invoice on which somebody's own number stands beside a line of the City's."""
        invoices.enter_personal_number(
            number=OWN_NUMBER, person_id=None, how="She said so", actor=bills.HOUSE, at=self.now
        )
        lines = [bills.bill(OWN_NUMBER, bills.charge(4000)), bills.bill("+14145550100")]
        read = bills.read(*lines)
        self.invoice = invoices.keep_invoice(read=read, source=None, actor=bills.HOUSE, at=self.now)

    def devices(self):
        return list(Device.objects.filter(ownership="city").order_by("asset_tag"))

    def device(self, which):
        rows = self.devices()
        return rows[which % len(rows)]

    def place_of(self, name, which):
        """The place of a device with which an act can be meant: held, or to be sanitised."""
        fits = [
            place
            for place, device in enumerate(self.devices())
            if _fits(name, device, clean=device.sanitisations.filter(holds=True).exists())
        ]
        return fits[which % len(fits)] if fits else which

    def person(self, name):
        return Person.objects.get(id=self.people[name].id)

    def actor(self, name):
        return actor_for(self.person(name), self.now)

    def attempt(self, work, **given):
        """Try something as an act; what the house refuses changes nothing."""
        self.now += HOUR
        try:
            with transaction.atomic():
                return work(**given, at=self.now)
        except HouseError:
            return None

    def force(self, work, *, earlier=timedelta(0), **given):
        """The same with a verb of a room below, which no page has: the database may refuse it."""
        self.now += HOUR
        with suppress(HouseError, DatabaseError), transaction.atomic():
            work(**given, at=self.now - earlier)
            check_now()

    def later(self, days):
        self.now += timedelta(days=days)
        self.settle()

    def settle(self):
        """What was told is heard, and what is due by the clock is done."""
        schedule.take_steps(self.now)
        recovery_schedule.follow_recoveries(self.now)
        outbox.deliver_due(self.now)

    def ask_for(self, name, actor, *, device_class="tablet"):
        self.attempt(
            requests.ask,
            person_id=self.people[name].id,
            details=ask.details(self.now, {"kind": "device", "device_class": device_class}),
            actor=actor,
        )

    def leaves(self, name, actor):
        """Whether somebody's employment ends by this."""
        key = self.people[name].id
        more = {"person_id": key, "on": localdate(self.now), "actor": actor}
        gone = self.attempt(separate, **more) is not None
        if gone:
            self.left_at[key] = self.now
        return gone

    # -- purchases ---------------------------------------------------------------------------

    def buy(self, actor):
        """Order whatever is to be ordered."""
        for item in RequestItem.objects.filter(state="to_order", kind="device"):
            choice = Choice(item.id, self.item.id, self.plan.id)
            more = {"contract_id": self.contract.id, "actor": actor}
            self.attempt(purchasing.order_items, choices=[choice], **more)

    def order_for(self, actor, **whom):
        """A line, ordered out of whatever request is not ordered yet."""
        for item in RequestItem.objects.filter(state="to_order", kind="line"):
            line = Ordered(
                request_item_id=item.id,
                kind=LineKind.LINE,
                plan_id=self.plan.id,
                **{"department_id": item.request.department_id, **whom},
            )
            more = {"contract_id": self.contract.id, "actor": actor}
            self.attempt(orders.raise_order, lines=[line], **more)

    def push_orders(self, actor):
        for order in Order.objects.filter(state__in=["draft", "approved"]):
            self.attempt(orders.approve_order, order_id=order.id, actor=actor)
            self.attempt(orders.send_order, order_id=order.id, actor=actor)

    def take_in(self, actor):
        for order in Order.objects.filter(state__in=["sent", "partly"]):
            for line in order.lines.all():
                self.scanned += 1
                number = 700_000 + self.scanned
                pieces = (
                    f"{make.imei(number)} {make.iccid(number)} {make.phone_number(number % 9000)}"
                )
                self.attempt(
                    orders.receive, order_id=order.id, line_id=line.id, pieces=pieces, actor=actor
                )

    def pay_for(self, actor, which):
        lines = list(Line.objects.order_by("number"))
        self.attempt(
            services.enter_service,
            line_id=lines[which % len(lines)].id,
            plan_id=self.plan.id,
            reason="It was there before",
            actor=actor,
        )

    # -- past the rules ----------------------------------------------------------------------

    def past(self, write):
        """Write past every action: the database itself must refuse it, or it does no harm."""
        with suppress(DatabaseError), transaction.atomic():
            write()
            check_now()

    def forged(self, way, which, name):
        """One of the ways in which somebody at the database would cheat."""
        device, person = self.device(which), self.people[name]
        rows = Device.objects.filter(id=device.id)
        period = CustodyPeriod.objects.filter(device=device).order_by("-position").first()
        plain = {"contract": self.contract, "raised_at": self.now, "raised_label": "x"}
        ways = {
            "give": lambda: rows.update(holder=person, status="assigned"),
            "keep": lambda: rows.update(status="assigned"),
            "retire": lambda: rows.update(status="retired", holder=None),
            "clean": lambda: rows.update(needs_sanitising=False, holder=person, status="assigned"),
            "two custodians": lambda: CustodyPeriod.objects.create(
                thing_id=device.id,
                device=device,
                position=period.position + 1,
                before=period.position,
                since=self.now,
                custodian="person",
                person=person,
                verb="assign",
                by="x",
                entered_at=self.now,
            ),
            "rewrite": lambda: CustodyPeriod.objects.filter(id=period.id).update(
                custodian="person", person=person
            ),
            "forget": lambda: CustodyPeriod.objects.filter(device=device).delete(),
            "own line": lambda: OrderLine.objects.create(
                order=Order.objects.create(number=f"X-{new_id()}"[:20], **plain),
                place=1,
                request_item_id=new_id(),
                kind="line",
                plan=self.plan,
                department=person.department,
                for_device=self.own,
            ),
            "own sim": lambda: Sim.objects.filter(id=self.spare_sim.id).update(device=self.own),
            "own service": lambda: Service.objects.filter(line__isnull=False).update(line=None),
        }
        self.past(ways[way])

    WAYS = (
        "give",
        "keep",
        "retire",
        "clean",
        "two custodians",
        "rewrite",
        "forget",
        "own line",
        "own sim",
        "own service",
    )

    def enrol(self, device, person):
        """A device enrols in somebody's name, and is evaluated."""
        Enrolment.objects.filter(device=device, ended_at=None).update(
            state="ended", ended_at=self.now
        )
        mdm.EnrolmentFactory(
            device=device,
            person=person,
            invitation=mdm.InvitationFactory(device=device, person=person, state="used"),
            enrolled_at=self.now,
        )
        Evaluation.objects.filter(device=device).delete()
        evaluations.EvaluationFactory(device=device, evaluated_at=self.now)

    def directly(self, verb, which, name, actor):
        """An act of the room below, past the room that moves things: by whoever tries."""
        device, person = self.device(which), self.people[name]
        if verb == "assign":
            self.force(inventory.assign, device_id=device.id, holder_id=person.id, actor=actor)
        elif verb == "retire":
            self.force(inventory.retire, device_id=device.id, actor=actor)
        elif verb == "own sim":
            self.force(
                inventory.put_sim, sim_id=self.spare_sim.id, device_id=self.own.id, actor=actor
            )
        else:
            self.force(
                inventory.put_sim, sim_id=self.spare_sim.id, device_id=device.id, actor=actor
            )

    def pool_row(self):
        return PoolHotspot.objects.get(id=self.pooled.id)

    def left(self):
        """Who the life has seen leave."""
        return [person for person in self.people.values() if person.id in self.left_at]
