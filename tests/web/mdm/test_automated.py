"""Pages of automated enrolment: the list and its verbs, and what a device opens in its set-up."""

import base64
import plistlib
from datetime import timedelta

import pytest
from django.urls import reverse

from quartermaster.drivers.apple.ade.definition import WEB_PATH
from quartermaster.drivers.apple.wire import machine
from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.kernel.permits import system
from quartermaster.mdm import actions
from quartermaster.mdm.actions.credentials import note_trouble
from quartermaster.mdm.models import DeviceList, Invitation, ListedDevice, ServiceCredential
from quartermaster.policy import queries as policy
from quartermaster.policy.actions.changes import apply_proposal
from quartermaster.policy.plan.proposal import read_proposal
from quartermaster.simulators.apple.answers import profile_in
from quartermaster.simulators.apple.services.dep import Dep
from quartermaster.simulators.apple.services.device_ca import DeviceAuthority
from quartermaster.web.cards import cards_for
from quartermaster.web.mdm import urls
from quartermaster.web.mdm.setting_up import KEPT_FOR
from quartermaster.web.panels import panels_of
from tests.factories.automated import DeviceListFactory, ListedDeviceFactory
from tests.factories.custody import keep
from tests.factories.handovers import prepared
from tests.factories.inventory import DeviceFactory
from tests.factories.mdm import EnrolmentFactory
from tests.factories.policy import adopted
from tests.web.suites import RoomViewTests

pytestmark = pytest.mark.django_db
APPLE, OTHER = DeviceAuthority(), DeviceAuthority()
IDENTITY = APPLE.identity()
SERIAL = "F2LADE000001"
PROFILE = "application/x-apple-aspen-config"


def brought(ends=timedelta(days=300)):
    token = Dep().token
    made = type(token)(**{**vars(token), "expires_at": now() + ends})
    return actions.import_credential(
        driver="apple", kind="ade", content=made.dump(), actor=system("test"), at=now()
    )


def page(client, **query):
    return client.get(reverse("mdm:automated"), query)


def shown(answer):
    return {row.record.serial for row in answer.context["table"].page.object_list}


class TestListed(RoomViewTests):
    list_name = "mdm:automated"
    detail_name = "mdm:listed"
    seen_by = {"ida": {"one", "two"}, "ana": set(), "cole": set(), "sue": set(), "rex": set()}

    def things(self, cast, at):
        made = DeviceListFactory()
        return {
            "one": ListedDeviceFactory(list=made, device=DeviceFactory(holder=cast.ana)),
            "two": ListedDeviceFactory(list=made),
        }


@pytest.fixture
def ida(logged_in, cast):
    return logged_in(cast.ida)


@pytest.mark.clause("S-1", "G-12")
def test_each_device_stands_in_words_and_can_be_filtered_by_them(ida, cast):
    made = DeviceListFactory()
    enrolled = EnrolmentFactory(device=DeviceFactory(holder=cast.ana)).device
    rows = {
        "Enrolled": {"device": enrolled, "profile_id": "X"},
        "Not in the inventory": {"profile_id": "X"},
        "Profile to be assigned": {"device": DeviceFactory()},
        "Not assigned": {"outcome": "FAILED"},
        "No profile wanted": {"wants_profile": False},
        "Waits for its set-up": {"device": DeviceFactory(), "profile_id": "X"},
        "Left the list": {"removed_at": now()},
    }
    serials = {words: ListedDeviceFactory(list=made, **more).serial for words, more in rows.items()}
    found = {row.record.serial: row.record.standing for row in page(ida).context["table"].rows}
    assert found == {serial: words for words, serial in serials.items() if words != "Left the list"}
    assert shown(page(ida, show="gone")) == {serials["Left the list"]}
    assert shown(page(ida, show="enrolled")) == {serials["Enrolled"]}
    assert shown(page(ida, show="problem")) == {serials["Not assigned"]}
    assert serials["Not in the inventory"] in shown(page(ida, show="unknown"))
    assert serials["Profile to be assigned"] in shown(page(ida, show="without-profile"))
    for serial in serials.values():
        row = ListedDevice.objects.get(serial=serial)
        assert ida.get(reverse("mdm:listed", kwargs={"key": row.pk})).status_code == 200


