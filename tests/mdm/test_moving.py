"""Bringing enrolments from another server: what moves, what does not and why, and all or none."""

from dataclasses import replace
from datetime import timedelta

import pytest

from quartermaster.audit.models import Entry
from quartermaster.kernel import vault
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.checkin import enrolment_of, place_of
from quartermaster.mdm.driver import driver_named
from quartermaster.mdm.elsewhere import Elsewhere, Former, Pin, moving_driver, plan_moves
from quartermaster.mdm.errors import NotPossible
from quartermaster.mdm.models import Command, Enrolment, SecretKind
from quartermaster.mdm.queries import context_of
from quartermaster.org.queries import actor_for
from quartermaster.simulators.apple.services.portal import Portal, new_topic
from tests.factories import mdm
from tests.factories.custody import keep
from tests.factories.inventory import DeviceFactory
from tests.factories.org import PersonFactory

pytestmark = pytest.mark.django_db
HOUSE = system("test")
TOPIC = new_topic()
SERIAL = "C02XG0ABCDEF"
FOUND = Elsewhere(
    "UDID-1",
    SERIAL,
    TOPIC,
    b"t" * 32,
    b"magic",
    pins=(Pin(b"p" * 32),),
    unlock_token=b"unlock",
    bootstrap_token=b"bootstrap",
)
FORMER = Former({"identifier": "com.example.mdm", "management": {"Topic": TOPIC}})


@pytest.fixture
def driver(at):
    content = Portal(made_at=at).bundle(TOPIC, at=at).pem()
    actions.import_credential(driver="apple", kind="push", content=content, actor=HOUSE, at=at)
    return moving_driver("apple")


@pytest.fixture
def device():
    return DeviceFactory(
        serial=SERIAL, platform="macos", device_class="laptop", holder=PersonFactory()
    )


def problem(driver, found=FOUND):
    (move,) = plan_moves(driver, [found])
    return move.problem


def bring(driver, at, *found, actor=HOUSE):
    moves = plan_moves(driver, found or (FOUND,))
    return actions.bring_enrolments(
        driver=driver.name, moves=moves, former=FORMER, actor=actor, at=at
    )


@pytest.mark.clause("G-10")
def test_an_enrolment_moves_with_what_wakes_it_what_proves_it_and_its_secrets(driver, device, at):
    (enrolment,) = bring(driver, at)

    assert (enrolment.device, enrolment.person, enrolment.way) == (
        device,
        device.holder,
        "imported",
    )
    opened = vault.unseal(enrolment.sealed_push_token, place=place_of(enrolment.id, "push-token"))
    assert opened == FOUND.token
    assert actions.current_secret(device.id, SecretKind.BOOTSTRAP_TOKEN) == b"bootstrap"
    assert enrolment_of(b"p" * 32, at) == enrolment
    tags = list(Entry.objects.order_by("seq").values_list("tag", flat=True))
    assert tags[-3:] == [
        "mdm.secret.kept",
        "mdm.enrolment.brought",
        "mdm.enrolments.brought",
    ]
    assert "magic" not in str(list(Entry.objects.values_list("data", flat=True)))


def test_a_device_that_moved_is_let_go_by_the_profile_under_which_it_enrolled(driver, device, at):
    assert context_of(device).former_profile == ""
    bring(driver, at)
    assert context_of(device).former_profile == "com.example.mdm"


def test_a_device_that_moved_is_asked_for_a_certificate_of_ours(driver, device, at):
    bring(driver, at)
    assert actions.renew_due(actor=HOUSE, at=at) == 1
    assert Command.objects.filter(kind="InstallProfile").count() == 1
    assert actions.renew_due(actor=HOUSE, at=at + timedelta(minutes=5)) == 0


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"pins": ()}, "not known"),
        ({"topic": "com.apple.mgmt.External.other"}, "listens to"),
        ({"serial": ""}, "personal device"),
        ({"set_apart": True}, "personal device"),
        ({"serial": "C02XG0000000"}, "No device of the inventory"),
        ({"problem": "This row cannot be read."}, "cannot be read"),
    ],
)
def test_what_does_not_fit_stays_where_it_is(driver, device, changed, said):
    assert said in problem(driver, replace(FOUND, **changed))


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"platform": "android", "device_class": "smartphone"}, "another system"),
        ({"holder": None, "status": "in_stock"}, "Nobody holds"),
    ],
)
def test_a_device_that_does_not_fit_stays_where_it_is(driver, device, changed, said):
    type(device).objects.filter(id=device.id).update(**changed)
    keep(device)
    assert said in problem(driver)


def test_what_is_here_already_does_not_move_again(driver, device, at):
    assert problem(driver) == ""
    (enrolment,) = bring(driver, at)
    assert "enrolled here already" in problem(driver)
    type(device).objects.filter(id=device.id).update(serial="")
    other = DeviceFactory(serial=SERIAL, platform="macos", device_class="laptop", holder=None)
    type(device).objects.filter(id=other.id).update(holder=device.holder, status="assigned")
    keep(other)
    assert "under another asset tag" in problem(driver)
    Enrolment.objects.filter(id=enrolment.id).update(state="ended", ended_at=at)
    assert "another device's" in problem(driver)


def test_without_the_push_certificate_nothing_moves(device):
    assert "push certificate of the other server" in problem(driver_named("apple"))


def test_one_name_twice_moves_neither(driver, device):
    moves = plan_moves(driver, [FOUND, replace(FOUND, external_id="udid-1")])
    assert {move.problem for move in moves} == {"It is in the list more than once."}


def test_all_move_or_none(driver, device, at):
    with pytest.raises(Conflict, match="No device of the inventory"):
        bring(driver, at, FOUND, replace(FOUND, external_id="UDID-2", serial="C02XG0000000"))
    assert not Enrolment.objects.exists()


def test_only_administrators_bring_enrolments(driver, device, cast, at):
    with pytest.raises(Refused):
        bring(driver, at, actor=actor_for(cast.rex, at))
    assert not Enrolment.objects.exists()


def test_a_renewal_needs_to_know_under_what_a_device_enrolled(device, at):
    enrolment = mdm.enrolled(device, at, way="imported")
    Enrolment.objects.filter(id=enrolment.id).update(invitation=None)
    enrolment.refresh_from_db()
    with pytest.raises(NotPossible, match="enrol it anew"):
        actions.renew_identity(enrolment=enrolment, actor=HOUSE, at=at)


def test_an_unknown_driver_moves_nothing():
    with pytest.raises(NotPossible):
        moving_driver("palm")
