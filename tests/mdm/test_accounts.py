"""Who may let a device in by account, for how long, and for which device."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.audit.queries import entries_about
from quartermaster.inventory.errors import NotAcknowledged
from quartermaster.inventory.models import Device
from quartermaster.kernel.errors import Conflict, Refused
from quartermaster.kernel.permits import Actor, system
from quartermaster.mdm import actions, errors
from quartermaster.mdm.actions.accounts import GRANT_LIFE, Arrival
from quartermaster.mdm.models import AccountGrant, Invitation
from quartermaster.mdm.rules.ways import managed_account, wrong_way
from quartermaster.mdm.ways import USER_WAYS, Way
from quartermaster.org.models import Standing
from tests.factories.policy import adopted

pytestmark = pytest.mark.django_db
USER, DEVICE = Way.ACCOUNT_DRIVEN_USER.value, Way.ACCOUNT_DRIVEN_DEVICE.value
PHONE = Arrival(USER, "ios")
DOOR = Actor(label="a device with an invitation")


def grant(actor, at, **more):
    given = {"way": USER, "platform": "ios", "consent": True, **more}
    return actions.grant_by_account(**given, actor=actor, at=at)


def arrive(token, at, arrival=PHONE):
    return actions.arrive_by_account(token=token, arrival=arrival, actor=DOOR, at=at)


@pytest.mark.clause("G-2")
def test_a_personal_device_needs_its_owners_consent(cast, at):
    with pytest.raises(errors.NoConsent):
        grant(cast.acting(cast.ana), at, consent=False)
    made = grant(cast.acting(cast.ana), at)
    assert made.grant.consented_at == at
    assert made.token.encode() not in bytes(made.grant.token_hash)
    tags = [entry.tag for entry in entries_about(made.grant)]
    assert tags == ["mdm.account.granted"]


@pytest.mark.clause("S-2")
def test_nobody_enrols_before_acknowledging(cast, at):
    adopted(at=at)
    with pytest.raises(NotAcknowledged):
        grant(cast.acting(cast.ana), at)


def test_the_house_has_no_device_in_its_hand(at):
    with pytest.raises(Refused):
        grant(system("test"), at)


def test_a_grant_is_for_a_device_of_ones_own_alone(cast, assigned, at):
    device = assigned("BYO-1", ownership="personal")
    for person in (cast.rex, cast.ida, cast.sue):
        with pytest.raises(errors.WrongWay):
            grant(cast.acting(person), at, device=device)
    assert grant(cast.acting(cast.ana), at, device=device).grant.device == device


@pytest.mark.parametrize(
    ("ownership", "way", "platform"),
    [
        ("city", USER, "ios"),
        ("personal", DEVICE, "ios"),
        ("personal", USER, "macos"),
        ("personal", Way.PROFILE, "ios"),
        ("personal", USER, "none"),
    ],
)
def test_a_device_that_does_not_fit_is_refused(ownership, way, platform, cast, assigned, at):
    device = assigned(ownership=ownership)
    with pytest.raises(errors.WrongWay):
        grant(cast.acting(cast.ana), at, device=device, way=way, platform=platform)


def test_a_device_of_the_city_is_never_made_up(cast, at):
    with pytest.raises(errors.WrongWay, match="that the City gave you"):
        grant(cast.acting(cast.ana), at, way=DEVICE)


def test_a_device_of_the_city_needs_no_consent(cast, assigned, at):
    made = grant(cast.acting(cast.ana), at, way=DEVICE, device=assigned(), consent=False)
    fetched = arrive(made.token, at, Arrival(DEVICE, "ios"))
    assert (fetched.invitation.way, fetched.invitation.consented_at) == (DEVICE, None)


def test_a_grant_grows_old(cast, at):
    made = grant(cast.acting(cast.ana), at)
    with pytest.raises(errors.GrantRefused, match="too old"):
        arrive(made.token, at + GRANT_LIFE)
    assert not Device.objects.exists()
    assert arrive(made.token, at + GRANT_LIFE - timedelta(seconds=1)).challenge


@pytest.mark.clause("C-4")
def test_who_left_meanwhile_brings_nothing_in(cast, at):
    made = grant(cast.acting(cast.ana), at)
    cast.ana.standing, cast.ana.separated_on = Standing.SEPARATED, at.date()
    cast.ana.save()
    with pytest.raises(Refused):
        arrive(made.token, at)
    assert (Device.objects.count(), Invitation.objects.count()) == (0, 0)


def test_the_same_personal_device_may_come_again(cast, at):
    first = arrive(grant(cast.acting(cast.ana), at).token, at).invitation
    made = grant(cast.acting(cast.ana), at, device=first.device)
    second = arrive(made.token, at).invitation
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.state, second.state, second.device) == ("cancelled", "fetched", first.device)


def test_somebody_registers_no_end_of_devices(cast, at):
    for _ in range(10):
        arrive(grant(cast.acting(cast.ana), at).token, at)
    made = grant(cast.acting(cast.ana), at)
    with pytest.raises(Conflict, match="registered for you already"):
        arrive(made.token, at)


def test_the_database_holds_the_consent_and_the_way(cast, at):
    given = {
        "person": cast.ana,
        "platform": "ios",
        "created_at": at,
        "expires_at": at + GRANT_LIFE,
        "token_hash": b"x" * 32,
    }
    for more in (
        {"way": USER},
        {"way": Way.PROFILE, "consented_at": at},
        {"way": USER, "consented_at": at, "expires_at": at},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            AccountGrant.objects.create(**{**given, **more})


@pytest.mark.parametrize("way", Way)
def test_only_a_users_ways_and_the_plain_profile_are_for_personal_devices(way):
    assert (wrong_way(way, personal=True) == "") == (way in USER_WAYS | {Way.PROFILE})
    assert (wrong_way(way, personal=False) == "") == (way not in USER_WAYS)


@given(st.emails(), st.sampled_from(["", "apple.city.example"]))
def test_a_managed_account_keeps_the_name(email, domain):
    account = managed_account(email, domain)
    assert account.rpartition("@")[0] == email.rpartition("@")[0].lower()
    assert account.rpartition("@")[2] == (domain or email.rpartition("@")[2].lower())
