"""Devices that come by account: found by the domain, signed in on, through the door."""

import json
import plistlib

import pytest

from quartermaster.inventory.models import Device
from quartermaster.kernel.clock import now
from quartermaster.mdm import actions
from quartermaster.mdm.models import AccountGrant, Enrolment
from quartermaster.simulators.apple.answers import management_of
from tests.drivers.apple.schema import Target, needs_schema, profile_findings

pytestmark = pytest.mark.django_db(transaction=True)
WELL_KNOWN = "/.well-known/com.apple.remotemanagement"
USER, DEVICE = "account-driven-user", "account-driven-device"


@pytest.fixture
def granted(cast):
    """The token of a sign-in of Ana's, who agrees."""

    def make(way=USER, platform="ios", device=None, person=None):
        actor = cast.acting(person or cast.ana)
        made = actions.grant_by_account(
            way=way, platform=platform, device=device, consent=True, actor=actor, at=now()
        )
        return made.token

    return make


def discovery(new_phone, **query):
    return new_phone("U").client.get(WELL_KNOWN, params=query)


@pytest.mark.clause("G-10")
def test_the_domain_names_exactly_one_server(at_the_door, settings):
    settings.ACCOUNT_ENROLMENT = {"iPhone": "user", "Mac": "device"}

    async def story(new_phone):
        return [
            await discovery(new_phone, **{"user-identifier": "ana@x", "model-family": family})
            for family in ("iPhone", "Mac")
        ]

    phone, mac = (answer.json()["Servers"] for answer in at_the_door(story))
    base = settings.DEVICES_URL
    assert phone == [{"Version": "mdm-byod", "BaseURL": f"{base}/account/apple/user"}]
    assert mac == [{"Version": "mdm-adde", "BaseURL": f"{base}/account/apple/device"}]


def test_the_domain_does_not_tell_whether_somebody_works_here(cast, at_the_door):
    names = [cast.ana.email, "nobody@city.example", "", "x" * 5000, "ana@elsewhere.example"]

    async def story(new_phone):
        return [
            await discovery(new_phone, **{"user-identifier": name, "model-family": "iPhone"})
            for name in names
        ]

    answers = at_the_door(story)
    assert {(item.status_code, item.content) for item in answers} == {
        (answers[0].status_code, answers[0].content)
    }
    assert answers[0].status_code == 200


@pytest.mark.parametrize("family", ["Watch", "AppleTV", "", "Android"])
def test_other_families_are_refused_in_apples_words(family, at_the_door):
    async def story(new_phone):
        return await discovery(new_phone, **{"model-family": family})

    answer = at_the_door(story)
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/json"
    assert json.loads(answer.content)["code"] == "com.apple.well-known.failed"


@pytest.mark.parametrize(
    ("product", "platform"), [("iPhone17,3", "ios"), ("iPad16,3", "ipados"), ("Mac15,6", "macos")]
)
def test_a_device_is_sent_to_sign_in_at_the_peoples_door(product, platform, at_the_door, settings):
    async def story(new_phone):
        return await new_phone("U").arrive(product=product)

    answer = at_the_door(story)
    address = f"{settings.WEB_URL}/enrol/account/{USER}/{platform}/"
    assert (answer.status_code, answer.content) == (401, b"")
    expected = f'Bearer method="apple-as-web", url="{address}"'
    assert answer.headers["www-authenticate"] == expected


@pytest.mark.clause("G-1", "G-2", "S-1")
def test_a_device_that_nobody_knew_is_entered_without_an_identifier(granted, at_the_door, cast):
    token = granted()

    async def story(new_phone):
        phone = new_phone("E-1", bearer=token, as_a_user=True)
        told = {"UDID": "U-1", "SERIAL": "C39XL2J1HG7F", "IMEI": "354403065577123"}
        assert (await phone.arrive(**told)).status_code == 200
        await phone.come()
        return phone.profile, await phone.idle()

    profile, idle = at_the_door(story)
    assert idle.status_code == 200
    device = Device.objects.get()
    assert (device.ownership, device.holder, device.status) == ("personal", cast.ana, "assigned")
    assert (device.serial, device.udid, device.imei) == ("", "", "")
    enrolment = Enrolment.objects.get()
    assert (enrolment.way, enrolment.external_id, enrolment.state) == (USER, "E-1", "enrolled")
    assert enrolment.invitation.consented_at is not None
    management = management_of(profile)
    assert management["AssignedManagedAppleID"] == cast.ana.email
    assert (management["EnrollmentMode"], "AccessRights" in management) == ("BYOD", False)


@needs_schema
@pytest.mark.parametrize(
    ("kind", "product", "target"),
    [
        ("user", "iPhone17,3", Target(user_enrolment=True)),
        ("user", "iPad16,3", Target(user_enrolment=True)),
        ("user", "Mac15,6", Target("macOS", "15.1", user_enrolment=True)),
        ("device", "iPhone17,3", Target()),
        ("device", "Mac15,6", Target("macOS", "15.1")),
    ],
)
def test_apple_knows_what_is_handed_out(
    kind, product, target, granted, assigned, at_the_door, settings
):
    settings.ACCOUNT_ENROLMENT = {"iPhone": "user", "Mac": "device"}
    platform = {"iPhone17,3": "ios", "iPad16,3": "ipados", "Mac15,6": "macos"}[product]
    device = None
    if kind == "device":
        classes = {"ios": "smartphone", "macos": "laptop"}
        device = assigned(platform=platform, device_class=classes[platform])
    token = granted({"user": USER, "device": DEVICE}[kind], platform, device)

    async def story(new_phone):
        phone = new_phone("U", bearer=token)
        assert (await phone.arrive(kind, product)).status_code == 200
        return phone.profile

    assert profile_findings(at_the_door(story), target) == []


