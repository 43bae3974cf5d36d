"""What a hold keeps: devices that are erased, retired or given away, and log-ins."""

from datetime import timedelta

import pytest

from quartermaster.inventory import actions as inventory
from quartermaster.inventory.errors import Held
from quartermaster.inventory.holds import hold_on
from quartermaster.kernel.errors import Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions as mdm_actions
from quartermaster.mdm import destruction, settling
from quartermaster.mdm.errors import NotPossible, OnHold
from quartermaster.mdm.models import Command, DestructiveRequest
from quartermaster.mdm.rules.destruction import Kind
from quartermaster.notify.models import Message
from quartermaster.org import accounts
from quartermaster.org.errors import AccountHeld
from quartermaster.org.models import RoleAssignment
from quartermaster.records.actions import holds as actions
from quartermaster.records.models import HeldDevice
from quartermaster.records.rules.holds import KEEP
from tests.factories import mdm
from tests.factories.custody import keep
from tests.factories.destruction import REASON, account, approved, asked, devices, second_person
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.records import WHY, custodian, held, paul
from tests.factories.returns import let_go

pytestmark = [pytest.mark.django_db, pytest.mark.clause("G-2"), pytest.mark.clause("C-2")]
HOUSE = system("test")
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def ida(cast):
    account(cast.ida)
    return cast.acting(cast.ida)


@pytest.fixture
def ben(cast):
    return cast.acting(second_person(cast))


@pytest.fixture
def enrolment(cast, at):
    (device,) = devices(cast, 1)
    return mdm.enrolled(device, at)


def despite(enrolment, ida, at):
    return mdm_actions.request_destruction(
        kind=Kind.WIPE, enrolments=[enrolment], reason=REASON, despite_hold=True, actor=ida, at=at
    )


@pytest.mark.clause("G-10")
def test_a_held_device_is_not_erased_until_the_release(cast, ida, ben, enrolment, at):
    hold = held(cast, at)
    with pytest.raises(OnHold, match=r"ask the records custodian\. Lock it"):
        asked([enrolment], ida, at)
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    assert Command.objects.filter(target__isnull=False).count() == 1


def test_each_of_two_holds_keeps_by_itself(cast, ida, enrolment, at):
    first, _ = held(cast, at), held(cast, at)
    actions.release_hold(hold_id=first.id, reason=WHY, actor=paul(cast), at=at)
    with pytest.raises(OnHold):
        asked([enrolment], ida, at)


@pytest.mark.clause("G-10")
def test_a_hold_that_comes_before_the_second_person_stops_them(cast, ida, ben, enrolment, at):
    request = asked([enrolment], ida, at)
    held(cast, at)
    with pytest.raises(OnHold):
        approved(request, ben, at)


@pytest.mark.clause("G-10")
def test_a_hold_that_comes_while_it_waits_stops_it(cast, ida, ben, enrolment, at):
    request = approved(asked([enrolment], ida, at), ben, at)
    held(cast, at)
    destruction.release_due(at + HOUR)
    request.refresh_from_db()
    assert (request.state, Command.objects.count()) == ("stopped", 0)
    assert request.targets.get().outcome == KEEP


@pytest.mark.clause("G-10")
def test_a_hold_that_comes_after_the_command_was_made_withholds_it(cast, ida, ben, enrolment, at):
    approved(asked([enrolment], ida, at), ben, at)
    destruction.release_due(at + HOUR)
    command = Command.objects.get()
    held(cast, at + HOUR)
    assert not settling.may_go(command.id, at + HOUR)
    command.refresh_from_db()
    assert command.state == "cancelled"


@pytest.mark.clause("G-10")
def test_in_spite_of_a_hold_the_custodian_alone_is_the_second_person(cast, ida, ben, enrolment, at):
    held(cast, at)
    request = despite(enrolment, ida, at)
    assert paul(cast).label in {item.recipient_name for item in Message.objects.all()}
    for actor in (ben, ida):
        with pytest.raises(Refused):
            approved(request, actor, at)
        with pytest.raises(Refused):
            mdm_actions.refuse_destruction(request_id=request.id, reason=REASON, actor=actor, at=at)
    approved(request, paul(cast), at)
    destruction.release_due(at + HOUR)
    command = Command.objects.get()
    assert command.target.request_id == request.id
    assert settling.may_go(command.id, at + HOUR)


