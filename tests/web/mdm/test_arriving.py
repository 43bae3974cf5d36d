"""On the device that comes in: what its browser is told, and signing in to enrol by account."""

import re

import pytest
from django.conf import settings as configured
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from quartermaster.drivers.apple import accounts
from quartermaster.inventory.models import Device
from quartermaster.mdm.models import AccountGrant, Invitation
from quartermaster.mdm.tokens import token_hash
from quartermaster.mdm.ways import ACCOUNT_WAYS, Way
from quartermaster.web.mdm.browsers import browser_of
from tests.factories.inventory import DeviceFactory, PersonalDeviceFactory
from tests.factories.mdm import EnrolmentFactory, InvitationFactory
from tests.factories.policy import adopted

pytestmark = pytest.mark.django_db
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS {} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
)
SAFARI = f"{PHONE} Version/{{}} Mobile/15E148 Safari/604.1"
IOS_18, IOS_26 = SAFARI.format("18_1", "18.1"), SAFARI.format("18_6", "26.0")
IOS_17 = SAFARI.format("17_7", "17.7")
CHROME = PHONE.format("18_1") + " CriOS/130.0 Mobile/15E148 Safari/604.1"
MAIL = PHONE.format("18_1") + " Mobile/15E148"
MAC = (
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko)"
    " Version/18.1 Safari/605.1.15"
)
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"


@pytest.mark.parametrize(
    ("agent", "platforms", "version", "installs"),
    [
        (IOS_18, {"ios"}, 18, True),
        (IOS_26, {"ios"}, 26, True),
        (CHROME, {"ios"}, 18, False),
        (MAIL, {"ios"}, 18, False),
        (MAC, {"macos", "ipados"}, 18, True),
        (IOS_18.replace("iPhone;", "iPad;").replace("iPhone OS", "OS"), {"ipados"}, 18, True),
        (WINDOWS, set(), 0, True),
        ("", set(), 0, True),
    ],
)
def test_a_browser_is_read(agent, platforms, version, installs):
    found = browser_of(agent)
    assert (found.platforms, found.version, found.installs) == (platforms, version, installs)


@given(st.text(max_size=2000))
def test_odd_browsers_do_no_harm(agent):
    assert browser_of(agent).version >= 0


def opened(client, agent, way=Way.PROFILE, **more):
    device = PersonalDeviceFactory(**{"platform": "ios", "device_class": "smartphone", **more})
    InvitationFactory(device=device, token="secret-token", way=way)
    url = reverse("mdm:enrol", kwargs={"token": "secret-token"})
    return client.get(url, headers={"User-Agent": agent})


def says(answer, words):
    return words in " ".join(answer.content.decode().split())


def test_a_phone_gets_the_profile_and_the_steps_for_a_phone(client):
    page = opened(client, IOS_18)
    assert says(page, f"{configured.DEVICES_URL}/enrol/secret-token")
    assert says(page, "“Profile Downloaded” stands near the top")
    assert not says(page, "Open this on the device itself")


def test_a_browser_that_cannot_install_is_told_to_use_safari(client):
    page = opened(client, CHROME)
    assert says(page, "Only Safari can install a profile on this device")
    assert not says(page, ">Get the profile<")


@pytest.mark.parametrize("agent", [WINDOWS, MAC, ""])
def test_elsewhere_it_shows_the_code_for_the_device(agent, client):
    page = opened(client, agent)
    assert says(page, "Open this on the device itself")
    assert says(page, "<svg")
    assert says(page, f"{configured.DEVICES_URL}/enrol/secret-token")


def test_a_users_profile_is_of_no_use_to_a_newer_system(client):
    page = opened(client, IOS_26, Way.USER)
    assert says(page, "Sign In to Work or School Account")
    assert not says(page, f'{configured.DEVICES_URL}/enrol/secret-token">')


@pytest.mark.clause("G-1", "G-2")
def test_a_users_profile_tells_less(client):
    page = opened(client, IOS_17, Way.USER)
    seen, unseen = page.content.decode().split("What the City will not see")
    assert "its serial number" not in seen
    assert "its serial number" in unseen
    assert "public record" in unseen
    assert "nothing that it costs is paid back" in unseen


def test_the_door_sends_people_to_a_page_that_there_is():
    for way in ACCOUNT_WAYS:
        here = reverse("mdm:by-account", kwargs={"way": way, "platform": "ios"})
        assert here == f"/{accounts.SIGN_IN}/{way}/ios/"


def by_account(way=Way.ACCOUNT_DRIVEN_USER, platform="ios"):
    return reverse("mdm:by-account", kwargs={"way": way.value, "platform": platform})