def test_the_standing_of_token_and_list_is_told(ida):
    assert b"No server token" in page(ida).content
    credential = brought()
    assert b"Not read yet" in page(ida).content
    DeviceListFactory(identity=credential.identity)
    answer = page(ida).content.decode()
    assert "Model City, Quartermaster" in answer
    assert "runs out in" in answer
    note_trouble(credential_id=credential.id, trouble="New terms.", failures=1, paused_until=now())
    answer = page(ida).content.decode()
    assert "In trouble" in answer
    assert "New terms." in answer


def test_a_token_that_ran_out_is_told(ida):
    ServiceCredential.objects.filter(id=brought().id).update(expires_at=now() - timedelta(days=1))
    assert b"Token ran out" in page(ida).content


def test_the_lists_are_read_by_a_button(ida):
    answer = ida.post(reverse("mdm:automated-read"))
    assert (answer.status_code, b"server token" in answer.content) == (409, True)
    credential = brought()
    made = DeviceListFactory(identity=credential.identity, due_at=now() + timedelta(hours=1))
    assert ida.get(reverse("mdm:automated-read")).status_code == 200
    assert ida.post(reverse("mdm:automated-read")).status_code == 302
    made.refresh_from_db()
    assert made.due_at <= now()


def of_one(name, row):
    return reverse(f"mdm:listed-{name}", kwargs={"key": row.pk})


def test_a_device_is_assigned_and_kept_out_by_buttons(ida):
    row = ListedDeviceFactory(profile_id="X")
    assert ida.post(of_one("keep-out", row)).status_code == 302
    row.refresh_from_db()
    assert row.wants_profile is False
    assert ida.post(of_one("keep-out", row)).status_code == 409
    assert ida.post(of_one("assign", row)).status_code == 302
    row.refresh_from_db()
    assert (row.wants_profile, row.profile_id, row.assign_due_at is None) == (True, "", False)


@pytest.mark.clause("G-12")
def test_a_device_is_taken_into_the_inventory_by_a_form(ida, cast):
    row = ListedDeviceFactory()
    assert (
        b"Take into the inventory" in ida.get(reverse("mdm:listed", kwargs={"key": row.pk})).content
    )
    assert ida.post(of_one("take-in", row), {}).status_code == 422
    answer = ida.post(of_one("take-in", row), {"department": cast.water.pk, "asset_tag": "A-77"})
    device = Device.objects.get(serial=row.serial)
    assert (answer.status_code, answer["Location"]) == (
        302,
        reverse("inventory:device", kwargs={"key": device.pk}),
    )
    assert (device.asset_tag, device.department) == ("A-77", cast.water)
    again = ida.post(of_one("take-in", row), {"department": cast.water.pk})
    assert (again.status_code, b"knows" in again.content) == (409, True)


@pytest.mark.parametrize("who", ["ana", "cole", "sue", "rex"])
def test_nobody_but_itmd_has_anything_to_do_here(logged_in, cast, who):
    client, row = logged_in(getattr(cast, who)), ListedDeviceFactory()
    for name in ("assign", "keep-out", "take-in"):
        assert client.post(of_one(name, row)).status_code in {403, 404}
    assert client.post(reverse("mdm:automated-read")).status_code == 403
    row.refresh_from_db()
    assert (row.wants_profile, row.device) == (True, None)


def test_the_page_of_a_device_tells_how_it_stands_in_the_list(asking, cast):
    device = DeviceFactory(holder=cast.ana)
    row = ListedDeviceFactory(device=device, profile_id="X")

    def panel(person):
        shown = panels_of("device", asking(person), device)
        return [item.html for item in shown if item.title == "Automated enrolment"]

    assert "it enrols by itself" in panel(cast.ida)[0]
    assert (panel(cast.ana), panel(cast.rex)) == ([], [])
    for change, words in (
        ({"profile_id": ""}, "no enrolment profile yet"),
        ({"wants_profile": False}, "until somebody assigns one"),
        ({"removed_at": now()}, "left the list"),
    ):
        ListedDevice.objects.filter(id=row.id).update(**change)
        assert words in panel(cast.ida)[0]
    row.delete()
    assert panel(cast.ida) == []


