"""A person registers a device of their own."""

import pytest

from quartermaster.audit.queries import entries_about
from quartermaster.inventory import actions
from quartermaster.inventory.actions.own import MOST_OWN
from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Device, DeviceClass, Platform
from quartermaster.inventory.queries import devices_visible_to
from quartermaster.inventory.rules.channels import usual_class
from quartermaster.kernel.errors import Conflict, InvalidInput, Refused
from quartermaster.kernel.permits import NOBODY, system
from quartermaster.org.models import Standing
from tests.factories.policy import adopted

pytestmark = pytest.mark.django_db
PHONE = {"device_class": "smartphone", "platform": "ios"}


@pytest.mark.clause("S-1", "G-1", "G-2")
def test_it_is_theirs_and_has_no_identifier(cast, at):
    made = actions.register_own(**PHONE, actor=cast.acting(cast.ana), at=at)
    kept = Device.objects.get(id=made.id)
    assert (kept.ownership, kept.status, kept.holder) == ("personal", "assigned", cast.ana)
    assert (kept.department, kept.serial, kept.udid) == (cast.water, "", "")
    assert [entry.tag for entry in entries_about(kept)] == ["inventory.device.registered"]
    assert kept in devices_visible_to(cast.acting(cast.ana))
    assert kept not in devices_visible_to(cast.acting(cast.rex))


@pytest.mark.clause("S-2")
def test_not_before_the_policy_is_acknowledged(cast, at):
    adopted(at=at)
    with pytest.raises(NotAcknowledged):
        actions.register_own(**PHONE, actor=cast.acting(cast.ana), at=at)


def test_nobody_and_the_house_own_nothing(at):
    for actor in (NOBODY, system("test")):
        with pytest.raises(Refused):
            actions.register_own(**PHONE, actor=actor, at=at)


def test_who_has_left_registers_nothing(cast, at):
    actor = cast.acting(cast.ana)
    cast.ana.standing, cast.ana.separated_on = Standing.SEPARATED, at.date()
    cast.ana.save()
    with pytest.raises(Conflict, match="has left"):
        actions.register_own(**PHONE, actor=actor, at=at)


def test_there_is_an_end_to_it_and_an_ended_one_counts_no_more(cast, at):
    actor = cast.acting(cast.ana)
    made = [actions.register_own(**PHONE, actor=actor, at=at) for _ in range(MOST_OWN)]
    with pytest.raises(Conflict, match="Ask ITMD"):
        actions.register_own(**PHONE, actor=actor, at=at)
    actions.retire(device_id=made[0].id, actor=cast.acting(cast.ida), at=at)
    assert actions.register_own(**PHONE, actor=actor, at=at)


@pytest.mark.parametrize(
    ("device_class", "platform"), [("smartphone", "macos"), ("toaster", "ios")]
)
def test_what_there_is_not_is_refused(device_class, platform, cast, at):
    with pytest.raises(InvalidInput):
        actions.register_own(
            device_class=device_class, platform=platform, actor=cast.acting(cast.ana), at=at
        )


def test_the_usual_class_of_a_platform():
    found = {item: usual_class(item) for item in Platform if item != Platform.NONE}
    assert found == {
        Platform.IOS: DeviceClass.SMARTPHONE,
        Platform.IPADOS: DeviceClass.TABLET,
        Platform.MACOS: DeviceClass.LAPTOP,
        Platform.ANDROID: DeviceClass.SMARTPHONE,
        Platform.WINDOWS: DeviceClass.TABLET,
    }
    with pytest.raises(ValueError, match="nothing runs"):
        usual_class("none")
