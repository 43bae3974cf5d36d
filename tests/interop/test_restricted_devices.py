"""While access is restricted, a device has none of the City's accounts and networks; then again."""

import httpx
import pytest
from django.test import override_settings

from quartermaster.compliance import access
from quartermaster.compliance.actions import automatic
from quartermaster.compliance.withholding import withdrawal_of
from quartermaster.jobs import outbox
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.models import Command
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.simulators.apple import SimulatedDevice, iphone
from tests.factories.inventory import PersonalDeviceFactory
from tests.interop.doors import devices_door
from tests.interop.test_declarations import OUTSIDE, Proxy, settle
from tests.plugins.checked import CheckedDevice

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.django_db(transaction=True),
    pytest.mark.clause("G-10"),
]
WHY = "Reported stolen by a caller"
MAIL = {
    "kind": "exchange",
    "name": "City mail",
    "host": "mail.example.gov",
    "port": None,
    "path": "",
    "outgoing_host": "",
    "outgoing_port": None,
    "sign_in": True,
    "personal": True,
}
CALENDAR = {**MAIL, "kind": "caldav", "name": "City calendar", "path": "/dav", "personal": False}
WIFI = {
    "kind": "wifi",
    "name": "City Wi-Fi",
    "ssid": "CITY",
    "hidden": False,
    "open": False,
    "host": "",
    "trusted": ["radius.example.gov"],
    "personal": True,
    "stays": False,
}
GUESTS = {**WIFI, "name": "Guests", "ssid": "CITY-GUEST", "open": True, "stays": True}
VPN = {**WIFI, "kind": "vpn", "name": "City VPN", "ssid": "", "host": "vpn.example.gov"}
INSIDE = {**WIFI, "name": "Works", "ssid": "WORKS", "personal": False}
NETWORK = "org.quartermaster.network."


@pytest.fixture(autouse=True)
def _city(settings):
    settings.ACCOUNTS = [MAIL, CALENDAR]
    settings.NETWORKS = [WIFI, GUESTS, VPN, INSIDE]
    asked = {"passcode_minimum_length": 6, "managed_data_separation": True}
    proposal = read_proposal({"city": {"city": asked, "personal": asked}})
    apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=system("test"), at=now()
    )


@pytest.fixture
def played():
    """Plays a story with an enrolled phone that speaks to a door behind a proxy with https."""

    def play(device, state, story, made_of=CheckedDevice):
        consent = device.ownership == "personal"
        made = actions.invite(device=device, consent=consent, actor=system("test"), at=now())
        with devices_door() as door, override_settings(DEVICES_URL=OUTSIDE):
            mounts = {OUTSIDE: Proxy(door)}
            with httpx.Client(timeout=30, mounts=mounts) as client:
                phone = made_of(client, state)
                phone.enrol(f"{door}/enrol/{made.token}")
                outbox.deliver_due(now())
                settle(phone)
                story(phone)

    return play


def has(phone):
    """The names of the accounts and networks that are on a phone."""
    accounts = [
        item["Payload"]["VisibleName"]
        for item in phone.declarations.declared.values()
        if "account." in item["Type"]
    ]
    networks = [
        profile["PayloadDisplayName"]
        for key, profile in phone.state.profiles.items()
        if key.startswith(NETWORK)
    ]
    return {*accounts, *networks}


def restrict(cast, device, phone):
    made = automatic.restrict_access(
        device=device, reason=WHY, actor=cast.acting(cast.ida), at=now()
    )
    outbox.deliver_due(now())
    settle(phone)
    return made


def lift(cast, restriction, phone):
    automatic.lift_restriction(
        restriction_id=restriction.id,
        reason="It was found again",
        actor=cast.acting(cast.ida),
        at=now(),
    )
    outbox.deliver_due(now())
    settle(phone)


def test_a_city_phone_loses_mail_and_networks_and_gets_them_back(cast, assigned, played):
    device = assigned()
    everything = {"City mail", "City calendar", "City Wi-Fi", "Guests", "City VPN", "Works"}

    def story(phone):
        kept = {key for key in phone.state.profiles if not key.startswith(NETWORK)}
        policy_parts = {k for k in phone.declarations.declared if "account" not in k}
        assert has(phone) == everything
        planned = withdrawal_of(device, now()).names
        placed = restrict(cast, device, phone)
        assert has(phone) == {"Guests"}  # so that it can report that it was put right
        assert set(planned) == set(placed.withdrawn) == everything - {"Guests"}
        assert access.access_of(device).decision == "restricted"
        # nothing else on it was touched
        assert {key for key in phone.state.profiles if not key.startswith(NETWORK)} == kept
        assert {k for k in phone.declarations.declared if "account" not in k} == policy_parts
        lift(cast, placed, phone)
        assert has(phone) == everything
        assert access.access_of(device).decision == "admitted"

    played(device, iphone(), story)


def test_an_older_phone_without_declarations_loses_its_networks(cast, assigned, played):
    device = assigned()

    def story(phone):
        assert has(phone) == {"City Wi-Fi", "Guests", "City VPN", "Works"}
        placed = restrict(cast, device, phone)
        assert has(phone) == {"Guests"}
        lift(cast, placed, phone)
        assert has(phone) == {"City Wi-Fi", "Guests", "City VPN", "Works"}

    played(device, iphone(os_version="15.8", build="19H370"), story, SimulatedDevice)


@pytest.mark.clause("G-1")
def test_of_a_personal_phone_only_what_the_city_put_there_goes(cast, played):
    device = PersonalDeviceFactory(holder=cast.ana)
    mine = {"PayloadIdentifier": "com.me.wifi", "PayloadDisplayName": "My Wi-Fi"}

    def story(phone):
        phone.state.profiles["com.me.wifi"] = mine
        given = {"City mail", "City Wi-Fi", "Guests", "City VPN"}
        assert has(phone) == given
        placed = restrict(cast, device, phone)
        assert has(phone) == {"Guests"}
        assert phone.state.profiles["com.me.wifi"] is mine
        removed = Command.objects.filter(kind="RemoveProfile").values_list("key", flat=True)
        assert {key.removeprefix("install:") for key in removed} == {
            f"{NETWORK}0",
            f"{NETWORK}2",
        }
        kinds = set(Command.objects.values_list("kind", flat=True))
        assert not kinds & {"EraseDevice", "DeviceLock", "ClearPasscode", "RemoveApplication"}
        lift(cast, placed, phone)
        assert has(phone) == given

    played(device, iphone(), story)


def test_a_restricted_phone_that_enrols_is_given_nothing_before_it_is_lifted(
    cast, assigned, played
):
    device = assigned()
    placed = automatic.restrict_access(
        device=device, reason=WHY, actor=cast.acting(cast.ida), at=now()
    )
    assert (placed.on_device, placed.withdrawn) == (True, [])  # it was not enrolled

    def story(phone):
        assert access.access_of(device).decision == "restricted"
        assert has(phone) == {"Guests"}
        lift(cast, placed, phone)
        assert has(phone) >= {"City mail", "City Wi-Fi", "City VPN"}

    played(device, iphone(), story)