def test_the_custodian_refuses_and_sees_nothing_else(cast, ida, enrolment, at):
    from quartermaster.mdm.queries import destructive_requests_visible_to

    (other,) = devices(cast, 1, holder=cast.rex)
    plain = asked([mdm.enrolled(other, at)], ida, at)
    held(cast, at)
    request = despite(enrolment, ida, at)
    assert list(destructive_requests_visible_to(paul(cast))) == [request]
    with pytest.raises(Refused):
        approved(plain, paul(cast), at)
    mdm_actions.refuse_destruction(request_id=request.id, reason=REASON, actor=paul(cast), at=at)
    request.refresh_from_db()
    assert request.state == "refused"


def test_another_hold_since_the_custodian_agreed_stops_it(cast, ida, enrolment, at):
    held(cast, at)
    request = despite(enrolment, ida, at)
    approved(request, paul(cast), at)
    held(cast, at, matter="Another matter")
    destruction.release_due(at + HOUR)
    assert (DestructiveRequest.objects.get().state, Command.objects.count()) == ("stopped", 0)


def test_a_custodian_who_is_none_any_longer_does_not_count(cast, ida, enrolment, at):
    held(cast, at)
    approved(despite(enrolment, ida, at), paul(cast), at)
    RoleAssignment.objects.filter(person=custodian(cast)).update(ended_at=at)
    destruction.release_due(at + HOUR)
    assert Command.objects.count() == 0


def test_without_a_hold_nothing_is_asked_in_spite_of_one(ida, enrolment, at):
    with pytest.raises(NotPossible):
        despite(enrolment, ida, at)


def test_a_device_given_to_somebody_under_a_hold_is_held_from_then_on(cast, ida, at):
    held(cast, at)
    device = DeviceFactory(holder=None, status="in_stock", department=cast.water)
    assert hold_on(device, at) == ""
    device.holder, device.status = cast.ana, "assigned"
    device.save()
    keep(device)
    assert hold_on(device, at) == KEEP
    with pytest.raises(OnHold):
        asked([mdm.enrolled(device, at)], ida, at)


@pytest.mark.clause("C-3")
def test_a_device_that_comes_back_stays_held_and_is_not_retired(cast, ida, at):
    device = DeviceFactory(holder=cast.ana, status="assigned", department=cast.water)
    hold = held(cast, at)
    inventory.unassign(device_id=device.id, actor=ida, at=at)
    device.refresh_from_db()
    assert (device.holder, hold_on(device, at)) == (None, KEEP)
    with pytest.raises(Held, match="ask the records custodian"):
        inventory.retire(device_id=device.id, actor=ida, at=at)
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    let_go(device, cast.ida, at)
    assert inventory.retire(device_id=device.id, actor=ida, at=at).status == "retired"


@pytest.mark.clause("C-3")
def test_the_registration_of_a_personal_device_does_not_end_under_a_hold(cast, ida, at):
    own = PersonalDeviceFactory(holder=cast.ana, department=cast.water)
    held(cast, at)
    with pytest.raises(Held):
        inventory.retire(device_id=own.id, actor=ida, at=at)


def test_each_device_is_on_record_once_and_only_while_the_hold_lasts(cast, at):
    device = DeviceFactory(holder=cast.ana, status="assigned")
    hold = held(cast, at)
    device.holder = cast.rex
    device.save()
    keep(device)
    device.holder = cast.ana
    device.save()
    keep(device)
    assert HeldDevice.objects.get().device == device
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    later = DeviceFactory(holder=cast.ana, status="assigned")
    assert [hold_on(item, at) for item in (device, later)] == ["", ""]
    assert HeldDevice.objects.count() == 1


@pytest.mark.clause("C-4")
def test_a_log_in_is_not_closed_under_a_hold_and_its_sessions_end_all_the_same(cast, ida, at):
    user = account(cast.ana)
    hold = held(cast, at)
    with pytest.raises(AccountHeld):
        accounts.close_account(person_id=cast.ana.id, actor=ida, at=at)
    accounts.end_sessions(person_id=cast.ana.id, actor=ida, at=at)
    before = user.session_salt
    user.refresh_from_db()
    assert (user.is_active, user.session_salt == before) == (True, False)
    actions.release_hold(hold_id=hold.id, reason=WHY, actor=paul(cast), at=at)
    assert not accounts.close_account(person_id=cast.ana.id, actor=ida, at=at).is_active
