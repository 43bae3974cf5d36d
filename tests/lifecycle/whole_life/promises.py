"""What holds whatever people do: asked of the database after every step."""

from collections import defaultdict
from itertools import pairwise

from django.db.models import F, Q

from quartermaster.billing.models import OrderLine, Service
from quartermaster.inventory.models import (
    Accessory,
    Custodian,
    CustodyPeriod,
    Device,
    Line,
    Sim,
)
from quartermaster.inventory.rules.custody import custody_in, custody_of
from quartermaster.lifecycle.models import (
    DisposalLine,
    HandoverItem,
    LoanDay,
    Replacement,
    Reservation,
    Return,
    WriteOff,
)
from quartermaster.lifecycle.queries.second import authorisations_in_force, cellular_devices_of
from quartermaster.org.models import Person, Standing


def one_custodian_at_any_instant():
    """Periods follow one another without gap or overlap, and the open one is what the row says."""
    chains = defaultdict(list)
    for period in CustodyPeriod.objects.order_by("thing_id", "position"):
        chains[period.thing_id].append(period)
    for kind in (Device, Line, Sim, Accessory):
        for thing in kind.objects.all():
            chain = chains.pop(thing.id)
            assert [period.position for period in chain] == list(range(1, len(chain) + 1))
            for before, after in pairwise(chain):
                assert before.until == after.since, f"{thing}: a gap or an overlap"
            assert chain[-1].until is None
            assert custody_in(chain[-1]) == custody_of(thing), f"{thing}: not as on record"
    assert not chains


def no_device_is_issued_twice(at):
    """Whoever a device is with, kept for, made ready for or chosen for: one person at most."""
    claims = defaultdict(set)
    for row in Reservation.objects.filter(ended_at=None, device__isnull=False):
        claims[row.device_id].add(row.item.request.person_id)
    for item in HandoverItem.objects.filter(live=True, device__isnull=False):
        claims[item.device_id].add(item.handover.holder_id)
    for row in Replacement.objects.filter(state="chosen"):
        claims[row.device_id].add(row.loss.held_by_id)
    for device in Device.objects.filter(status="assigned"):
        claims[device.id].add(device.holder_id)
    twice = {key: people for key, people in claims.items() if len(people) > 1}
    assert not twice, f"issued or promised twice: {twice}"
    days = LoanDay.objects.values_list("hotspot_id", "day")
    assert len(days) == len(set(days))
    for person in Person.objects.filter(standing=Standing.ACTIVE, department__coverage="covered"):
        held = cellular_devices_of(person.id, in_use=True).count()
        allowed = authorisations_in_force(person.id, at).count()
        assert held <= 1 + allowed, f"{person} holds {held} cellular devices"


def no_money_for_a_personal_line():
    """Nothing is ordered for a personal device, nor is a line in one paid; nor for the excluded."""
    assert not OrderLine.objects.filter(for_device__ownership="personal").exists()
    own = Line.objects.filter(sims__device__ownership="personal")
    assert not own.exists()
    assert not Service.objects.filter(line__in=own).exists()
    assert not OrderLine.objects.filter(department__coverage="excluded").exists()


def nothing_leaves_unsanitised():
    """A City device is retired by a lot after its verified sanitisation, or written off by two."""
    for device in Device.objects.filter(ownership="city", status="retired"):
        gone = DisposalLine.objects.filter(device=device, lot__state="disposed")
        written = WriteOff.objects.filter(device=device, state="approved")
        assert gone.exists() or written.exists(), f"{device} left by no procedure"
        for line in gone.exclude(device__device_class="hotspot"):
            assert line.sanitisation.state == "verified"
            used = CustodyPeriod.objects.filter(
                device=device, custodian=Custodian.PERSON, since__gt=line.sanitisation.done_at
            )
            assert not used.exists(), f"{device} was used after it was sanitised"
        assert not gone.filter(lot__approved_by=F("lot__opened_by")).exists()
        assert not written.filter(~Q(kind="mistake"), decided_by=F("asked_by")).exists()


def nobody_gets_what_they_may_not():
    """Nothing is handed to who has left, nor what somebody had before and was not sanitised."""
    for period in CustodyPeriod.objects.filter(custodian=Custodian.PERSON).select_related(
        "person", "device"
    ):
        gone = period.person.separated_on
        assert gone is None or period.since.date() <= gone, f"{period} to who has left"
        device = period.device
        if device is None or device.personal or device.device_class == "hotspot":
            continue
        earlier = CustodyPeriod.objects.filter(
            device=device, custodian=Custodian.PERSON, position__lt=period.position
        )
        last = earlier.order_by("-position").first()
        if last is None or last.person_id == period.person_id:
            continue
        done = device.sanitisations.filter(
            state="verified", verified_at__gte=last.until, verified_at__lte=period.since
        )
        assert done.exists(), f"{device} was handed on as it was"


def a_return_is_of_whoever_has_it():
    for row in Return.objects.filter(state="expected"):
        assert row.device.holder_id in {row.holder_id, None}