@pytest.mark.clause("G-1", "G-2")
def test_signing_in_shows_the_disclosure_and_leads_back_to_the_device(logged_in, cast):
    client = logged_in(cast.ana)
    page = client.get(by_account(), {"user-identifier": "somebody@else.example"})
    assert says(page, "a number made for this enrolment alone")
    assert says(page, "public record")
    form_action = re.search("form-action ([^;]+);", page["Content-Security-Policy"]).group(1)
    assert form_action == "'self' apple-remotemanagement-user-login:"
    answer = client.post(by_account(), {"device": "new", "consent": "on"})
    assert answer.status_code == 308
    head, _, token = answer["Location"].partition("access-token=")
    assert head == "apple-remotemanagement-user-login://authentication-results?"
    grant = AccountGrant.objects.get(token_hash=token_hash(token))
    assert (grant.person, grant.platform, grant.device) == (cast.ana, "ios", None)
    assert answer["Cache-Control"] == "max-age=0, no-cache, no-store, must-revalidate, private"


def test_without_consent_there_is_no_token(logged_in, cast):
    answer = logged_in(cast.ana).post(by_account(), {"device": "new"})
    assert answer.status_code == 422
    assert not AccountGrant.objects.exists()


def test_one_chooses_among_ones_own_devices(logged_in, cast):
    mine = PersonalDeviceFactory(holder=cast.ana, platform="ios", device_class="smartphone")
    rexs = PersonalDeviceFactory(holder=cast.rex, platform="ios", device_class="smartphone")
    EnrolmentFactory(device=mine)
    client = logged_in(cast.ana)
    page = client.get(by_account())
    assert says(page, f"{mine.asset_tag} (enrolled already; it enrols anew)")
    assert not says(page, rexs.asset_tag)
    taken = client.post(by_account(), {"device": str(rexs.pk), "consent": "on"})
    assert taken.status_code == 422
    assert client.post(by_account(), {"device": str(mine.pk), "consent": "on"}).status_code == 308
    assert AccountGrant.objects.get().device == mine


def test_a_device_of_the_city_is_one_that_one_holds(logged_in, cast):
    address = by_account(Way.ACCOUNT_DRIVEN_DEVICE)
    client = logged_in(cast.ana)
    assert says(client.get(address), "You hold no device of the City with iOS")
    device = DeviceFactory(holder=cast.ana)
    assert client.post(address, {"device": str(device.pk)}).status_code == 308
    assert AccountGrant.objects.get().consented_at is None


@pytest.mark.clause("S-2")
def test_the_policy_comes_first_and_leads_back(logged_in, cast, at):
    adopted(at=at)
    client = logged_in(cast.ana)
    page = client.get(by_account(), {"user-identifier": "a@b"})
    assert says(page, "acknowledge the policy")
    link = re.search(r'href="(/policy/[^"]+next=[^"]+)"', page.content.decode()).group(1)
    assert "%2Fenrol%2Faccount%2Faccount-driven-user%2Fios%2F" in link
    assert not says(page, '<form class="usa-form house-form"')
    refused = client.post(by_account(), {"device": "new", "consent": "on"})
    assert refused.status_code == 409


@pytest.mark.parametrize(
    ("way", "platform"), [("profile", "ios"), ("account-driven-user", "none"), ("x", "y")]
)
def test_addresses_that_are_none(way, platform, logged_in, cast):
    address = reverse("mdm:by-account", kwargs={"way": way, "platform": platform})
    assert logged_in(cast.ana).get(address).status_code == 404


@pytest.mark.clause("S-1", "G-2")
def test_somebody_registers_a_phone_of_their_own_and_goes_on_to_enrol_it(logged_in, cast):
    client = logged_in(cast.ana)
    page = client.get(reverse("mdm:register-own"))
    assert says(page, "iPhone")
    assert not says(page, "Windows laptop")  # nobody manages it here yet
    assert client.post(reverse("mdm:register-own"), {"kind": "windows"}).status_code == 422
    answer = client.post(reverse("mdm:register-own"), {"kind": "iphone"})
    device = Device.objects.get(holder=cast.ana)
    assert (device.ownership, device.platform) == ("personal", "ios")
    assert answer["Location"] == reverse("mdm:invite", kwargs={"key": device.pk})


def test_a_personal_device_may_come_as_a_users(logged_in, cast):
    device = PersonalDeviceFactory(holder=cast.ana, platform="ios", device_class="smartphone")
    client = logged_in(cast.ana)
    address = reverse("mdm:invite", kwargs={"key": device.pk})
    assert says(client.get(address), "kept apart from personal data")
    assert client.post(address, {"consent": "on", "way": "user"}).status_code == 200
    assert Invitation.objects.get().way == "user"
    assert client.post(address, {"consent": "on", "way": "automated"}).status_code == 422