@pytest.mark.parametrize("domain", ["", "apple.city.example"])
def test_the_managed_account_has_the_domain_of_the_installation(
    domain, granted, at_the_door, settings
):
    settings.MANAGED_ACCOUNT_DOMAIN = domain
    token = granted()

    async def story(new_phone):
        phone = new_phone("U", bearer=token)
        await phone.arrive()
        return management_of(phone.profile)["AssignedManagedAppleID"]

    assert at_the_door(story) == f"ana@{domain or 'city.example'}"


def test_a_profile_that_got_lost_is_handed_out_again_until_it_was_used(granted, at_the_door):
    token = granted()

    async def story(new_phone):
        phone = new_phone("E-1", bearer=token, as_a_user=True)
        first, second = await phone.arrive(), await phone.arrive()
        await phone.come()
        return [first, second, await new_phone("E-2", bearer=token).arrive()]

    assert [item.status_code for item in at_the_door(story)] == [200, 200, 403]
    assert (Device.objects.count(), Enrolment.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "header", ["Bearer ", "Bearer nonsense", "Basic YTpi", "Bearer " + "x" * 900]
)
def test_a_token_that_is_none_is_refused(header, at_the_door):
    body = plistlib.dumps({"PRODUCT": "iPhone17,3", "VERSION": "22B83"})

    async def story(new_phone):
        client = new_phone("U").client
        headers = {"Authorization": header}
        return await client.post("/account/apple/user", content=body, headers=headers)

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (403, "grant-refused")


def test_a_token_is_for_one_kind_of_device_and_one_way(granted, at_the_door, settings):
    settings.ACCOUNT_ENROLMENT = {"iPhone": "user", "Mac": "device"}
    token = granted()

    async def story(new_phone):
        phone = new_phone("U", bearer=token)
        return await phone.arrive(product="iPad16,3"), await phone.arrive("device")

    assert [item.status_code for item in at_the_door(story)] == [403, 403]
    assert AccountGrant.objects.get().invitation is None


def test_a_stolen_token_speaks_for_no_other_device(granted, assigned, token_for, at_the_door):
    token, invitation = granted(), token_for(assigned())

    async def story(new_phone):
        phone = new_phone("E-1", bearer=token, as_a_user=True)
        await phone.arrive()
        await phone.come()
        thief = new_phone("UDID-9")
        await thief.enrol(invitation)
        thief.bearer = token
        phone.bearer = "another"
        return await thief.idle(), await thief.authenticate(), await phone.idle()

    for answer in at_the_door(story):
        assert (answer.status_code, answer.json()["code"]) == (403, "grant-refused")
    assert Enrolment.objects.filter(state="enrolled").count() == 2


@pytest.mark.clause("G-1")
def test_a_user_enrolment_that_comes_as_a_device_is_refused(granted, at_the_door):
    token = granted()

    async def story(new_phone):
        phone = new_phone("UDID-1", bearer=token)
        await phone.arrive()
        await phone.get_certificate()
        return await phone.authenticate()

    answer = at_the_door(story)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong-device")
    assert Enrolment.objects.get().external_id == ""


@pytest.mark.parametrize(("serial", "status"), [("C39XL2J1HG7F", 200), ("F2LX0000ABCD", 403)])
def test_a_device_of_the_city_is_the_one_that_was_chosen(
    serial, status, granted, assigned, at_the_door, settings
):
    settings.ACCOUNT_ENROLMENT = {"iPhone": "device"}
    token = granted(DEVICE, "ios", assigned(serial="C39XL2J1HG7F"))

    async def story(new_phone):
        return await new_phone("U", bearer=token).arrive("device", SERIAL=serial)

    assert at_the_door(story).status_code == status


HOSTILE = {
    "garbage": b"\x30\x82\x00",
    "nothing": b"",
    "entities": b'<!DOCTYPE plist [<!ENTITY a "b">]><plist><dict/></plist>',
    "no product": plistlib.dumps({"VERSION": "1"}),
    "binary": plistlib.dumps({"PRODUCT": "iPhone1,1"}, fmt=plistlib.FMT_BINARY),
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_message_is_a_bad_request(body, at_the_door):
    async def story(new_phone):
        return await new_phone("U").client.post("/account/apple/user", content=body)

    assert at_the_door(story).status_code == 400


def test_addresses_that_are_none(at_the_door):
    body = plistlib.dumps({"PRODUCT": "iPhone17,3"})

    async def story(new_phone):
        client = new_phone("U").client
        return [
            (await client.post("/account/apple/nothing", content=body)).status_code,
            (await client.post("/account/apple/device", content=body)).status_code,  # not offered
            (await client.post("/account/apple/user", content=b" " * 70_000)).status_code,
            (await client.get(f"{WELL_KNOWN}/more")).status_code,
            (await new_phone("U").arrive(product="AppleTV14,1")).status_code,
        ]

    assert at_the_door(story) == [404, 404, 413, 404, 404]