def test_what_was_bought_and_is_unknown_stands_on_the_dashboard_of_itmd(asking, cast):
    def cards(person):
        shown = cards_for(asking(person))
        return [item.figure for item in shown if item.title == "Bought and unknown"]

    assert cards(cast.ida) == []
    ListedDeviceFactory(device=DeviceFactory())
    ListedDeviceFactory()
    assert (cards(cast.ida), cards(cast.ana), cards(cast.rex)) == ([1], [], [])


# what a device opens


@pytest.fixture(autouse=True)
def trusted(settings, tmp_path):
    pem = tmp_path / "apple.pem"
    pem.write_bytes(APPLE.pem)
    settings.APPLE_DEVICE_ANCHORS = pem


def header(identity=IDENTITY, **more):
    said = {
        "UDID": "UDID-1",
        "SERIAL": SERIAL,
        "PRODUCT": "iPhone17,3",
        "VERSION": "22B83",
        "OS_VERSION": "18.1",
        "MDM_CAN_REQUEST_SOFTWARE_UPDATE": True,
        **more,
    }
    return base64.b64encode(identity.sign(plistlib.dumps(said))).decode()


@pytest.fixture
def in_stock(cast):
    """A phone in the stock of Water Works, in Apple's list."""
    device = DeviceFactory(serial=SERIAL, department=cast.water)
    return ListedDeviceFactory(serial=SERIAL, device=device)


@pytest.fixture
def phone(cast, in_stock):
    """The same, made ready for Ana."""
    prepared(cast.ana, now(), in_stock.device)
    return in_stock


def begin(client, value=None):
    return client.get(WEB_PATH, headers={machine.HEADER: header() if value is None else value})


def enrol(client):
    return client.post(reverse("mdm:automated-enrol"))


def test_the_address_that_apple_is_told_is_this_page():
    assert "automated/" in {str(item.pattern) for item in urls.urlpatterns}
    assert reverse("mdm:automated-begin") == WEB_PATH


@pytest.mark.clause("S-2", "G-10")
def test_a_person_signs_in_on_a_new_device_and_gets_its_profile(client, logged_in, cast, phone):
    sent = begin(client)
    assert (sent.status_code, sent["Location"]) == (302, reverse("mdm:automated-enrol"))
    to_log_in = client.get(sent["Location"])
    assert to_log_in["Location"].startswith(reverse("account:log-in"))
    client.force_login(cast_user(cast.ana))
    assert phone.device.asset_tag in client.get(sent["Location"]).content.decode()
    answer = enrol(client)
    assert (answer.status_code, answer["Content-Type"]) == (200, PROFILE)
    kinds = [item["PayloadType"] for item in profile_in(answer.content)["PayloadContent"]]
    assert kinds == ["com.apple.security.scep", "com.apple.mdm"]
    phone.device.refresh_from_db()
    assert (phone.device.holder, phone.device.status) == (None, "in_stock")  # until she signs
    invitation = Invitation.objects.get()
    assert (invitation.way, invitation.person) == ("automated", cast.ana)
    assert invitation.expected_id == "UDID-1"
    assert enrol(client).status_code == 404  # once


def cast_user(person):
    from quartermaster.org.models import User

    user, _ = User.objects.get_or_create(person=person, defaults={"email": person.email})
    return user


