"""From asking to having, step by step, and what keeps a step from being taken."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils.timezone import localdate

from quartermaster.audit.models import Entry
from quartermaster.inventory.models import Device
from quartermaster.jobs import outbox
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import system
from quartermaster.lifecycle import schedule
from quartermaster.lifecycle.actions import purchasing, requests
from quartermaster.lifecycle.actions.requests import DROPPED, TO_ORDER, Supply
from quartermaster.lifecycle.errors import AlreadyReserved, DepartmentExcluded
from quartermaster.lifecycle.models import Request, Reservation
from quartermaster.lifecycle.queries.requests import (
    authorised_items_to_order,
    devices_free_for,
    requests_visible_to,
)
from quartermaster.lifecycle.queries.steps import turn_of, waiting_for
from quartermaster.notify.models import Message
from quartermaster.org import actions as org
from quartermaster.org.models import Coverage
from quartermaster.org.roles import Role
from quartermaster.org.rules.details import CoverageDecision
from tests.factories import requests as make
from tests.factories.inventory import AccessoryFactory, DeviceFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")
DAY = timedelta(days=1)


def mailed(request):
    rows = Message.objects.filter(about_kind="lifecycle.request", about_id=str(request.pk))
    return {(m.recipient.partition("@")[0], m.key.split(":")[2]) for m in rows}


def steps(request):
    rows = Entry.objects.filter(subject_kind="lifecycle.request", subject_id=str(request.pk))
    return [entry.tag.rpartition(".")[2] for entry in rows.order_by("seq")]


@pytest.mark.clause("G-7", "G-12")
def test_the_whole_way_is_owned_mailed_and_in_the_ledger(cast, at):
    phone = make.phone_in_stock("GPS", department=cast.water)
    request = make.asked(cast, at, {**make.PHONE, "capabilities": ["GPS"]}, make.LINE)
    assert [one.number for one in turn_of(request, at).owners] == [cast.cole.number]
    request = requests.recommend(request=request, actor=cast.acting(cast.cole), at=at)
    assert (request.state, request.recommended_by) == ("recommended", cast.cole)
    ida = cast.acting(cast.ida)
    request = requests.authorise(
        request=request, supplies=make.supplies(request, phone), actor=ida, at=at
    )
    first, second = request.items.order_by("place")
    assert (first.state, second.state) == ("reserved", "to_order")
    assert list(authorised_items_to_order()) == [second]
    purchasing.step_item(second, "place the order")
    assert not authorised_items_to_order().exists()
    requests.hand_out_item(item_id=first.id, thing_id=phone.id, actor=ida, at=at)
    assert Request.objects.get().state == "authorised"
    line = make.LineFactory()
    requests.hand_out_item(item_id=second.id, thing_id=line.id, actor=ida, at=at)
    assert Request.objects.get().state == "fulfilled"
    assert not Reservation.objects.filter(ended_at=None).exists()
    assert steps(request) == ["asked", "recommended", "authorised", "fulfilled"]
    assert mailed(request) == {
        ("ana", "asked"),
        ("cole", "asked-due"),
        ("ana", "recommended"),
        ("ida", "recommended-due"),
        ("ana", "authorised"),
        ("ida", "authorised-due"),
        ("ana", "fulfilled"),
    }


@pytest.mark.clause("G-7")
def test_supervisor_coordinator_and_help_desk_ask_for_others_and_rex_for_nobody_else(cast, at):
    help_desk = make.another(cast, Role.ITMD_HELPDESK, "Hugo Marsh")
    for asker in (cast.sue, cast.cole, help_desk, cast.ida):
        request = make.asked(cast, at, asker=asker)
        assert (request.person, request.asker) == (cast.ana, asker)
    with pytest.raises(Refused):
        make.asked(cast, at, asker=cast.rex)


@pytest.mark.clause("G-7")
def test_nobody_recommends_their_own_and_the_next_steps_in(cast, at):
    own = make.asked(cast, at, person=cast.cole)  # the only coordinator, without a supervisor
    assert turn_of(own, at).owners == (cast.ida,)
    with pytest.raises(Refused, match="of their own"):
        requests.recommend(request=own, actor=cast.acting(cast.cole), at=at)
    for_ana = make.asked(cast, at, asker=cast.cole)
    turn = turn_of(for_ana, at)
    assert (turn.owners, turn.said) == ((cast.sue,), "the supervisor, as no coordinator can")
    with pytest.raises(Refused, match="of their own"):
        requests.recommend(request=for_ana, actor=cast.acting(cast.cole), at=at)
    done = requests.recommend(request=for_ana, actor=cast.acting(cast.sue), at=at)
    assert done.recommended_by == cast.sue
    other = make.another(cast, Role.COORDINATOR, "Olga Brandt", cast.water)
    assert turn_of(make.asked(cast, at, asker=cast.cole), at).owners == (other,)


@pytest.mark.clause("G-7")
def test_who_recommended_does_not_authorise(cast, at):
    own = make.asked(cast, at, person=cast.cole)
    ida = cast.acting(cast.ida)
    own = requests.recommend(request=own, actor=ida, at=at)
    assert turn_of(own, at).owners == ()
    with pytest.raises(Refused):
        requests.authorise(request=own, supplies=make.supplies(own), actor=ida, at=at)
    ben = make.another(cast, Role.SECURITY_APPROVER, "Ben Abara")
    done = requests.authorise(
        request=own, supplies=make.supplies(own), actor=cast.acting(ben), at=at
    )
    assert done.authorised_by == ben


def test_the_database_keeps_the_steps_apart(cast, at):
    request = make.recommended(cast, at)
    for wrong in (
        {"recommended_by": cast.ana},
        {"state": "authorised", "authorised_by": cast.cole, "authorised_at": at},
        {"state": "authorised", "authorised_by": cast.ana, "authorised_at": at},
        {"state": "authorised"},
        {"state": "fulfilled", "closed_at": at},
        {"closed_at": at},
        {"need": ""},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Request.objects.filter(id=request.id).update(**wrong)


def test_declined_and_refused_with_a_reason_that_is_read(cast, at):
    request = make.asked(cast, at)
    with pytest.raises(InvalidInput):
        requests.decline(request=request, reason=" ", actor=cast.acting(cast.cole), at=at)
    request = requests.decline(
        request=request, reason="A shared phone will do.", actor=cast.acting(cast.cole), at=at
    )
    assert request.state == "declined"
    text = Message.objects.get(key__contains=":declined:").text
    assert "The reason: A shared phone will do." in text
    other = make.recommended(cast, at)
    other = requests.refuse(request=other, reason="No budget.", actor=cast.acting(cast.ida), at=at)
    assert (other.state, other.authorisation) == ("refused", "No budget.")
    assert {item.state for item in other.items.all()} == {"dropped"}


def test_a_step_out_of_turn_is_a_conflict(cast, at):
    request = make.asked(cast, at)
    ida = cast.acting(cast.ida)
    with pytest.raises(Conflict):
        requests.authorise(request=request, supplies=make.supplies(request), actor=ida, at=at)
    item = request.items.get()
    with pytest.raises(Conflict):
        requests.reserve(item_id=item.id, thing_id=DeviceFactory().id, actor=ida, at=at)
    with pytest.raises(Conflict):
        purchasing.step_item(item, "place the order")


@pytest.mark.clause("G-6")
def test_a_hands_free_kit_is_for_who_drives_or_takes_a_reason(cast, at):
    cole = cast.acting(cast.cole)
    request = make.asked(cast, at, make.KIT)
    with pytest.raises(InvalidInput, match="not marked as driving"):
        requests.recommend(request=request, actor=cole, at=at)
    done = requests.recommend(
        request=request, reason="Drives the van on Fridays.", actor=cole, at=at
    )
    assert done.state == "recommended"
    cast.ana.drives = True
    cast.ana.save()
    request = make.asked(cast, at, make.KIT)
    assert requests.recommend(request=request, actor=cole, at=at).state == "recommended"


@pytest.mark.clause("G-12")
def test_stock_is_what_can_do_it_and_nothing_keeps(cast, at):
    fits = make.phone_in_stock("GPS", "rugged", department=cast.library)
    own = make.phone_in_stock("GPS", "rugged", department=cast.water)
    make.phone_in_stock("GPS")
    DeviceFactory()  # without a model nothing is known of it
    make.phone_in_stock("GPS", "rugged", holder=cast.rex)
    wanted = {**make.PHONE, "capabilities": ["rugged", "GPS"]}
    item = make.recommended(cast, at, wanted).items.get()
    assert list(devices_free_for(item)) == [own, fits]
    make.authorised(cast, at, wanted, things=[own], person=cast.sue)
    assert list(devices_free_for(item)) == [fits]
    request = item.request
    with pytest.raises(AlreadyReserved):
        requests.authorise(
            request=request,
            supplies={item.id: Supply(own.id)},
            actor=cast.acting(cast.ida),
            at=at,
        )
    assert Request.objects.get(id=request.id).state == "recommended"


def test_something_may_be_left_out_with_the_reason_but_not_everything(cast, at):
    request = make.recommended(cast, at, make.PHONE, make.KIT)
    ida, (phone, kit) = cast.acting(cast.ida), request.items.order_by("place")
    with pytest.raises(InvalidInput, match="left out"):
        requests.authorise(
            request=request, supplies={phone.id: TO_ORDER, kit.id: DROPPED}, actor=ida, at=at
        )
    with pytest.raises(InvalidInput, match="Refuse"):
        requests.authorise(
            request=request, supplies={phone.id: DROPPED, kit.id: DROPPED}, actor=ida, at=at
        )
    with pytest.raises(InvalidInput, match="for each item"):
        requests.authorise(request=request, supplies={phone.id: TO_ORDER}, actor=ida, at=at)
    done = requests.authorise(
        request=request,
        supplies={phone.id: TO_ORDER, kit.id: DROPPED},
        reason="The car has one built in.",
        actor=ida,
        at=at,
    )
    assert [item.state for item in done.items.order_by("place")] == ["to_order", "dropped"]


def test_what_is_kept_can_be_exchanged_and_let_go(cast, at):
    phone, other = make.phone_in_stock(), make.phone_in_stock()
    request = make.authorised(cast, at, things=[phone])
    item, ida = request.items.get(), cast.acting(cast.ida)
    with pytest.raises(Conflict, match="is kept for this item"):
        requests.hand_out_item(item_id=item.id, thing_id=other.id, actor=ida, at=at)
    requests.release(item_id=item.id, actor=ida, at=at)
    requests.reserve(item_id=item.id, thing_id=other.id, actor=ida, at=at)
    live = Reservation.objects.get(ended_at=None)
    assert (live.device, live.item.state) == (other, "reserved")
    with pytest.raises(Refused):
        requests.release(item_id=item.id, actor=cast.acting(cast.cole), at=at)


def test_a_withdrawn_request_keeps_nothing(cast, at):
    kit = AccessoryFactory(department=cast.water)
    request = make.authorised(cast, at, make.KIT, things=[kit])
    assert Reservation.objects.get(ended_at=None).accessory == kit
    with pytest.raises(Refused):
        requests.withdraw(request=request, reason="x", actor=cast.acting(cast.rex), at=at)
    requests.withdraw(request=request, reason="Another job.", actor=cast.acting(cast.ana), at=at)
    assert not Reservation.objects.filter(ended_at=None).exists()
    assert request.items.get().state == "dropped"


@pytest.mark.clause("G-7")
def test_the_clock_reminds_escalates_and_ends(cast, at):
    request = make.asked(cast, at)
    assert schedule.take_steps(at) == 0
    schedule.take_steps(request.wake_at)
    assert ("cole", "asked-reminder") in mailed(request)
    request.refresh_from_db()
    late = request.due_at
    assert waiting_for(cast.acting(cast.sue), late - DAY) == []
    schedule.take_steps(late)
    assert {("cole", "asked-overdue"), ("sue", "asked-overdue"), ("ida", "asked-overdue")} <= (
        mailed(request)
    )
    assert waiting_for(cast.acting(cast.sue), late) == [request]  # who steps in for who is absent
    request.refresh_from_db()
    schedule.take_steps(request.wake_at)
    request.refresh_from_db()
    assert (request.state, request.closing_reason) == (
        "expired",
        "Nobody took it further in time.",
    )
    assert schedule.take_steps(at + 999 * DAY) == 0


def test_what_is_ordered_does_not_expire(cast, at):
    request = make.authorised(cast, at)
    for _ in range(5):
        request.refresh_from_db()
        schedule.take_steps(request.wake_at)
    request.refresh_from_db()
    assert (request.state, request.items.get().state) == ("authorised", "to_order")


@pytest.mark.clause("S-3")
def test_an_excluded_department_orders_nothing(cast, at):
    _exclude(cast, cast.library, at)
    with pytest.raises(DepartmentExcluded) as refusal:
        make.asked(cast, at, person=cast.rex)
    assert refusal.value.code == "department-excluded"
    assert "Own contracts" in refusal.value.message
    with pytest.raises(DepartmentExcluded):
        make.asked(cast, at, person=cast.rex, asker=cast.ida)


@pytest.mark.clause("C-4")
def test_who_has_left_gets_nothing_even_before_their_requests_are_closed(cast, at):
    today = localdate(at)
    asked, ready = make.asked(cast, at), make.recommended(cast, at)
    done = make.authorised(cast, at, {"kind": "line"})
    ida = cast.acting(cast.ida)
    org.separate(person_id=cast.ana.id, on=today, actor=ida, at=at)
    with pytest.raises(Conflict, match="has left"):
        requests.recommend(request=asked, actor=cast.acting(cast.cole), at=at)
    with pytest.raises(Conflict, match="has left"):
        requests.authorise(
            request=ready,
            supplies={item.id: TO_ORDER for item in ready.items.all()},
            actor=ida,
            at=at,
        )
    said = purchasing.why_not_ordered(done.items.get().id)
    assert said == "Ana Reyes has left the City's service."
    outbox.deliver_due(at)
    assert not Request.objects.filter(closed_at=None).exists()


@pytest.mark.clause("S-3")
def test_what_waits_is_closed_when_its_department_is_excluded(cast, at):
    phone = make.phone_in_stock()
    waits = make.asked(cast, at)
    kept = make.authorised(cast, at, things=[phone], person=cast.sue)
    others = make.asked(cast, at, person=cast.rex)
    _exclude(cast, cast.water, at)
    for request in (waits, kept, others):
        request.refresh_from_db()
    assert [r.state for r in (waits, kept, others)] == ["withdrawn", "withdrawn", "asked"]
    assert waits.closing_reason == "Water Works is excluded from the policy: Own contracts."
    assert not Reservation.objects.filter(ended_at=None).exists()
    assert ("ana", "withdrawn") in mailed(waits)
    org.set_coverage(
        department_id=cast.water.id,
        decision=CoverageDecision(coverage=Coverage.COVERED),
        actor=cast.acting(cast.ida),
        at=at,
    )
    assert make.asked(cast, at).state == "asked"


def test_a_request_follows_its_person(cast, at):
    request = make.asked(cast, at)
    ida = cast.acting(cast.ida)
    org.move_person(person_id=cast.ana.id, department_id=cast.library.id, actor=ida, at=at)
    outbox.deliver_due(at)
    request.refresh_from_db()
    assert request.department == cast.library
    org.separate(person_id=cast.ana.id, on=at.date(), actor=ida, at=at)
    outbox.deliver_due(at)
    request.refresh_from_db()
    assert (request.state, request.closing_reason) == (
        "withdrawn",
        "The person has left the City's service.",
    )


@pytest.mark.clause("G-7")
def test_each_sees_their_own_and_rex_nothing(cast, at):
    request = make.asked(cast, at)
    for person in (cast.ana, cast.cole, cast.sue, cast.ida):
        assert list(requests_visible_to(cast.acting(person), at)) == [request]
    assert list(requests_visible_to(cast.acting(cast.rex), at)) == []
    by_sue = make.asked(cast, at, asker=cast.sue)
    cast.ana.supervisor = None
    cast.ana.save()
    assert list(requests_visible_to(cast.acting(cast.sue), at)) == [by_sue]


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "device"},
        {"kind": "line", "device_class": "tablet"},
        {"kind": "accessory"},
        {"kind": "accessory", "accessory_kind": "case", "capabilities": ["GPS"]},
        {"kind": "device", "device_class": "tablet", "capabilities": ["flies"]},
        {"kind": "device", "device_class": "toaster"},
        {"kind": "device", "device_class": "tablet", "wish": "x" * 201},
        {"kind": "device", "device_class": "tablet", "wish": "two\nlines"},
        {"kind": "device", "device_class": "tablet", "holder": "me"},
    ],
)
def test_odd_items_are_refused_at_the_border(cast, at, item):
    with pytest.raises(InvalidInput):
        make.details(at, item)


def test_odd_requests_are_refused(cast, at):
    ana = cast.acting(cast.ana)
    with pytest.raises(InvalidInput):
        make.details(at, need="short")
    with pytest.raises(InvalidInput):
        make.details(at, *[make.PHONE] * 11)
    old = make.details(at - 2 * DAY)
    with pytest.raises(InvalidInput, match="over"):
        requests.ask(person_id=cast.ana.id, details=old, actor=ana, at=at)
    for _ in range(20):
        make.asked(cast, at, make.LINE)
    with pytest.raises(Conflict, match="20 open requests"):
        make.asked(cast, at, make.LINE)
    assert Device.objects.count() == 0


def _exclude(cast, department, at):
    org.set_coverage(
        department_id=department.id,
        decision=CoverageDecision(coverage=Coverage.EXCLUDED, reason="Own contracts"),
        actor=cast.acting(cast.ida),
        at=at,
    )
    outbox.deliver_due(at)
    cast.library.refresh_from_db()
    cast.water.refresh_from_db()
