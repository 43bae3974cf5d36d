"""Leaving with one's own device: the City's data go, the consent stays, and it is no loss."""

from datetime import timedelta

import pytest

from quartermaster.inventory import holds
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, InvalidInput, NotFound, Refused
from quartermaster.kernel.ids import new_id
from quartermaster.lifecycle.actions.personal import NOTHING, leave_personal
from quartermaster.lifecycle.queries.personal import (
    leavings_visible_to,
    personal_devices_visible_to,
)
from quartermaster.mdm.errors import OnHold
from quartermaster.mdm.models import Enrolment, Invitation
from quartermaster.mdm.powers import powers_over
from quartermaster.notify.models import Message
from tests.factories import mdm
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def own(cast):
    return PersonalDeviceFactory(holder=cast.ana, asset_tag="OWN-1")


@pytest.fixture
def enrolled(own, at):
    used = mdm.InvitationFactory(device=own, state="used", consented_at=at - timedelta(days=9))
    return mdm.EnrolmentFactory(device=own, invitation=used)


@pytest.mark.clause("G-2")
def test_the_owner_leaves_at_any_time_and_the_consent_stays(cast, at, own, enrolled):
    made = leave_personal(device_id=own.id, actor=cast.acting(cast.ana), at=at)
    own.refresh_from_db()
    enrolled.refresh_from_db()
    assert (own.status, own.holder, enrolled.state) == ("retired", None, "ended")
    assert (made.person, made.own_wish, made.enrolled) == (cast.ana, True, True)
    assert made.consented_at == at - timedelta(days=9)
    assert Invitation.objects.filter(consented_at=made.consented_at).exists()
    assert "Personal applications, photographs, messages and accounts stay." in made.removed
    mail = Message.objects.get()
    assert mail.recipient == cast.ana.email
    assert "photographs, messages and accounts stay" in mail.text
    assert "9 days" not in mail.text


@pytest.mark.clause("G-2")
def test_what_left_is_no_loss(cast, at, own, enrolled):
    leave_personal(device_id=own.id, actor=cast.acting(cast.ana), at=at)
    assert not Device.objects.filter(status="lost").exists()
    with pytest.raises(Conflict, match="left already"):
        leave_personal(device_id=own.id, reason="Again", actor=cast.acting(cast.ida), at=at)


def test_itmd_ends_a_registration_with_a_reason(cast, at, own, enrolled):
    ida = cast.acting(cast.ida)
    with pytest.raises(InvalidInput):
        leave_personal(device_id=own.id, actor=ida, at=at)
    made = leave_personal(device_id=own.id, reason="Too old to be safe", actor=ida, at=at)
    assert (made.own_wish, made.reason) == (False, "Too old to be safe")
    assert Enrolment.objects.get().state == "ended"


def test_what_was_never_enrolled_leaves_without_a_word_to_it(cast, at, own):
    waiting = mdm.InvitationFactory(device=own)
    made = leave_personal(device_id=own.id, actor=cast.acting(cast.ana), at=at)
    waiting.refresh_from_db()
    assert (made.removed, made.consented_at, waiting.state) == ([NOTHING], None, "cancelled")


def test_nobody_else_ends_it(cast, at, own):
    for person in (cast.cole, cast.sue, cast.rex):
        with pytest.raises(Refused):
            leave_personal(device_id=own.id, reason="No", actor=cast.acting(person), at=at)
    with pytest.raises(NotFound):
        leave_personal(device_id=new_id(), actor=cast.acting(cast.ana), at=at)
    with pytest.raises(Conflict, match="is the City's"):
        city = DeviceFactory(holder=cast.ana)
        leave_personal(device_id=city.id, actor=cast.acting(cast.ana), at=at)


@pytest.mark.clause("G-2")
def test_a_legal_hold_comes_first(cast, at, own, enrolled):
    def held(_device, _at):
        return {"test": "A legal hold is on this."}

    holds.register(held)
    try:
        with pytest.raises(OnHold, match="records custodian"):
            leave_personal(device_id=own.id, actor=cast.acting(cast.ana), at=at)
    finally:
        holds.forget(held)
    own.refresh_from_db()
    assert own.holder == cast.ana


def test_each_sees_their_own_and_itmd_all(cast, at, own, enrolled):
    seen = {
        person.given_name: personal_devices_visible_to(cast.acting(person)).count()
        for person in (cast.ana, cast.cole, cast.sue, cast.ida, cast.rex)
    }
    assert seen == {"Ana": 1, "Cole": 0, "Sue": 0, "Ida": 1, "Rex": 0}
    leave_personal(device_id=own.id, actor=cast.acting(cast.ana), at=at)
    assert leavings_visible_to(cast.acting(cast.ana)).count() == 1
    assert leavings_visible_to(cast.acting(cast.rex)).count() == 0


@pytest.mark.clause("G-1")
def test_on_a_personal_device_nothing_is_locked_located_or_erased(cast, at, own, enrolled):
    powers = powers_over(own, at)
    for barred in ("Lock the screen", "Erase everything"):
        assert barred in powers.cannot
    assert not set(powers.may) & set(powers.cannot)
    city = powers_over(DeviceFactory(holder=cast.ana), at)
    assert "Erase everything on it" in city.may
    assert powers_over(PersonalDeviceFactory(holder=cast.ana, platform="android"), at).may == ()