@pytest.mark.clause("S-2")
def test_the_policy_is_acknowledged_on_the_way(logged_in, cast, phone):
    version = adopted()
    ana = logged_in(cast.ana)
    begin(ana)
    page = ana.get(reverse("mdm:automated-enrol")).content.decode()
    back = f"{reverse('policy:acknowledge')}?next=%2Fautomated%2Fenrol%2F"
    assert f'href="{back}"' in page
    assert enrol(ana).status_code == 409
    assert not Invitation.objects.exists()
    said = {"text_digest": version.text_digest, "read": "on", "agree": "on", "confirm": "on"}
    form = ana.get(back).context["form"]
    given = ana.post(back, {**dict.fromkeys(form.fields, "on"), **said})
    assert (given.status_code, given["Location"]) == (302, reverse("mdm:automated-enrol"))
    assert enrol(ana).status_code == 200


@pytest.mark.clause("S-2", "C-3")
def test_setting_a_device_out_of_stock_up_hands_it_out_to_nobody(logged_in, cast, in_stock):
    ana = logged_in(cast.ana)  # of the department whose stock it is
    begin(ana)
    answer = enrol(ana)
    assert (answer.status_code, b"not for you" in answer.content) == (403, True)
    in_stock.device.refresh_from_db()
    assert (in_stock.device.holder, in_stock.device.status) == (None, "in_stock")
    assert not Invitation.objects.exists()


def test_only_whose_device_it_is_gets_its_profile(logged_in, cast, phone):
    rex = logged_in(cast.rex)
    begin(rex)
    answer = enrol(rex)
    assert (answer.status_code, b"somebody else" in answer.content) == (403, True)
    actions_assign(phone.device, cast.ana)
    sue = logged_in(cast.sue)
    begin(sue)
    assert b"somebody else" in sue.get(reverse("mdm:automated-enrol")).content
    assert enrol(sue).status_code == 403
    assert not Invitation.objects.exists()


def actions_assign(device, person):
    from quartermaster.inventory.actions import assign

    assign(device_id=device.id, holder_id=person.id, actor=system("test"), at=now())


@pytest.mark.parametrize("status", ["lost", "in_repair"])
def test_a_device_that_is_not_in_stock_is_not_handed_out(logged_in, cast, in_stock, status):
    Device.objects.update(status=status)
    keep(*Device.objects.all())
    ana = logged_in(cast.ana)
    begin(ana)
    assert enrol(ana).status_code in {403, 422}
    assert not Invitation.objects.exists()


def test_too_old_a_system_is_sent_to_update_before_anybody_signs_in(client, phone):
    proposal = read_proposal({"city": {"city": {"minimum_os": {"ios": "18.4"}}}})
    apply_proposal(
        proposal=proposal, digest=policy.plan(proposal).digest, actor=system("test"), at=now()
    )
    answer = begin(client)
    assert (answer.status_code, answer["Content-Type"]) == (403, "application/json")
    assert answer.json()["details"] == {"OSVersion": "18.4"}
    assert begin(client, header(OS_VERSION="18.4")).status_code == 302


@pytest.mark.parametrize(
    "value",
    [
        header(identity=OTHER.identity()),
        header(SERIAL="F2LELSE"),
        "garbage!",
        "AAAA",
        base64.b64encode(b"<plist/>").decode(),
        "A" * 100_000,
    ],
)
def test_what_is_not_proven_leads_nowhere(client, phone, value):
    assert begin(client, value).status_code == 403
    assert "asking" not in client.session


def test_a_browser_finds_nothing_to_do_and_an_old_proof_is_over(client, logged_in, cast, phone):
    assert b"nothing to do here" in client.get(WEB_PATH).content
    ana = logged_in(cast.ana)
    assert ana.get(reverse("mdm:automated-enrol"))["Location"] == WEB_PATH
    begin(ana)
    session = ana.session
    session["asking"] = {**session["asking"], "at": (now() - KEPT_FOR).isoformat()}
    session.save()
    assert enrol(ana).status_code == 404
    assert not Invitation.objects.exists()


def test_a_device_that_nobody_took_in_says_so(logged_in, cast):
    ListedDeviceFactory(serial=SERIAL)
    answer = begin(logged_in(cast.ana))
    assert (answer.status_code, b"inventory does not know it" in answer.content) == (403, True)
    assert DeviceList.objects.count() == 1
